"""An institution's cases are read by who handles them: taken, given, transferred, covered; by others of the house not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access import handlers
from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import heads, may, sees, visible
from engine.access.roster import Absence
from engine.cases.models import AuthorityRequest, Case, Note
from engine.db import db, transaction
from engine.errors import Forbidden, NotFound
from engine.inbox import tasks
from engine.inbox.lists import queries
from engine.inbox.sharing import handing_out, handling, lending
from engine.oversight import limits
from tests import factories
from tests.engine.inbox.test_portfolio import party_case


def actor(house, name) -> Actor:
    db.session.expire_all()
    return Actor.of_user(db.session.get(User, house.ids[name]))


def reads(house, name) -> bool:
    """Both answers of the rule table: for the one case, and as the condition of a query."""
    who, case = actor(house, name), db.session.get(Case, house.case_id)
    checked, asked = sees(who, case), db.session.scalar(select(Case.id).where(Case.id == case.id, visible(who, Case))) is not None
    assert checked == asked
    return checked


def read_by(house) -> set[str]:
    return {name for name in house.ids if reads(house, name)}


def test_what_nobody_handles_is_read_by_its_head_only_and_taken_once(house):
    with transaction():
        party_case(house.bank, 900)  # handled by somebody, and so no matter for this list
    assert read_by(house) == set() and tasks_seen(house, "handler") == []
    heads_seen = handling.free(actor(house, "handler"))
    assert [(head.case.number, head.open_tasks, [each.name for each in head.others]) for head in heads_seen] == [
        (house.number, 1, ["王小明"])]
    with transaction():
        handling.take(actor(house, "handler"), house.number)
    assert read_by(house) == {"handler"} and tasks_seen(house, "handler") == [house.task_id]
    assert handling.count(actor(house, "colleague")) == 0
    with transaction():
        handling.take(actor(house, "handler"), house.number)
    for name, number in (("colleague", house.number), ("handler", house.other), ("handler", "ST0")):
        with pytest.raises(NotFound), transaction():
            handling.take(actor(house, name), number)


def tasks_seen(house, name) -> list[int]:
    return [task.id for task in queries.of_case(actor(house, name), house.case_id)]


def test_a_task_of_a_case_that_nobody_handles_is_nobodys_until_the_case_is_taken(house):
    with pytest.raises(NotFound), transaction():
        tasks.claim(actor(house, "colleague"), house.task_id)
    assert read_by(house) == set() and handling.count(actor(house, "colleague")) == 1
    with transaction():
        handling.take(actor(house, "colleague"), house.number)
        tasks.claim(actor(house, "colleague"), house.task_id)
    with pytest.raises(NotFound), transaction():
        tasks.claim(actor(house, "handler"), house.task_id)


def test_who_is_given_a_task_reads_its_case_as_long_as_they_have_it(house):
    with transaction():
        handling.take(actor(house, "handler"), house.number)
        tasks.claim(actor(house, "handler"), house.task_id)
        lending.lend(actor(house, "handler"), house.task_id, house.ids["colleague"])
    assert read_by(house) == {"handler", "colleague"}
    with transaction():
        lending.take_back(actor(house, "handler"), house.task_id)
    assert read_by(house) == {"handler"}


def test_who_leads_reads_heads_and_says_whose_a_case_is(house):
    leader = actor(house, "leader")
    assert [head.case.number for head in handing_out.listed(leader)] == [house.number]
    with transaction():
        assert handing_out.hand_out(leader, [house.number, house.other], house.ids["handler"]) == 1
        tasks.claim(actor(house, "handler"), house.task_id)
    assert read_by(house) == {"handler"}
    with transaction():
        handing_out.hand_over(leader, house.ids["handler"], house.ids["colleague"])
    assert read_by(house) == {"colleague"}
    assert tasks.get(actor(house, "colleague"), house.task_id).assignee_id == house.ids["colleague"]
    assert [(load.user and load.user.name, load.cases) for load in handing_out.loads(leader)] == [
        (None, 0), ("经办乙", 1), ("银行经办", 0)]
    with transaction():
        handing_out.hand_out(leader, [house.number], house.ids["handler"])
    assert read_by(house) == {"handler", "colleague"}, "beside"
    with transaction():
        handing_out.hand_out(leader, [house.number], house.ids["handler"], instead=True)
    assert read_by(house) == {"handler"}
    assert [(row.user_id, row.until is None, row.begun_by_id) for row in db.session.scalars(
        select(handlers.CaseHandler).where(handlers.CaseHandler.case_id == house.case_id).order_by(handlers.CaseHandler.id))] == [
        (house.ids["handler"], False, leader.user_id), (house.ids["colleague"], False, leader.user_id),
        (house.ids["handler"], True, leader.user_id)]


def test_a_case_goes_to_the_houses_handlers_only_and_by_who_leads_there(house):
    for user_id in (house.ids["approver"], house.world.mediator.id):
        with pytest.raises(handing_out.NoSuchHandler), transaction():
            handing_out.hand_out(actor(house, "leader"), [house.number], user_id)
    with pytest.raises(handing_out.NoSuchHandler), transaction():
        handing_out.hand_out(actor(house, "leader"), [house.other], house.ids["handler"])
    for act in (lambda: handing_out.hand_out(actor(house, "handler"), [house.number], house.ids["handler"]),
                lambda: handing_out.listed(actor(house, "approver")), lambda: handling.free(actor(house, "leader"))):
        with pytest.raises(Forbidden), transaction():
            act()


def test_who_hands_cases_over_is_told_what_is_wrong(house):
    leader, handler = actor(house, "leader"), house.ids["handler"]
    for act, told in (
            (lambda: handing_out.hand_out(leader, [house.number], house.ids["approver"]), "your institution's handlers"),
            (lambda: handing_out.hand_out(leader, [], handler), "choose at least one case"),
            (lambda: handing_out.hand_over(leader, house.ids["colleague"], handler), "nothing to hand over"),
            (lambda: handing_out.hand_over(leader, handler, handler), "somebody else")):
        with pytest.raises(handing_out.NoSuchHandler, match=told), transaction():
            act()


def test_who_stands_in_handles_it_on_those_days(house):
    with transaction():
        handling.take(actor(house, "handler"), house.number)
        day = clock.today()
        row = factories.added(Absence(user_id=house.ids["handler"], substitute_id=house.ids["colleague"], first_day=day,
                                      last_day=day, entered_by_id=house.ids["handler"]))
    assert read_by(house) == {"handler", "colleague"}
    assert may(actor(house, "colleague"), Permission.CLAIM_REPLY, db.session.get(Case, house.case_id))
    clock.move(timedelta(days=1))
    assert read_by(house) == {"handler"}
    clock.move(timedelta(days=-1))
    with transaction():
        db.session.get(Absence, row.id).ended_at = clock.now()
    assert read_by(house) == {"handler"}


def test_an_approver_reads_a_case_while_a_request_of_it_is_before_them(house):
    with transaction():
        bank = next(one for one in db.session.get(Case, house.case_id).participants if one.body_id)
        row = factories.added(AuthorityRequest(
            case_id=house.case_id, institution_id=house.bank.id, participant_id=bank.id, asked_by="x", act="offer", concession=1,
            total=1, approver_id=house.ids["approver"]))
    assert read_by(house) == {"approver"}
    with transaction():
        db.session.get(AuthorityRequest, row.id).status = "approved"
    assert read_by(house) == set()


def test_what_is_closed_is_not_taken(house):
    with transaction():
        case = db.session.get(Case, house.case_id)
        case.closed_at = clock.now()
    for act in (lambda who: handling.take(who, house.number), lambda who: tasks.claim(who, house.task_id)):
        with pytest.raises(NotFound), transaction():
            act(actor(house, "handler"))
    assert read_by(house) == set()


def test_what_the_former_handler_had_lent_goes_along_and_does_not_come_back_to_them(house):
    with transaction():
        third = factories.user("经办丙", Role.INSTITUTION_HANDLER, house.bank).id
        handling.take(actor(house, "handler"), house.number)
        tasks.claim(actor(house, "handler"), house.task_id)
        lending.lend(actor(house, "handler"), house.task_id, house.ids["colleague"])
    with transaction():
        handing_out.hand_over(actor(house, "leader"), house.ids["handler"], third)
    assert read_by(house) == set()
    house.ids["third"] = third
    assert read_by(house) == {"third"} and tasks.get(actor(house, "third"), house.task_id).assignee_id == third
    with transaction():
        tasks.release(actor(house, "third"), house.task_id)
    assert read_by(house) == {"third"} and tasks_seen(house, "handler") == []


def test_who_leads_at_two_institutions_hands_out_the_cases_of_one(house):
    """Whoever also has to do with another one sees its cases there, and makes nobody of this one their handler."""
    with transaction():
        factories.added(RoleGrant(user_id=house.ids["leader"], role=Role.INSTITUTION_HANDLER, body_id=house.world.insurer.id))
        factories.added(RoleGrant(user_id=house.ids["leader"], role=Role.INSTITUTION_ADMIN, body_id=house.world.insurer.id))
    leader = actor(house, "leader")
    assert handing_out.body_of(leader) == min(house.bank.id, house.world.insurer.id) == house.bank.id
    assert limits.institution_of(leader).id == house.bank.id, "the same one in every area"
    many = Actor("user", "x", roles={Role.INSTITUTION_ADMIN: frozenset({32, 1, None})})
    assert handlers.led_by(many) == 1
    assert [head.case.number for head in handing_out.listed(leader)] == [house.number] and handing_out.count(leader) == 1
    with transaction():
        assert handing_out.hand_out(leader, [house.number, house.other], house.ids["handler"]) == 1
    assert [load.cases for load in handing_out.loads(leader)] == [0, 0, 1] and handing_out.count(leader) == 0


def test_of_two_institutions_in_one_case_each_side_is_its_own_handlers(house):
    """Somebody who works for both handles it for one only."""
    with transaction():
        factories.added(RoleGrant(user_id=house.ids["handler"], role=Role.INSTITUTION_HANDLER, body_id=house.world.insurer.id))
        factories.participant(db.session.get(Case, house.case_id), side="third", name="安信", body_id=house.world.insurer.id)
        factories.nobody_handles(db.session.get(Case, house.case_id))
        handlers.begin(house.case_id, house.bank.id, house.ids["handler"], None)
        notes = [factories.added(Note(case_id=house.case_id, audience=audience, author="x", text="x"))
                 for audience in ("side:respondent", "side:third", f"body:{house.world.insurer.id}")]
        ids = [note.id for note in notes]
    seen = list(db.session.scalars(select(Note.id).where(visible(actor(house, "handler"), Note))))
    assert seen == ids[:1]
    who = actor(house, "handler")
    assert db.session.scalar(select(Case.id).where(Case.id == house.case_id, heads(who, Case.id))) == house.case_id
