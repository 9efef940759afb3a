"""Regime B: the plaintiff asks to pay the filing fee later, less or not at all; the judge decides with reasons (Fees 44–48)."""

import pytest
from sqlalchemy import select

from engine import clock, storage
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents.models import Document
from engine.errors import Invalid
from engine.inbox.asking import acts
from engine.inbox.asking.acts import NotPossibleNow
from engine.workflow import starts
from engine.workflow.models import UserTask, Version
from tests.journeys.test_docketed import (  # noqa: F401
    ending,
    entrust,
    no_agreement,
    paper_of,
    received,
    services,
    term_runs,
)
from workers import calendar, conditions

pytestmark = pytest.mark.db
SAID = {"fee_relief_ground": "reduction_disaster", "fee_relief_reason": "洪水受灾，正在接受社会救济。"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def plaintiff(walk) -> Actor:
    person = db.session.scalar(select(Participant).where(
        Participant.case_id == walk.case_id, Participant.side == "applicant", Participant.role == "party"))
    return Actor.of_party(walk.link(person.id), person)


def ask(walk, **changes) -> None:
    proof = {"sha256": storage.put(PDF), "name": "救济证明.pdf", "media_type": "application/pdf", "size": len(PDF)}
    with transaction():
        acts.tell(plaintiff(walk), db.session.get(Case, walk.case_id), "fee_relief", {**SAID, **changes}, [proof])


def asked_in_time(entrust, ref: str):  # noqa: F811
    """The notice to pay came, three of the seven days are over, the plaintiff asks."""
    walk = entrust(external_ref=ref)
    no_agreement(walk)
    received(walk, "fee_notice")
    conditions.look()
    walk.pass_time(days=3)
    assert walk.open() == ["record_fee_in_time"] and term_runs(walk, "T27")
    ask(walk)
    return walk


def test_who_asks_in_time_is_not_treated_as_withdrawn_and_pays_what_the_court_leaves(entrust):  # noqa: F811
    walk = asked_in_time(entrust, "F-1")
    assert walk.open() == ["decide_relief"] and not term_runs(walk, "T27")
    task = db.session.scalar(select(UserTask).where(UserTask.element == "decide_relief"))
    assert (task.role, task.term) == ("judge", "TRELIEF")
    assert "第四十六条第一项" in task.data["relief"]["asked"]["zh"] and task.data["relief"]["files"] == "救济证明.pdf"
    proof = db.session.scalar(select(Document).where(Document.kind == "supplement"))
    assert (proof.audience, proof.side) == ("court", "applicant")

    day = clock.today().isoformat()
    walk.do("decide_relief", relief_decision="reduction", relief_percent="40", pay_by=day, relief_reason="正在接受社会救济。")
    told = paper_of(walk, "fee_decision").told
    assert (told["decision"], told["fee"]["amount"], told["left"]["amount"], told["pay_by"]) == (
        "reduction", "100.00", "60.00", day)
    assert paper_of(walk, "fee_decision").audience == "side:applicant" and len(services(walk, "fee_decision")) == 1
    assert walk.open() == ["record_fee_decided"] and term_runs(walk, "T27b")
    walk.do("record_fee_decided", fee="paid")
    walk.to_the_end()
    assert ending(walk).kind == "trial"


def test_a_refusal_gives_reasons_and_a_day_and_unpaid_then_the_suit_counts_as_withdrawn(entrust):  # noqa: F811
    walk = asked_in_time(entrust, "F-2")
    walk.do("decide_relief", relief_decision="refused", pay_by=clock.today().isoformat(), relief_reason="未提交收入证明。")
    assert paper_of(walk, "fee_decision").told["reason"] == "未提交收入证明。"
    walk.pass_time(days=2)
    walk.do("judge_unpaid", court_decision="deemed_withdrawn")
    walk.to_the_end()
    assert ending(walk).kind == "deemed_withdrawn"


def test_nothing_to_pay_or_later_goes_on_to_trial_at_once(entrust):  # noqa: F811
    walk = entrust(external_ref="F-3")
    no_agreement(walk)
    ask(walk, fee_relief_ground="exemption_disabled")
    walk.do("decide_relief", relief_decision="exemption", relief_reason="残疾人无固定生活来源。")
    walk.to_the_end()
    assert ending(walk).kind == "trial" and "left" not in paper_of(walk, "fee_decision").told


def test_a_judge_who_does_not_decide_is_seen_to_by_the_president_and_the_plaintiff_loses_nothing(entrust):  # noqa: F811
    walk = asked_in_time(entrust, "F-4")
    with transaction():
        starts.renew(db.session.scalar(select(Version).where(Version.process_key == "overdue")))
    walk.pass_time(days=12)
    calendar.remind()
    walk.work()
    assert walk.open() == ["decide_relief", "supervise_court"]


def test_only_the_plaintiff_asks_and_only_while_the_fee_is_open(entrust):  # noqa: F811
    walk = entrust()
    walk.to_mediation()
    with pytest.raises(NotPossibleNow), transaction():
        acts.tell(plaintiff(walk), walk.case, "fee_relief", SAID)
    no_agreement_later(walk)
    assert "fee_relief" in acts.offered(plaintiff(walk), walk.case)
    for other in ("handler", "clerk", "mediator"):
        assert "fee_relief" not in acts.offered(walk.world.actor(other), walk.case)
    walk.do("record_fee", fee="paid")
    assert "fee_relief" not in acts.offered(plaintiff(walk), walk.case)


def no_agreement_later(walk) -> None:
    walk.pass_time(days=16)
    walk.do("consent_facts", agrees="no")
    walk.do("write_report", course="经调解未成。", reasons="分歧较大。")


def test_a_company_is_not_let_off_altogether(entrust):  # noqa: F811
    walk = entrust()
    no_agreement(walk)
    with transaction():
        person = next(one for one in walk.case.participants if one.side == "applicant")
        person.kind = "legal"
    with pytest.raises(Invalid) as wrong:
        ask(walk, fee_relief_ground="exemption_other")
    assert wrong.value.problems[0]["pointer"] == "/fee_relief_ground"
    ask(walk, fee_relief_ground="deferral_other")
    assert walk.open() == ["decide_relief"]
    task = db.session.scalar(select(UserTask).where(UserTask.element == "decide_relief"))
    assert [one["id"] for one in task.data["relief_choices"]] == ["deferral", "reduction", "refused"]
