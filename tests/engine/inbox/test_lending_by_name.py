"""What the process gives by name is one person's alone, unless the diagram lets the mediator lend it; four eyes stay four."""

import pytest
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant
from engine.db import db, transaction
from engine.inbox import tasks
from engine.inbox.lists import pages
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import lending, rules
from engine.mediation.models import MediatorProfile
from engine.workflow import runtime
from engine.workflow.models import UserTask
from tests import factories
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish

LANE = ('<bpmn:laneSet id="lanes"><bpmn:lane id="l" name="调解员"><bpmn:flowNodeRef>file</bpmn:flowNodeRef></bpmn:lane>'
        '<bpmn:lane id="o" name="管理员"><bpmn:flowNodeRef>check</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>')
TOML = '[lanes]\n"调解员" = "mediator"\n"管理员" = "coordinator"\n'


@pytest.fixture
def mediation(app):
    """A case of the first of two mediators, with a task of theirs and one of the office beside it."""
    def begin(**properties):
        publish(LANE, user("file", properties=properties), user("check"), "start > file > end", "start > check > end",
                **{"process.toml": TOML})
        body = factories.body(name="京华调解中心")
        people = [factories.user(name, Role.MEDIATOR, body) for name in "甲乙"]
        for each in people:
            factories.added(MediatorProfile(user_id=each.id, body_id=body.id))
        factories.added(RoleGrant(user_id=people[1].id, role=Role.COORDINATOR, body_id=body.id))
        db.session.refresh(people[1])
        case = factories.case(organisation_id=body.id, mediator_id=people[0].id)
        instance = runtime.start("P", case.id, {}, "test")
        db.session.flush()
        rows = db.session.scalars(select(UserTask).where(UserTask.instance_id == instance.id).order_by(UserTask.element)).all()
        return case, [row.id for row in rows], [Actor.of_user(each) for each in people]
    with transaction():
        yield begin


def test_without_the_diagrams_word_it_is_not_lent(mediation):
    _case, (_check, task), (mediator, other) = mediation()
    assert lending.borrowers(mediator, db.session.get(UserTask, task)) == []
    with pytest.raises(lending.CannotBeLent):
        lending.lend(mediator, task, other.user_id)


def test_with_it_another_mediator_does_it_and_then_not_the_offices_work(mediation):
    _case, (check, task), (mediator, other) = mediation(lendable="yes")
    assert [each.id for each in lending.borrowers(mediator, db.session.get(UserTask, task))] == [other.user_id]
    lending.lend(mediator, task, other.user_id, "请代为归档")
    assert pages.ids(other, Asked("mine")) == [task] == pages.ids(mediator, Asked("lent"))
    with pytest.raises(lending.LentToYou):
        lending.lend(other, task, mediator.user_id)
    tasks.release(other, task)
    lending.lend(mediator, task, other.user_id)
    lending.take_back(mediator, task)
    lending.lend(mediator, task, other.user_id)
    tasks.complete(other, task, {})
    with pytest.raises(rules.FourEyes):
        tasks.complete(other, check, {})


def test_who_did_the_offices_work_or_has_a_conflict_borrows_nothing(mediation):
    case, (check, task), (mediator, other) = mediation(lendable="yes")
    factories.participant(case, body_id=factories.body(code="OLD").id)
    db.session.get(MediatorProfile, other.user_id).former_employers = ["OLD"]
    db.session.flush()
    with pytest.raises(rules.ConflictOfInterest):
        lending.lend(mediator, task, other.user_id)
    db.session.get(MediatorProfile, other.user_id).former_employers = []
    db.session.flush()
    tasks.complete(other, check, {})
    with pytest.raises(rules.FourEyes):
        lending.lend(mediator, task, other.user_id)
