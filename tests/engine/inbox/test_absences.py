"""Whoever is away has a substitute for those days, with rights of their own; it ends by itself."""

from datetime import timedelta

import pytest

from engine import clock
from engine.access.actor import Actor
from engine.access.models import BodyKind, Role, RoleGrant
from engine.audit import notes
from engine.cases.models import Case
from engine.db import db
from engine.errors import Forbidden, Invalid, NotFound
from engine.inbox import tasks
from engine.inbox.lists import live, pages
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import absences, lending, loans
from engine.workflow import trace
from engine.workflow.models import UserTask
from tests import factories, statements
from tests.engine.inbox.test_lending import events, holder, pair  # noqa: F401
from tests.engine.inbox.test_lists import Desk, desk  # noqa: F401

# ruff: noqa: F811


def day(number: int):
    return clock.today() + timedelta(days=number)


@pytest.fixture
def away(desk, pair):
    """The first coordinator is away from tomorrow, and the second stands in."""
    return absences.enter(pair[0], pair[0].user_id, day(1), day(3), pair[1].user_id, "产假")


def test_the_substitute_sees_and_takes_what_the_absent_one_holds_for_these_days_only(desk, pair, away):
    task = desk.task(holder=desk.users[0], due=20)
    seen = []
    for _day in range(5):
        seen.append(pages.ids(pair[1], Asked("covered")))
        clock.move(timedelta(days=1))
    assert seen == [[], [task], [task], [task], []]
    with pytest.raises(tasks.TaskAlreadyClaimed):
        tasks.claim(pair[1], task)


def test_what_the_substitute_takes_is_in_place_of_the_absent_one_who_may_have_it_back(desk, pair, away):
    task = desk.task(holder=desk.users[0])
    clock.move(timedelta(days=1))
    assert live.standings(pair[1], [task])[task].state == "covered" and live.standings(pair[0], [task])[task].state == "mine"
    tasks.claim(pair[1], task)
    entry = trace.of_instance(db.session.get(UserTask, task).instance_id)[-1]
    assert (entry.event, entry.detail) == ("task_claimed", {"on_behalf_of": pair[0].user_id})
    assert loans.of_task(task).for_absence and pages.ids(pair[0], Asked("lent")) == [task]
    lending.take_back(pair[0], task)
    assert holder(task) == pair[0].user_id and events(task) == ["task_claimed", "task_taken_back"]


def test_nobody_stands_in_with_rights_they_have_not(desk, pair):
    both = factories.user("丙", Role.COORDINATOR, desk.body)
    db.session.add(RoleGrant(user_id=both.id, role=Role.MEDIATOR, body_id=desk.body.id))
    db.session.flush()
    db.session.refresh(both)
    own, mediated = desk.task(holder=both), desk.task(holder=both, mediator_id=both.id)
    kept = desk.task(holder=both, mediator_id=pair[1].user_id)
    db.session.get(UserTask, mediated).role = Role.MEDIATOR
    row = absences.enter(Actor.of_user(both), both.id, day(0), day(0), pair[1].user_id)
    assert set(pages.ids(pair[1], Asked("covered"))) == {own, kept}
    with pytest.raises(NotFound):
        tasks.claim(pair[1], mediated)
    with pytest.raises(Forbidden, match="mediate"):
        tasks.claim(pair[1], kept)
    told = [warned.message % warned.values for warned in absences.warnings(row)]
    assert len(told) == 1 and told[0].startswith("1 tasks were given to 丙 by name")


def test_what_was_lent_to_the_absent_one_stays_its_owners(desk, pair):
    third = factories.user("丙", Role.COORDINATOR, desk.body)
    task = desk.task(holder=desk.users[0])
    lending.lend(pair[0], task, third.id, "急")
    absences.enter(pair[0], third.id, day(0), day(0), pair[1].user_id)
    tasks.claim(pair[1], task)
    loan = loans.of_task(task)
    assert (loan.owner_id, loan.note, loan.for_absence) == (pair[0].user_id, "急", False)


def test_who_stands_in_for_the_one_they_lent_to_has_their_own_task_again_and_owes_it_nobody(desk, pair):
    task = desk.task(holder=desk.users[0])
    lending.lend(pair[0], task, pair[1].user_id)
    absences.enter(pair[1], pair[1].user_id, day(0), day(0), pair[0].user_id)
    tasks.claim(pair[0], task)
    assert (holder(task), loans.of_task(task), pages.ids(pair[0], Asked("lent"))) == (pair[0].user_id, None, [])
    assert events(task) == ["task_lent", "task_taken_back"] and notes.absent() == []
    tasks.release(pair[0], task)
    assert holder(task) is None


def test_one_warns_of_what_nobody_looks_after(desk, pair, away):
    alone = absences.enter(pair[0], pair[1].user_id, day(2), day(9), None)
    assert [each.message for each in absences.warnings(alone)] == ["Nobody stands in for %(who)s."]
    assert [each.values for each in absences.warnings(away)] == [
        {"who": "乙", "first": day(2).isoformat(), "last": day(9).isoformat()}]
    absences.end(pair[1], alone.id)
    assert absences.warnings(away) == [] and absences.shown(pair[0]) == [away]


def test_a_bigger_roster_is_no_more_questions_to_the_database(desk, pair):
    for_two = statements.of(lambda: absences.offered(pair[0]))
    third, alone = (factories.user(name, role, desk.body) for name, role in (("丙", Role.COORDINATOR), ("丁", Role.MEDIATOR)))
    assert statements.of(lambda: absences.offered(pair[0])) == for_two
    offered = absences.offered(pair[0])
    assert {each["id"] for each in offered["people"]} == {pair[0].user_id, pair[1].user_id, third.id, alone.id}
    assert {each["id"] for each in offered["substitutes"]} == {pair[0].user_id, pair[1].user_id, third.id}


def test_an_absence_that_makes_no_sense_is_refused(desk, pair, away):
    stranger = factories.user("丙", Role.COORDINATOR, factories.body(name="外地中心"))
    for first, last, substitute in ((2, 1, None), (-9, -8, None), (9, 400, None), (9, 9, pair[0].user_id), (9, 9, stranger.id)):
        with pytest.raises(Invalid):
            absences.enter(pair[0], pair[0].user_id, day(first), day(last), substitute)
    with pytest.raises(Invalid):
        absences.enter(pair[0], pair[0].user_id, day(9), day(9), None, "长" * 101)
    with pytest.raises(absences.AwayAlready, match="甲"):
        absences.enter(pair[0], pair[0].user_id, day(3), day(5), None)
    for nonsense in ({}, {"user": pair[0].user_id, "first_day": "soon", "last_day": "2999-02-31"}, {"user": "x'--"}):
        with pytest.raises(Invalid):
            absences.hand_in(pair[0], nonsense)
    assert absences.shown(pair[0]) == [away]


def test_who_is_away_is_theirs_and_the_rosters_keepers(desk, pair, away):
    clerks = [factories.user(name, Role.CLERK, desk.court) for name in ("丁", "戊")]
    president = Actor.of_user(factories.user("己", Role.COURT_PRESIDENT, desk.court))
    one, other = (Actor.of_user(clerk) for clerk in clerks)
    row = absences.enter(one, clerks[0].id, day(0), day(1), clerks[1].id, "病假")
    for ask in (lambda: absences.enter(other, clerks[0].id, day(9), day(9), None), lambda: absences.end(other, row.id)):
        with pytest.raises(absences.NotYourRoster, match="丁"):
            ask()
    with pytest.raises(NotFound):
        absences.end(pair[0], row.id)
    with pytest.raises(Forbidden):
        absences.shown(Actor.of_user(factories.user("庚", Role.CONSUMER)))
    assert absences.shown(other) == [row] == absences.shown(president) and absences.shown(pair[0]) == [away]
    absences.end(president, row.id)
    assert absences.shown(other) == [] and clerks[0].id not in {user.id for user in absences.people(other)}


def test_an_institutions_handlers_stand_in_for_each_other(desk):
    bank = factories.body(BodyKind.INSTITUTION)
    people = [factories.user(name, Role.INSTITUTION_HANDLER, bank) for name in ("丙", "丁")]
    task = desk.task(body=bank, holder=people[0])
    row = db.session.get(UserTask, task)
    row.role = "party"
    row.participant_id = factories.participant(db.session.get(Case, row.case_id), side="respondent", body_id=bank.id).id
    db.session.flush()
    absences.enter(Actor.of_user(people[0]), people[0].id, day(0), day(0), people[1].id)
    assert pages.ids(Actor.of_user(people[1]), Asked("covered")) == [task]
    tasks.claim(Actor.of_user(people[1]), task)
    assert holder(task) == people[1].id
