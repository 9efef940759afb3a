"""Regime B: a docketed case is entrusted to mediation, and the court ends it or goes on with the trial."""

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.policy import visible
from engine.cases import intake
from engine.cases.models import Case, Closing
from engine.courts import messages
from engine.courts.models import CourtEnding, CourtProfile
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.documents.wording import on_day
from engine.errors import Invalid
from engine.inbox.asking import acts
from engine.notices import paper as noted
from engine.notices import serving
from engine.notices.models import Serving
from engine.workflow import messages as told
from engine.workflow import starts, versions
from engine.workflow.models import Version
from tests import personas
from tests.journeys.walking import Walk
from tests.trodden import way
from workers import calendar, conditions

pytestmark = pytest.mark.db
SIMPLIFIED = {"docketed_on": "2025-03-03", "procedure": "simplified", "judge": "", "during_trial": False}


@pytest.fixture
def entrust(world, shipped):
    """Let the court entrust a docketed case; its judges work in our inbox unless told otherwise."""
    def entrust(decides_here=True, **changes) -> Walk:
        with way.step("entrust", decides_here, repr(changes)), transaction():
            db.session.get(CourtProfile, world.court.id).decides_here = decides_here
            case = intake.accept(world.actor("court_system"), personas.docketed(**changes))
        return Walk(world, case)
    return entrust


def kinds(walk) -> set[str]:
    return set(db.session.scalars(select(Document.kind).where(Document.case_id == walk.case_id)))


def ending(walk) -> CourtEnding:
    db.session.expire_all()
    return db.session.scalar(select(CourtEnding).where(CourtEnding.case_id == walk.case_id).order_by(CourtEnding.id.desc()))


def services(walk, kind: str) -> list[str]:
    """How far the services of a paper are."""
    db.session.expire_all()
    return list(db.session.scalars(select(Serving.status).join(Document, Document.id == Serving.document_id).where(
        Serving.case_id == walk.case_id, Document.kind == kind)))


def received(walk, kind: str) -> None:
    """Everybody on whom a paper is served opens it."""
    with transaction():
        for row in db.session.scalars(select(Serving).join(Document, Document.id == Serving.document_id).where(
                Serving.case_id == walk.case_id, Document.kind == kind)):
            serving.opened(row.document_id, row.participant_id, "party")


def term_runs(walk, term: str) -> bool:
    db.session.expire_all()
    return db.session.scalar(select(Deadline.id).where(
        Deadline.case_id == walk.case_id, Deadline.term == term, Deadline.status == "running")) is not None


def seen_by(walk, login: str) -> int | None:
    return db.session.scalar(select(Case.id).where(visible(walk.world.actor(login), Case)))


def to_agreement(walk) -> None:
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()


def test_a_mediation_letter_is_in_force_when_the_last_party_signs_for_it(entrust):
    walk = entrust()
    to_agreement(walk)
    assert seen_by(walk, "judge") is None, "mediation is not the judge's to watch"
    walk.do("choose_ending", asked="mediation_letter")
    assert seen_by(walk, "judge") == walk.case_id
    walk.do("review_settlement", checked=["voluntary", "lawful"], court_decision="approve")
    walk.do("sign_for_letter", answer="received")
    assert ending(walk) is None, "one signature is not enough"
    assert sorted(services(walk, "mediation_letter")) == ["open", "served"], "who signed for it is not looked for any longer"
    walk.do("sign_for_letter", answer="received")
    walk.to_the_end()
    row = ending(walk)
    assert (row.kind, row.number, row.decided_by) == ("mediation_letter", "（2025）沪0115民初816号", "法官甲")
    assert row.in_force_at is not None and str(row.fee) == "50.00"  # 12,000: 100 yuan, halved (Fees Arts. 13, 15)
    assert {"entrustment_letter", "mediation_letter", "court_report"} <= kinds(walk)
    sent = messages.outcome(walk.case)["data"]
    assert (sent["regime"], sent["ending"]["kind"], sent["outcome"]) == ("B", "mediation_letter", "O01")
    assert walk.case.is_closed
    assert set(services(walk, "mediation_letter")) == {"served"}


def test_without_agreement_the_fee_is_called_in_and_unpaid_it_counts_as_withdrawn(entrust):
    walk = entrust(docket=SIMPLIFIED)
    walk.to_mediation()
    terms = set(db.session.scalars(select(Deadline.term).where(Deadline.case_id == walk.case_id)))
    assert "T08" in terms and "T06" not in terms
    walk.pass_time(days=9)
    walk.do("consent_facts", agrees="no")
    walk.do("write_report", course="经调解未成。", reasons="分歧较大。")
    assert walk.open() == ["record_fee"]
    assert len(services(walk, "termination_notice")) == 2, "told of the end at once, whatever becomes of the trial"
    walk.pass_time(days=14)
    assert walk.open() == ["record_fee"], "not received, so no term has begun"
    assert not term_runs(walk, "T27")
    received(walk, "fee_notice")
    conditions.look()
    assert walk.open() == ["record_fee_in_time"]
    walk.pass_time(days=6)
    assert walk.open() == ["record_fee_in_time"]
    walk.pass_time(days=4)
    walk.do("judge_unpaid", court_decision="deemed_withdrawn")
    walk.to_the_end()
    assert db.session.scalar(select(Closing.outcome)) == "O12"
    assert ending(walk).kind == "deemed_withdrawn"
    assert {"fee_notice", "docket_ruling", "termination_notice", "court_report"} <= kinds(walk)
    assert (len(services(walk, "fee_notice")), len(services(walk, "docket_ruling"))) == (1, 2), "the plaintiff; both"
    ruling = paper_of(walk, "docket_ruling").told
    assert ruling["ruling"] == "deemed_withdrawn" and ruling["received"] == on_day(served_at(walk, "fee_notice"))


def no_agreement(walk, accepted: bool = False) -> None:
    """Mediated in vain, and reported: the court calls in the fee."""
    if not accepted:
        walk.do("accept_referral", decision="accept")
    walk.to_mediation_once_accepted()
    walk.pass_time(days=16)
    walk.do("consent_facts", agrees="no")
    walk.do("write_report", course="经调解未成。", reasons="分歧较大。")


def paper_of(walk, kind: str) -> Document:
    db.session.expire_all()
    return db.session.scalar(select(Document).where(
        Document.case_id == walk.case_id, Document.kind == kind).order_by(Document.id.desc()).limit(1))


def served_at(walk, kind: str):
    return db.session.scalar(select(Serving.served_at).where(Serving.document_id == paper_of(walk, kind).id))


def test_a_fee_notice_that_reaches_nobody_is_published_by_the_clerk_and_the_seven_days_count_from_its_end(entrust):
    """CPL 95: no case waits in silence for a receipt that never comes."""
    walk = entrust()
    walk.do("accept_referral", decision="accept")
    with transaction():
        starts.renew(db.session.scalar(select(Version).where(Version.process_key == "failed_service")))
        plaintiff = next(one for one in walk.case.participants if one.side == "applicant")
        plaintiff.phone = plaintiff.email = ""
    no_agreement(walk, accepted=True)
    with transaction():
        row = db.session.scalar(select(Serving).where(Serving.document_id == paper_of(walk, "fee_notice").id))
        noted.note(walk.world.actor("clerk"), row.id, "not_found", clock.today(), remark="登记住址查无此人")
    assert walk.open() == ["record_fee", "serve_court_paper"]

    walk.do("serve_court_paper", way="publish", ground="unknown", publication_reason="登记住址查无此人", gist="请交费。")
    walk.do("publish_notice", places="本院公告栏", published_on=clock.today().isoformat())
    assert walk.open() == ["record_fee"] and term_runs(walk, "TPUBLIC")
    walk.pass_time(days=36)
    conditions.look()

    assert services(walk, "fee_notice") == ["served"] and walk.open() == ["record_fee_in_time"]
    began = db.session.scalar(select(Deadline.starts_at).where(Deadline.case_id == walk.case_id, Deadline.term == "T27"))
    assert began == served_at(walk, "fee_notice")


def seen_to(walk) -> bool:
    """The calendar has been looked at: is something before the court's president that was not done in time?"""
    calendar.remind()
    walk.work()
    conditions.look()
    return "supervise_court" in walk.open()


def test_what_the_court_leaves_lying_about_the_fee_comes_before_its_president(entrust):
    walk = entrust()
    with transaction():
        starts.renew(versions.latest("overdue"))
    no_agreement(walk)
    walk.pass_time(days=28)
    assert walk.open() == ["record_fee"] and not seen_to(walk)
    walk.pass_time(days=5)
    assert seen_to(walk), "nobody knows whether the notice arrived"

    walk.do("record_fee", fee="refused")
    assert not seen_to(walk) and walk.open() == ["judge_unpaid"]
    walk.pass_time(days=10)
    assert seen_to(walk), "no ruling"
    walk.do("judge_unpaid", court_decision="deemed_withdrawn")
    assert not seen_to(walk) and ending(walk).kind == "deemed_withdrawn"


def test_a_plaintiff_who_withdraws_before_the_fee_gets_the_courts_leave(entrust):
    """CPL 148."""
    walk = entrust()
    no_agreement(walk)
    walk.do("record_fee", fee="withdrawn", withdrawn_on=clock.today().isoformat())
    walk.do("judge_unpaid", withdrawal_decision="permit")
    walk.to_the_end()

    assert ending(walk).kind == "withdrawal" and paper_of(walk, "docket_ruling").told["ruling"] == "withdrawal"


def test_a_court_closes_as_performed_only_what_every_party_says_is_performed(entrust):
    walk = entrust()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.do("choose_ending", asked="performed")
    walk.do("confirm_performed", is_performed="no")
    assert walk.open() == ["choose_ending"] and ending(walk) is None

    walk.do("choose_ending", asked="performed")
    for _side in range(2):
        walk.do("confirm_performed", is_performed="yes")
    walk.do("review_settlement", court_decision="approve")

    assert ending(walk).kind == "performed"


def test_a_court_with_a_system_of_its_own_says_how_the_case_ended(entrust):
    walk = entrust(decides_here=False)
    walk.to_mediation()
    walk.to_result("performed")
    assert "entrustment_letter" not in kinds(walk)
    with transaction():
        told.receive(walk.case_id, "docket_decided", {
            "ending": "performed", "number": "（2025）沪0115民初816号", "decided_on": "2025-03-20", "reason": ""}, "court", "d-1",
            by="court")
    walk.to_the_end()
    assert ending(walk).kind == "performed" and ending(walk).decided_at.isoformat() == "2025-03-19T16:00:00+00:00"
    assert walk.case.is_closed and walk.case.outcome == "O05"


def test_more_than_the_law_allows_is_not_even_asked_of_the_parties(entrust):
    """Opinions on Filing and Mediation 2024, item 3: an entrusted mediation is extended by thirty days in all."""
    walk = entrust()
    walk.to_mediation()
    asks = walk.world.actor("mediator")
    with transaction(), pytest.raises(Invalid) as refused:
        acts.tell(asks, walk.case, "extension", {"days": "31", "reason": "等待鉴定"})
    walk.work()
    assert [(each["pointer"], each["values"]) for each in refused.value.problems] == [("/days", {"cap": 30, "used": 0})]
    assert "consent_extension" not in walk.open()

    for days, agreed in (("20", "yes"), ("10", "no")):
        with transaction():
            acts.tell(asks, walk.case, "extension", {"days": days, "reason": "等待鉴定"})
        walk.work()
        while "consent_extension" in walk.open():
            walk.do("consent_extension", agrees=agreed)
    with transaction(), pytest.raises(Invalid) as refused:
        acts.tell(asks, walk.case, "extension", {"days": "11", "reason": "等待鉴定"})
    assert refused.value.problems[0]["values"] == {"cap": 30, "used": 20}


def test_a_plaintiff_withdraws_with_the_courts_leave(entrust):
    walk = entrust()
    to_agreement(walk)
    walk.do("choose_ending", asked="withdrawal")
    walk.do("apply_withdrawal", applies="yes", voluntary=True)
    walk.do("review_settlement", checked=[], court_decision="approve")
    walk.to_the_end()
    assert ending(walk).kind == "withdrawal"
    assert {"withdrawal_application", "docket_ruling"} <= kinds(walk)
    assert len(services(walk, "docket_ruling")) == 2


def test_who_goes_back_before_signing_for_the_letter_is_tried(entrust):
    walk = entrust(docket={"docketed_on": "2025-03-03", "procedure": "ordinary", "judge": "", "during_trial": True})
    to_agreement(walk)
    walk.do("choose_ending", asked="mediation_letter")
    walk.do("review_settlement", checked=[], court_decision="approve")
    walk.do("sign_for_letter", answer="go_back")
    walk.to_the_end()
    assert (db.session.scalar(select(Closing.outcome)), ending(walk).kind) == ("O13", "trial_resumed")  # CPL 102
    assert len(services(walk, "trial_notice")) == 2 and set(services(walk, "mediation_letter")) == {"ended"}


def to_drafting(walk) -> None:
    walk.to_mediation()
    walk.to_result("agreement_full")


def test_p4_a_simplified_cases_seven_days_end_also_while_the_agreement_is_drafted(entrust):
    walk = entrust(docket=SIMPLIFIED)
    to_drafting(walk)
    assert "draft_agreement" in walk.open() and term_runs(walk, "T08")

    walk.pass_time(days=8)

    assert walk.case.outcome == "O12" and "draft_agreement" not in walk.open()


def test_a_text_fixed_in_time_is_signed_after_the_seven_days_but_not_changed_any_more(entrust):
    walk = entrust(docket=SIMPLIFIED)
    to_drafting(walk)
    walk.pass_time(days=5)
    walk.to_signing()
    mediator = walk.world.actor("mediator")
    assert {"redraft", "extension"} <= set(acts.offered(mediator, walk.case))

    walk.pass_time(days=3)

    assert "sign_agreement" in walk.open()
    assert not {"redraft", "extension"} & set(acts.offered(mediator, walk.case))
    assert any("签署" in str(why) or "signed as it stands" in str(why) for _form, why in acts.withheld(mediator, walk.case))
