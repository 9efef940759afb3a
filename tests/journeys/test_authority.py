"""An institution's standing authority: within the limit, above it with an approval, refused, silent, expired."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, Role, User
from engine.cases import limits
from engine.cases.models import AuthorityRequest
from engine.db import db, transaction
from engine.errors import Invalid
from engine.inbox import approvals, tasks
from engine.inbox.asking import acts
from engine.inbox.workspace import desk, waiting
from engine.mediation import agreement as agreements
from engine.mediation import signatures, standing
from engine.notices import links
from engine.oversight import limits as registry
from engine.tracks.models import Advance
from engine.workflow import starts
from engine.workflow.models import UserTask, Version
from tests import factories
from tests.journeys.walking import leg
from tests.trodden import way
from workers import conditions


@pytest.fixture
def bank(world):
    """People of the bank: who keeps its limits, two approvers, a substitute; `limit` keeps a version."""
    with way.step("people of a bank"), transaction():
        people = {key: factories.user(name, role, world.bank, login=key) for key, name, role in (
            ("keeper", "授权管理员", Role.INSTITUTION_ADMIN), ("first", "科长", Role.INSTITUTION_APPROVER),
            ("second", "行长", Role.INSTITUTION_APPROVER), ("deputy", "副科长", Role.INSTITUTION_APPROVER))}

    class Bank:
        ids = {key: user.id for key, user in people.items()}

        def actor(self, key) -> Actor:
            return Actor.of_user(db.session.get(User, self.ids[key]))

        def limit(self, **changes):
            told = {"holder": "handler", "concession": "5000", "valid_from": "2024-01-01", "reference": "授权书一号", **changes}
            with transaction():
                return registry.add(self.actor("keeper"), told).id

        def ladder(self, first="10000", second=""):
            self.limit(holder="approver", approver=str(self.ids["first"]), substitute=str(self.ids["deputy"]), level="1",
                       concession=first)
            self.limit(holder="approver", approver=str(self.ids["second"]), level="2", concession=second)
    return Bank()


@pytest.fixture
def to_sign(refer, bank):
    """A case whose agreement (8,000 yuan from the bank) is frozen; the consumer has signed."""
    with way.step("approvals wait"), transaction():
        starts.renew(db.session.scalar(select(Version).where(Version.process_key == approvals.PROCESS)))
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    consumer = next(one.id for one in walk.case.participants if one.side == "applicant")
    assert next(task for task in walk._open("sign_agreement") if task.participant_id == consumer)
    the_consumer_signs(walk)
    assert walk.open() == ["sign_agreement"]
    return walk


@leg
def the_consumer_signs(walk) -> None:
    walk.do("sign_agreement", answer="sign")


def hand_in(walk, actor=None, **answers):
    """The bank's handler answers the open task as the page does."""
    task = walk._open("sign_agreement")[0]
    with transaction():
        shown = {"hash_shown": agreements.open_for_signing(walk.case_id).frozen_sha256}
        approvals.hand_in(actor or walk.world.actor("handler"), task.id, {"answer": "sign", **answers}, shown)
    walk.work()


def decide(walk, decision, reason=""):
    task = walk._open("approve_settlement")[0]
    with transaction():
        tasks.complete(Actor.of_user(db.session.get(User, task.assignee_id)), task.id,
                       {"decision": decision, "decision_reason": reason} if reason else {"decision": decision})
    walk.work()


def request(walk):
    db.session.expire_all()
    return db.session.scalars(select(AuthorityRequest).where(AuthorityRequest.case_id == walk.case_id).order_by(
        AuthorityRequest.id.desc())).first()


def assigned(walk):
    return [task.assignee_id for task in walk._open("approve_settlement")]


def test_within_the_limit_the_handler_signs_alone(to_sign, bank):
    bank.limit(concession="8000")
    hand_in(to_sign)
    assert to_sign.open() == ["sign_as_mediator"] and request(to_sign) is None


def test_above_the_limit_the_approver_is_asked_and_after_a_yes_the_handler_signs(to_sign, bank):
    bank.limit()
    bank.ladder()
    hand_in(to_sign)
    assert to_sign.open() == ["approve_settlement", "sign_agreement"] and assigned(to_sign) == [bank.ids["first"]]
    row = request(to_sign)
    assert (row.status, row.concession, row.approver.name) == ("asked", Decimal(8000), "科长")
    decide(to_sign, "approve")
    assert request(to_sign).status == "approved" and to_sign.open() == ["sign_agreement"]
    bank_id = to_sign.world.bank.id
    for stake, reaches in ((limits.Stake(Decimal(8000), Decimal(8000)), True),
                           (limits.Stake(Decimal("8000.01"), Decimal(0)), False),
                           (limits.Stake(Decimal(1), Decimal(1), duties=1), False)):
        assert (limits.approved(to_sign.case_id, bank_id, stake) is not None) is reaches, "up to its sums only"
    hand_in(to_sign)
    assert to_sign.open() == ["sign_as_mediator"]


def test_what_is_above_the_first_approver_climbs_to_the_next(to_sign, bank):
    bank.limit()
    bank.ladder(first="6000")
    hand_in(to_sign)
    decide(to_sign, "approve")
    assert assigned(to_sign) == [bank.ids["second"]] and request(to_sign).status == "asked"
    decide(to_sign, "approve")
    assert [one["who"] for one in request(to_sign).decisions] == ["科长", "行长"]
    hand_in(to_sign)
    assert to_sign.open() == ["sign_as_mediator"]


def test_a_refusal_leaves_the_agreement_unsigned_and_says_why(to_sign, bank):
    bank.limit()
    bank.ladder()
    hand_in(to_sign)
    with pytest.raises(Invalid), transaction():
        task = to_sign._open("approve_settlement")[0]
        tasks.complete(bank.actor("first"), task.id, {"decision": "refuse"})
    decide(to_sign, "refuse", "超出赔付标准")
    row = request(to_sign)
    assert (row.status, row.decisions[0]["reason"], to_sign.open()) == ("refused", "超出赔付标准", ["sign_agreement"])
    handler, task = to_sign.world.actor("handler"), to_sign._open("sign_agreement")[0]
    with pytest.raises(standing.ApprovalNeeded), transaction():
        tasks.complete(handler, task.id, {"answer": "sign"})
    made = agreements.open_for_signing(to_sign.case_id)
    with pytest.raises(standing.ApprovalNeeded, match="科长"), transaction():
        signatures.sign(handler, made.id, task.participant_id, made.frozen_sha256)


def test_a_silent_approvers_substitute_is_asked_and_two_silences_are_no_approval(to_sign, bank):
    bank.limit()
    bank.ladder()
    hand_in(to_sign)
    to_sign.pass_time(days=5)
    assert assigned(to_sign) == [bank.ids["deputy"]]
    to_sign.pass_time(days=5)
    row = request(to_sign)
    assert row.status == "lapsed" and [one["answer"] for one in row.decisions] == ["silent", "silent"]
    assert "approve_settlement" not in to_sign.open()


def test_a_pending_approval_ends_with_its_case_and_says_so(to_sign, bank):
    bank.limit()
    bank.ladder()
    hand_in(to_sign)
    assert request(to_sign).status == "asked"
    with transaction():
        consumer = next(one for one in to_sign.case.participants if one.side == "applicant")
        acts.tell(Actor.of_party(links.issue(consumer, "leaves"), consumer), to_sign.case, "withdrawal", {"reason": "不再调解"})
    to_sign.work()
    conditions.look()
    to_sign.work()
    assert to_sign.case.outcome not in ("", "O01") and not to_sign._open("approve_settlement")
    assert request(to_sign).status == "ended" and request(to_sign).settled_at is not None
    handler = to_sign.world.actor("handler")
    assert [one.row.status for one in approvals.of_case(handler, to_sign.case)] == ["ended"]


def test_an_institution_agrees_to_an_advance_with_approval_and_only_then_pays(refer, bank):
    with transaction():
        starts.renew(db.session.scalar(select(Version).where(Version.process_key == approvals.PROCESS)))
    bank.limit(concession="1000")
    bank.ladder()
    walk = refer()
    walk.to_mediation()
    walk.to_result("advance_payment")
    applicant, respondent = (str(person.id) for person in walk.case.participants if person.role == "party")
    walk.do("arrange_advance", payer=respondent, payee=applicant, advance_amount="2000.00", basis="bank_card")

    def agree():
        with transaction():
            task = walk._open("agree_advance")[0]
            approvals.hand_in(walk.world.actor("handler"), task.id, {"agrees_advance": "yes"})
        walk.work()
    agree()
    assert walk.open() == ["agree_advance", "approve_settlement"] and request(walk).act == "pay", "nothing is paid yet"
    decide(walk, "approve")
    agree()
    assert walk.open() == ["pay_advance"] and only_advance(walk).status == "agreed"
    walk.do("pay_advance", pays="paid", paid_on=clock.today().isoformat(), voucher="V-1")
    assert only_advance(walk).status == "paid"


def only_advance(walk):
    db.session.expire_all()
    return db.session.scalar(select(Advance).where(Advance.case_id == walk.case_id))


def test_an_expired_limit_gives_nothing_alone(to_sign, bank):
    bank.limit(concession="", valid_until=(clock.today() - timedelta(days=1)).isoformat())
    bank.ladder()
    hand_in(to_sign)
    assert request(to_sign).status == "asked"


def test_without_a_rung_that_reaches_so_far_nobody_is_asked_and_nothing_is_signed(to_sign, bank):
    bank.limit()
    with pytest.raises(standing.NobodyMayApprove):
        hand_in(to_sign)
    assert request(to_sign) is None and to_sign.open() == ["sign_agreement"]


def test_an_agent_by_power_of_attorney_is_held_to_the_agents_limit(to_sign, bank):
    bank.limit(concession="8000")
    bank.ladder()
    with transaction():
        party = next(one for one in to_sign.case.participants if one.body_id)
        agent = factories.added(Participant(
            case_id=to_sign.case_id, side=party.side, role="agent", name="赵律师", phone="16600009999", represents_id=party.id,
            authority="special"))
        actor = Actor.of_party(links.issue(agent, "test-agent"), agent)
    hand_in(to_sign, actor)
    assert request(to_sign).asked_by == "赵律师"
    bank.limit(holder="agent", concession="8000")
    with transaction():
        person = db.session.get(Participant, party.id)
        assert standing.reaches(actor, to_sign.case, person, limits.Stake(Decimal(8000), Decimal(8000)))


def test_nobody_outside_sees_sums_approvers_or_terms_and_the_mediator_only_confirmed_or_pending(to_sign, bank):
    walk = to_sign
    bank.limit()
    bank.ladder()
    hand_in(walk)
    mediator = walk.world.actor("mediator")
    assert approvals.shown_to_mediator(mediator, walk.case) == [{"name": "京华银行股份有限公司", "is_confirmed": False}]
    assert approvals.of_case(mediator, walk.case) == []
    assert approvals.shown_to_mediator(walk.world.actor("coordinator"), walk.case) == []
    file = desk.file(mediator, walk.case)
    assert not [row for row in file.deadlines if row.term == "TAUTH"]
    assert "审批" not in "".join(each.what for each in waiting.of_case(walk.case))
    inside = set(db.session.scalars(select(UserTask.instance_id).where(UserTask.element == "approve_settlement")))
    assert not [entry for entry in file.timeline if entry.detail.get("name") == approvals.MESSAGE]
    assert inside and not inside & {entry.instance_id for entry in file.timeline}
    decide(walk, "approve")
    assert approvals.shown_to_mediator(mediator, walk.case)[0]["is_confirmed"]
    assert [one.is_enough for one in approvals.of_case(walk.world.actor("handler"), walk.case)] == [True]


def test_the_task_is_the_approvers_alone(to_sign, bank):
    bank.limit()
    bank.ladder()
    hand_in(to_sign)
    task = to_sign._open("approve_settlement")[0]
    assert approvals.of_task(bank.actor("first"), task).concession == 8000
    for other in (bank.actor("second"), to_sign.world.actor("handler"), to_sign.world.actor("mediator"), bank.actor("keeper")):
        with pytest.raises(Exception) as refused, transaction():
            tasks.complete(other, task.id, {"decision": "approve"})
        assert type(refused.value).__name__ in ("NotFound", "Forbidden", "TaskNotYours")


def test_authority_for_an_offer_is_asked_for_beforehand_and_covers_the_signature(to_sign, bank):
    bank.limit()
    bank.ladder()
    handler = to_sign.world.actor("handler")
    told = {"offer_amount": "9000", "offer_reason": "争取一次解决"}
    with pytest.raises(approvals.WithinYourLimit), transaction():
        approvals.ask_for_offer(handler, to_sign.case, {**told, "offer_amount": "5000"})
    with transaction():
        approvals.ask_for_offer(handler, to_sign.case, told)
    to_sign.work()
    with pytest.raises(approvals.AskedBefore), transaction():
        approvals.ask_for_offer(handler, to_sign.case, told)
    decide(to_sign, "approve")
    hand_in(to_sign)
    assert to_sign.open() == ["sign_as_mediator"] and request(to_sign).act == "offer"
