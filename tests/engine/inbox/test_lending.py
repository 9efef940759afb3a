"""A task is lent to a colleague who may hold it, seen by its owner, taken back, given back, or completed."""

import pytest

from engine.access.actor import Actor
from engine.access.models import BodyKind, Role, RoleGrant
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid, NotFound
from engine.inbox import many, tasks
from engine.inbox.lists import pages
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import holders, lending, loans, rules
from engine.inbox.workspace import desk as inbox_desk
from engine.mediation.models import MediatorProfile
from engine.workflow import trace
from engine.workflow.models import UserTask
from tests import factories
from tests.engine.inbox.test_lists import Desk, desk  # noqa: F401

# ruff: noqa: F811


@pytest.fixture
def pair(desk):
    return [Actor.of_user(user) for user in desk.users]


def holder(task_id) -> int | None:
    return db.session.get(UserTask, task_id).assignee_id


def events(task_id) -> list[str]:
    return [entry.event for entry in trace.of_instance(db.session.get(UserTask, task_id).instance_id)]


def lent(desk, pair) -> int:
    task = desk.task(holder=desk.users[0])
    lending.lend(pair[0], task, pair[1].user_id, "  去外地  开庭 ")
    return task


def test_the_owner_lends_sees_it_and_takes_it_back(desk, pair):
    task = lent(desk, pair)
    assert holder(task) == pair[1].user_id and pages.ids(pair[0], Asked("lent")) == [task] == pages.ids(pair[1], Asked("mine"))
    assert loans.of_task(task).note == "去外地 开庭" and pages.ids(pair[1], Asked("lent")) == []
    lending.take_back(pair[0], task)
    assert holder(task) == pair[0].user_id and events(task) == ["task_lent", "task_taken_back"]
    assert loans.of_task(task) is None and pages.counts(pair[0])["lent"] == 0


def test_the_colleague_gives_it_back_to_the_owner_and_to_the_team_when_the_owner_may_no_longer(desk, pair):
    task = lent(desk, pair)
    tasks.release(pair[1], task)
    assert holder(task) == pair[0].user_id and events(task)[-1] == "task_handed_back"
    lending.lend(pair[0], task, pair[1].user_id)
    desk.users[0].is_active = False
    tasks.release(pair[1], task)
    assert holder(task) is None and loans.of_task(task) is None


def test_what_is_lent_is_not_lent_on_and_a_loan_ends_when_the_task_goes_elsewhere(desk, pair):
    task = lent(desk, pair)
    with pytest.raises(lending.LentToYou, match="甲"):
        lending.lend(pair[1], task, pair[0].user_id)
    tasks.assign(pair[1], task, pair[1].user_id)
    with pytest.raises(lending.NotLentByYou):
        lending.take_back(pair[0], task)


def test_only_ones_own_task_is_lent_and_only_to_somebody_else_who_may_hold_it(desk, pair):
    free, own = desk.task(), desk.task(holder=desk.users[0])
    stranger = factories.user("丙", Role.COORDINATOR, factories.body(name="外地中心"))
    clerk = factories.user("丁", Role.CLERK, desk.court)
    for whose, to, error in ((free, pair[1].user_id, tasks.TaskNotYours), (own, pair[0].user_id, lending.HasItAlready),
                             (own, stranger.id, holders.CannotTakeTask), (own, clerk.id, holders.CannotTakeTask),
                             (own, 10**9, holders.CannotTakeTask)):
        with pytest.raises(error):
            lending.lend(pair[0], whose, to)
    with pytest.raises(Invalid):
        lending.lend(pair[0], own, pair[1].user_id, "长" * 201)
    with pytest.raises(NotFound):
        lending.lend(Actor.of_user(stranger), own, pair[1].user_id)
    assert holder(own) == pair[0].user_id and events(own) == []


def test_nobody_gets_a_task_that_a_rule_keeps_from_them_by_loan_or_order(desk, pair):
    bank = factories.body(BodyKind.INSTITUTION, code="JHYH")
    mediated, against = desk.task(holder=desk.users[0], mediator_id=pair[1].user_id), desk.task(holder=desk.users[0])
    factories.participant(_case(against), body_id=bank.id)
    db.session.add(MediatorProfile(user_id=pair[1].user_id, body_id=desk.body.id, former_employers=["JHYH"]))
    db.session.flush()
    for give in (lending.lend, tasks.assign):
        with pytest.raises(rules.DutiesMustBeSeparate, match="乙"):
            give(pair[0], mediated, pair[1].user_id)
        with pytest.raises(rules.ConflictOfInterest, match="乙"):
            give(pair[0], against, pair[1].user_id)
    tasks.release(pair[0], against)
    with pytest.raises(rules.ConflictOfInterest):
        tasks.claim(pair[1], against)


def _case(task_id):
    return db.session.get(Case, db.session.get(UserTask, task_id).case_id)


def test_what_the_process_gives_by_name_is_not_lent(desk):
    mediators = [factories.user(name, Role.MEDIATOR, desk.body) for name in ("丙", "丁")]
    task = desk.task(holder=mediators[0], mediator_id=mediators[0].id)
    db.session.get(UserTask, task).role = Role.MEDIATOR
    db.session.flush()
    with pytest.raises(lending.CannotBeLent):
        lending.lend(Actor.of_user(mediators[0]), task, mediators[1].id)
    assert lending.borrowers(Actor.of_user(mediators[0]), db.session.get(UserTask, task)) == []


def test_what_the_process_gives_by_name_is_not_handed_on_either(desk):
    bank = factories.body(BodyKind.INSTITUTION)
    for roles, at in (((Role.MEDIATOR, Role.COORDINATOR), desk.body),
                      ((Role.INSTITUTION_APPROVER, Role.INSTITUTION_HANDLER), bank)):
        named, asker = (factories.user(name, roles[0], at) for name in ("丙", "丁"))
        db.session.add(RoleGrant(user_id=named.id, role=roles[1], body_id=at.id))
        db.session.flush()
        db.session.refresh(named)
        task, actor = desk.task(holder=named, body=at, mediator_id=named.id, institution_id=bank.id), Actor.of_user(named)
        factories.participant(_case(task), side="respondent", body_id=bank.id)
        row = db.session.get(UserTask, task)
        row.role = roles[0]
        db.session.flush()
        with pytest.raises(tasks.GivenByName):
            tasks.assign(actor, task, asker.id)
        for outcome in (many.do(actor, "assign", [task], user=asker.id), many.do(actor, "spread", [task])):
            assert [type(error) for _task, error in outcome.refused] == [tasks.GivenByName]
        assert holder(task) == named.id and inbox_desk.colleagues(actor, row) == []


def test_an_institutions_people_give_its_tasks_to_each_other(desk):
    bank, other = (factories.body(BodyKind.INSTITUTION) for _n in range(2))
    people = [factories.user(name, Role.INSTITUTION_HANDLER, at) for name, at in (("丙", bank), ("丁", bank), ("戊", other))]
    approver = factories.user("己", Role.INSTITUTION_APPROVER, bank)
    task = desk.task(body=bank)
    row = db.session.get(UserTask, task)
    row.role, row.participant_id = "party", factories.participant(_case(task), side="respondent", body_id=bank.id).id
    db.session.flush()
    actor = Actor.of_user(people[0])
    tasks.assign(actor, task, people[1].id)
    assert holder(task) == people[1].id and [user.name for user in holders.everybody(row)] == ["丁", "丙"]
    for nobody in (people[2], approver):
        with pytest.raises(holders.CannotTakeTask):
            tasks.assign(actor, task, nobody.id)
    lending.lend(Actor.of_user(people[1]), task, people[0].id)
    assert holder(task) == people[0].id
