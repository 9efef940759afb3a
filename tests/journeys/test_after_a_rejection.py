"""After a court's no: the agreement is changed and applied for again (CPL 206), or the same one once more (CPL 205)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.cases import facts
from engine.courts import grounds
from engine.courts.models import ConfirmationApplication
from engine.db import db, transaction
from engine.deadlines import clocks, due_at
from engine.documents.models import Document
from engine.errors import Forbidden, Invalid
from engine.forms.form import AnswersRefused
from engine.inbox.asking import acts, wishes
from engine.inbox.asking.acts import NotPossibleNow
from engine.mediation import consent, obligations
from engine.mediation.models import Agreement
from engine.notices.models import Notice
from engine.workflow import starts, versions
from engine.workflow.models import UserTask
from tests.journeys.walking import VERIFIED, leg

pytestmark = pytest.mark.db


def applied(walk) -> None:
    """Agreed, signed, applied for together, and taken up by the court."""
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    apply(walk, "join_application")


@leg
def apply(walk, element: str) -> None:
    walk.do(element, joins="yes", truthful=True)
    walk.do(element, joins="yes", truthful=True)
    walk.do("review_application_court", decision="accepted", both_present=True)


def applications(walk) -> list[tuple[int, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(ConfirmationApplication).where(ConfirmationApplication.case_id == walk.case_id).order_by(
        ConfirmationApplication.id))
    return [(row.agreement_id, row.status) for row in rows]


def test_a_rejected_agreement_is_changed_confirmed_and_performed_in_its_new_form(refer):
    walk = refer()
    applied(walk)
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="rejected", court_ground="unclear", grounds_358=["unclear"],
            court_reason="第一项给付没有期限")
    walk.do("choose_next", next="change", remark="写明付款日期")
    walk.do("choose_next", next="change", remark="")
    assert clocks.running(walk.case_id, "mediation") is None, "who changes what was agreed is not bound to the mediation's time"
    assert "extension" not in acts.offered(walk.world.actor("mediator"), walk.case)
    first, second = (str(person.id) for person in walk.case.participants if person.role == "party")
    term = {"kind": "payment", "debtor": second, "creditor": first, "amount": "7500.00", "method": "转账", "account": "",
            "due_on": (clock.today() + timedelta(days=45)).isoformat(), "text": ""}
    walk.do("draft_agreement", terms=[term], facts="双方对事实无争议。", final_clause="本案纠纷一次性了结。")
    walk.to_effect()
    apply(walk, "join_application")
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="confirmed")

    made = [(row.number, row.status) for row in db.session.scalars(select(Agreement).order_by(Agreement.number))]
    assert made == [(1, "effective"), (2, "effective")] and walk.case.confirmation == "confirmed"
    assert [status for _agreement, status in applications(walk)] == ["rejected", "confirmed"]
    walk.pass_time(minutes=1)
    due = obligations.of_case(walk.case_id)
    assert [str(row.amount) for row in due] == ["7500.00"] and walk.open().count("confirm_receipt") == 1


def test_an_application_taken_back_may_be_made_again_inside_the_thirty_days(refer):
    walk = refer()
    applied(walk)
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="supplement", court_reason="请补充委托书",
            supplement_by=(clock.today() + timedelta(days=5)).isoformat())
    walk.pass_time(days=12)
    walk.do("decide_overdue", decision="deemed_withdrawn", court_reason="期限内没有补充，也没有说明理由")
    apply(walk, "apply_again")
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="confirmed")

    (agreement, first), (same, second) = applications(walk)
    assert (first, second) == ("deemed_withdrawn", "confirmed") and agreement == same
    assert walk.case.confirmation == "confirmed"


def test_who_performs_all_while_applying_again_is_offered_is_asked_no_more(refer):
    walk = refer()
    applied(walk)
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="supplement", court_reason="请补充委托书",
            supplement_by=(clock.today() + timedelta(days=5)).isoformat())
    walk.pass_time(days=12)
    walk.do("decide_overdue", decision="deemed_withdrawn", court_reason="期限内没有补充，也没有说明理由")
    assert "apply_again" in walk.open()
    walk.do("note_performance", performed="fully", on=clock.today().isoformat())
    assert "apply_again" not in walk.open() and walk.case.confirmation == "deemed_withdrawn"
    assert obligations.are_performed(walk.case_id)
    assert "confirmation_moot" in db.session.scalars(select(Notice.template).where(Notice.case_id == walk.case_id)).all()


def wants_it(walk, person) -> None:
    with transaction():
        wishes.tell(Actor.of_party(walk.link(person.id), person), walk.case, "confirmation_wanted", {"reason": "对方迟迟不付"})
    walk.work()


def test_who_said_no_may_apply_after_all_until_the_thirty_days_are_over(refer):
    walk = refer()
    with transaction():
        starts.renew(versions.latest("confirmation_wanted"))
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    first = next(person for person in walk.case.participants if person.role == "party" and not person.body_id)
    with pytest.raises(NotPossibleNow):
        wants_it(walk, first)  # everybody is being asked
    walk.do("join_application", joins="no")
    assert walk.case.confirmation == "none" and "join_application" not in walk.open()

    clock.move(timedelta(days=20))
    made = db.session.scalar(select(Agreement))
    offered = {wish.message: wish.ends for wish in wishes.offered(Actor.of_party(walk.link(first.id), first), walk.case)}
    assert offered["confirmation_wanted"] == due_at("T14", made.effective_at)
    wants_it(walk, first)
    assert walk.open().count("join_application") == 2
    assert "confirmation_wanted" in set(db.session.scalars(select(Notice.template)))
    apply(walk, "join_application")
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="confirmed")
    assert walk.case.confirmation == "confirmed"


def test_nobody_is_asked_again_when_the_thirty_days_are_over(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.do("join_application", joins="no")
    first = next(person for person in walk.case.participants if person.role == "party" and not person.body_id)
    clock.move(timedelta(days=45))
    with pytest.raises(NotPossibleNow):
        wants_it(walk, first)


def test_who_missed_the_thirty_days_for_good_cause_asks_the_court_to_extend_them(refer):
    """CPL 86: ten days from when the obstacle was gone; the court decides, and until when."""
    walk = refer()
    with transaction():
        starts.renew(versions.latest("restoration"))
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    first = next(person for person in walk.case.participants if person.role == "party" and not person.body_id)
    actor = Actor.of_party(walk.link(first.id), first)
    assert "restoration_asked" not in {wish.message for wish in wishes.offered(actor, walk.case)}
    walk.pass_time(days=45)
    assert walk.case.confirmation == "lapsed"

    for gone_on in ("", (clock.today() + timedelta(days=1)).isoformat()):
        with pytest.raises(Invalid), transaction():
            wishes.tell(actor, walk.case, "restoration_asked", {"reason": "洪水", "gone_on": gone_on})
    with transaction():
        wishes.tell(actor, walk.case, "restoration_asked", {"reason": "洪水", "gone_on": clock.today().isoformat()})
    walk.work()
    asked = db.session.scalar(select(UserTask).where(UserTask.element == "decide_restoration"))
    assert (asked.role, asked.term) == ("judge", "TRESTD") and "在期限内提出" in asked.data["count"]
    until = (clock.today() + timedelta(days=10)).isoformat()
    walk.do("decide_restoration", restoration_decision="granted", restored_until=until, court_reason="交通中断属实")
    walk.do("join_restored", joins="yes", truthful=True)
    walk.do("join_restored", joins="yes", truthful=True)
    assert "review_application_court" in walk.open() and walk.case.confirmation == "applied"
    assert "restoration_asked" not in {wish.message for wish in wishes.offered(actor, walk.case)}


def closed_before_it_is_asked_for(walk, wish: str):
    """Signed, part paid, closed; then somebody asks for confirmation after all, or for the missed thirty days."""
    with transaction():
        starts.renew(versions.latest({"confirmation_wanted": "confirmation_wanted", "restoration_asked": "restoration"}[wish]))
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    if wish == "confirmation_wanted":
        walk.do("join_application", joins="no")
        clock.move(timedelta(days=20))
    else:
        walk.pass_time(days=45)
    walk.do("note_performance", performed="partly", on=clock.today().isoformat())
    assert walk.case.is_closed and walk.case.stage == "closed"
    first = next(person for person in walk.case.participants if person.role == "party" and not person.body_id)
    actor = Actor.of_party(walk.link(first.id), first)
    said = {"reason": "洪水", "gone_on": clock.today().isoformat()} if wish == "restoration_asked" else {"reason": "对方不付余款"}
    with transaction():
        wishes.tell(actor, walk.case, wish, said)
    walk.work()
    if wish == "restoration_asked":
        until = (clock.today() + timedelta(days=10)).isoformat()
        walk.do("decide_restoration", restoration_decision="granted", restored_until=until, court_reason="交通中断属实")


@pytest.mark.parametrize(("wish", "asked"), [
    ("confirmation_wanted", "join_application"), ("restoration_asked", "join_restored"),
])
def test_an_agreement_is_changed_and_signed_also_when_the_case_was_closed_before_the_rejection(refer, wish, asked):
    """CPL 206 knows no term: that of the mediation was over long ago, and takes no draft away (Online-Med 25(6))."""
    walk = refer()
    closed_before_it_is_asked_for(walk, wish)
    apply(walk, asked)
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="rejected", court_ground="unclear", grounds_358=["unclear"],
            court_reason="第一项给付没有期限")
    walk.do("choose_next", next="change", remark="写明付款日期")
    walk.do("choose_next", next="change", remark="")
    walk.pass_time(days=1)
    assert clocks.running(walk.case_id, "mediation") is None
    mediator = walk.world.actor("mediator")
    assert "extension" not in acts.offered(mediator, walk.case), "no term runs that could be extended"
    walk.to_signing()
    assert facts.of(walk.case_id)["text_fixed"]
    walk.pass_time(days=1)
    walk.to_effect()

    made = [(row.number, row.status) for row in db.session.scalars(select(Agreement).order_by(Agreement.number))]
    assert made == [(1, "effective"), (2, "effective")]
    assert (walk.case.outcome, walk.case.is_closed) == ("O01", True) and walk.open().count("join_application") == 2


def apply_orally(walk) -> None:
    """Both come to the court, whose clerk writes down what they say (CPL-Interp 353); nobody else may."""
    clerk, mediator = walk.world.actor("clerk"), walk.world.actor("mediator")
    said = {"oral_application_said": "双方共同申请确认，称系自愿达成。", "oral_application_together": True}
    assert "oral_application" in acts.offered(clerk, walk.case) and "oral_application" not in acts.offered(mediator, walk.case)
    for refused, answers in ((mediator, said), (clerk, {**said, "oral_application_together": False})):
        with pytest.raises((Forbidden, Invalid)), transaction():
            acts.tell(refused, walk.case, "oral_application", answers)
    with transaction():
        acts.tell(clerk, walk.case, "oral_application", said)
    walk.work()


def test_who_applied_orally_is_heard_nothing_is_confirmed_while_a_ground_is_ticked_and_a_bench_signs_as_one(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    apply_orally(walk)
    assert "review_application_court" in walk.open() and "join_application" not in walk.open()
    assert "称系自愿达成" in walk.printed("oral_application")
    joined = consent.latest(walk.case_id, "confirmation")
    assert [(one.is_given, one.channel) for one in joined.values()] == [(True, "court")] * 2
    walk.do("review_application_court", decision="accepted", both_present=True)
    walk.do("verify_together", **VERIFIED)

    for ticked in ({"grounds_358": ["unclear"]}, {"grounds_355": ["real_rights"]}, {"suspected": True}):
        with pytest.raises(grounds.GroundsFound):
            walk.do("decide_confirmation", decision="confirmed", **ticked)
    with pytest.raises(AnswersRefused):
        walk.do("decide_confirmation", decision="confirmed", bench="collegiate", presiding="沈秋白")
    walk.do("decide_confirmation", decision="confirmed", bench="collegiate", presiding="沈秋白", second_judge="陆远山",
            third_judge="顾清和")

    ruling = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.kind == "ruling"))
    assert ruling.told["bench"] == ["沈秋白", "陆远山", "顾清和"] and "沈秋白" in walk.printed("ruling")
    assert walk.case.confirmation == "confirmed"
