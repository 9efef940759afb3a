"""A task of an office is given to one of its people without anybody choosing, and how can be computed again."""

from collections import Counter

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import BodyKind, Role
from engine.access.roster import Absence
from engine.db import db, transaction
from engine.inbox import tasks
from engine.inbox.models import TaskDraw
from engine.inbox.sharing import caps, giving, why
from engine.processes import check_content, library
from engine.workflow import runtime, spiff
from engine.workflow.models import UserTask
from tests import factories
from tests.engine.workflow.spiff import drawing
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish
from workers import giving as worker

LANE = ('<bpmn:laneSet id="lanes"><bpmn:lane id="l" name="书记员">'
        '<bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>')
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="clerk" name="评定"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e">
<text>case["amount"] &gt;= 50000 and candidate["turns"] == 0</text></inputExpression></input>
<output id="o1" name="eligible"/><output id="o2" name="rank"/>
<rule id="r1"><inputEntry id="r1i"><text>true</text></inputEntry><outputEntry id="r1a"><text>true</text></outputEntry>
<outputEntry id="r1b"><text>1</text></outputEntry></rule>
<rule id="r2"><inputEntry id="r2i"><text>-</text></inputEntry><outputEntry id="r2a"><text>true</text></outputEntry>
<outputEntry id="r2b"><text>2</text></outputEntry></rule></decisionTable></decision></definitions>"""


class Office:
    """A court's three clerks, and a process that gives them tasks."""

    def __init__(self, **properties):
        worker._passed_over.clear()
        publish(LANE, user("u", properties=properties), "start > u > end", **{"decisions/clerk.dmn": TABLE})
        with transaction():
            self.court = factories.body(BodyKind.COURT, name="浦东法院")
            self.clerks = [factories.user(name, Role.CLERK, self.court).id for name in "甲乙丙"]

    def begin(self, **case) -> int:
        with transaction():
            of = factories.case(court_id=self.court.id, **case)
            instance = runtime.start("P", of.id, {}, "test")
            return db.session.scalars(select(UserTask.id).where(UserTask.instance_id == instance.id)).one()

    def holders(self) -> Counter:
        with transaction(write=False):
            return Counter(db.session.scalars(select(UserTask.assignee_id)))


def holds(task_id: int) -> dict[str, bool]:
    with transaction(write=False):
        return {point.what: point.holds for point in giving.check(giving.of_task(task_id))}


def test_it_goes_to_whoever_has_fewest_and_says_why(app):
    office = Office(gives="load")
    ids = [office.begin() for _n in range(4)]
    assert worker.look() == 4 and worker.look() == 0
    assert sorted(office.holders().values()) == [1, 1, 2]
    with transaction(write=False):
        told = why.of_task(Actor.of_user(db.session.get(factories.User, office.clerks[0])), db.session.get(UserTask, ids[0]))
        assert (told.how, told.draw.way, len(told.draw.rated)) == ("given", "load", 3)
    assert set(holds(ids[3]).values()) == {True}


def test_by_lot_it_falls_fairly_and_can_be_drawn_again(app):
    office = Office(gives="lot", rated_by="clerk")
    ids = [office.begin(amount=60_000) for _n in range(3)]
    assert worker.look() == 3 and office.holders() == Counter(office.clerks)  # the table lets each have one first
    assert {value for each in ids for value in holds(each).values()} == {True}
    with transaction():
        row = giving.of_task(ids[0])
        row.winner_id = next(each for each in office.clerks if each != row.winner_id)
    assert holds(ids[0]) == {"rules": True, "ratings": True, "weights": True, "winner": False, "record": False, "trace": True}


def test_nobody_gets_it_who_is_away_full_or_kept_from_it_and_then_it_is_free(app):
    office = Office(gives="load")
    first, second, third = office.clerks
    with transaction():
        db.session.add(Absence(user_id=first, first_day=clock.today(), last_day=clock.today(), entered_by_id=first))
        db.session.add(caps.TaskCap(user_id=second, most=0, set_by_id=first, set_at=clock.now()))
        db.session.get(factories.User, third).is_active = False
    task = office.begin()
    assert worker.look() == 0 and office.holders() == Counter([None])
    with transaction():
        db.session.get(caps.TaskCap, second).most = 1
    worker._passed_over.clear()
    assert worker.look() == 1 and office.holders() == Counter([second]) and office.begin() and worker.look() == 0
    with transaction():
        tasks.release(Actor.of_user(db.session.get(factories.User, second)), task)
    assert worker.look() == 0  # once given, what comes back is the team's
    with transaction(write=False):
        assert len(db.session.scalars(select(TaskDraw)).all()) == 1


@pytest.mark.parametrize(("properties", "lane", "code"), [
    ({"gives": "chance"}, "clerk", "gives_unknown"), ({"gives": "lot"}, "mediator", "gives_named"),
    ({"rated_by": "clerk"}, "clerk", "rated_for_nothing"), ({"gives": "lot", "rated_by": "nothing"}, "clerk", "decision_unknown"),
    ({"priority": "'soon'"}, "clerk", "priority_unknown"), ({"due": "T01", "due_by": "'2026-03-09'"}, "clerk", "due_twice")])
def test_a_diagram_that_asks_for_nonsense_is_not_published(properties, lane, code):
    drawn = drawing.xml(LANE, user("u", properties=properties), "start > u > end", key="P").decode()
    folder = {"process.bpmn": drawn, "process.toml": f'[lanes]\n"书记员" = "{lane}"\n', "decisions/clerk.dmn": TABLE}
    process = spiff.parse("P", [spiff.Source("P", drawn.encode(), (TABLE.encode(),))]).processes["P"]
    assert code in {told[1] for told in check_content.elements(process, folder) if told[0] == "error"}
    assert library.DIAGRAM == "process.bpmn"
