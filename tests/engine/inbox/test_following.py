"""Diagrams say how urgent a task is, until when, what it is called; open tasks follow the facts of their case."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import BodyKind, Participant, Role
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.inbox import following, tasks
from engine.inbox.lists import pages
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import priorities
from engine.workflow import incidents, runtime, trace
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Facts, Incident, UserTask
from tests import factories
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish
from workers import following as worker

LANE = ('<bpmn:laneSet id="lanes"><bpmn:lane id="l" name="书记员">'
        '<bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>')
FOLLOWS = {
    "priority": "'urgent' if case['amount'] &gt;= 50000 else 'ordinary'",
    "task_title": "'审查 ' + case['region']",
    "due_by": "case['region'] == '310115' and '2026-03-09' or '2026-03-20'",
}


class World:
    """A court with two clerks, and a case whose process asks them something."""

    def __init__(self, **properties):
        publish(LANE, user("u", properties=properties, name="审查"), "start > u > end")
        with transaction():
            self.court = factories.body(BodyKind.COURT, name="浦东法院")
            self.other = factories.body(BodyKind.COURT, name="静安法院")
            self.clerk, self.colleague = (Actor.of_user(factories.user(name, Role.CLERK, self.court)) for name in "甲乙")
            self.case = factories.case(court_id=self.court.id, amount=Decimal(1000)).id
            runtime.start("P", self.case, {}, "test")

    def change(self, **facts) -> int:
        """As whatever changes the register does; then a worker comes."""
        with transaction():
            for name, value in facts.items():
                setattr(db.session.get(Case, self.case), name, value)
        return worker.look()

    @property
    def task(self) -> UserTask:
        db.session.rollback()
        return db.session.scalars(select(UserTask)).one()

    @property
    def told(self) -> tuple:
        task = self.task
        return task.title, priorities.of(task)[0], task.due_at.astimezone(SHANGHAI).strftime("%m-%d %H") if task.due_at else None


def test_a_diagram_says_how_urgent_until_when_and_what_it_is_called(app):
    world = World(priority="'high'", due_by="'2026-03-09'", task_title="'审查 '+'材料'")
    assert world.told == ("审查 材料", "high", "03-10 00") and world.task.facts == Facts.NONE
    with transaction(write=False):
        assert pages.ids(world.clerk, Asked("team", conditions={"priority": "high"})) == [world.task.id]


def test_an_open_task_follows_the_facts_of_its_case(app):
    world = World(**FOLLOWS)
    assert world.told == ("审查 310115", "ordinary", "03-10 00")
    assert world.change(amount=Decimal(60_000)) == 1 and world.told[1] == "urgent"
    assert world.change(region="320100") == 1 and world.told == ("审查 320100", "urgent", "03-21 00")
    assert world.change(amount=Decimal(10)) == 1 and world.told[1] == "ordinary"
    assert world.change(title="另一标题") == 0 and world.task.facts == Facts.ASKED  # judged anew, and the same
    events = [entry.detail["what"] for entry in trace.of_instance(world.task.instance_id) if entry.event == "task_changed"]
    assert events == [["priority"], ["task_title", "due_by"], ["priority"]]


def test_what_people_decided_meanwhile_stays(app):
    world = World(**FOLLOWS)
    world.change(amount=Decimal(60_000))
    with transaction():
        keeper = Actor("system", "system", user_id=world.clerk.user_id)
        priorities.give(keeper, world.task.id, "low")
    db.session.rollback()
    assert world.change(amount=Decimal(10)) == 0 and world.told[1] == "low"


def test_a_task_whose_staff_change_goes_to_them_and_leaves_its_holder(app):
    world = World(**FOLLOWS)
    with transaction():
        tasks.claim(world.clerk, world.task.id)
    assert world.change(region="310101") == 1 and world.task.assignee_id == world.clerk.user_id
    assert world.change(court_id=world.other.id) == 1
    assert (world.task.body_id, world.task.assignee_id) == (world.other.id, None)


def test_a_partys_task_goes_to_the_party_that_the_diagram_names_now(app):
    publish(LANE, user("u", properties={"assignee": "case['parties'][0]['id']"}), "start > u > end",
            **{"process.toml": '[lanes]\n"书记员" = "party"\n'})
    with transaction():
        case = factories.case()
        first, second = (factories.participant(case, name=name, position=place).id for place, name in enumerate("甲乙"))
        runtime.start("P", case.id, {}, "test")
    with transaction():
        assert db.session.scalars(select(UserTask.participant_id)).one() == first
        db.session.get(Participant, first).is_current = False
    assert worker.look() == 1
    with transaction(write=False):
        assert db.session.scalars(select(UserTask.participant_id)).one() == second


def test_facts_that_cannot_be_judged_open_an_incident_that_closes_when_they_can(app):
    world = World(**FOLLOWS | {"priority": "{'310115': 'high', '320100': 'soon'}[case['region']]"})
    world.change(region="320100")
    with transaction(write=False):
        assert [each.kind for each in db.session.scalars(select(Incident))] == [following.FAILED]
    assert world.told[0] == "审查 310115" and world.change(title="x") == 0
    world.change(region="310115")
    with transaction(write=False):
        assert not incidents.is_open(f"instance {world.task.instance_id}")


@pytest.mark.parametrize("properties", [{"priority": "'soon'"}, {"due_by": "'tomorrow'"}, {"task_title": "7"}])
def test_a_process_does_not_begin_with_nonsense(app, properties):
    with pytest.raises(ProcessFailed):
        World(**properties)


def test_tasks_of_a_case_that_asks_for_no_facts_are_not_touched(app):
    world = World(priority="'high' if amount &gt; 5 else 'low'") if False else World(priority="'high'")
    assert world.change(amount=Decimal(9)) == 0 and world.task.facts == Facts.NONE
