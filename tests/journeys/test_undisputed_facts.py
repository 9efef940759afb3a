"""Undisputed facts in writing: only what all consented to and signed leaves with the hand-back, and nothing confidential does."""

import pytest
from sqlalchemy import select

from engine.access.policy import sees
from engine.courts import messages
from engine.db import db, transaction
from engine.documents import shelf
from engine.documents.models import Document
from engine.inbox.asking import acts
from engine.mediation import consent
from engine.tracks.models import FactsRecord
from engine.workflow import starts, versions
from engine.workflow.models import UserTask
from tests.journeys.walking import Walk, leg
from workers import calendar, conditions

FACTS = [{"text": "借款合同于2022年3月1日签订，本金五万元", "source": "借款合同", "claim": "返还本金"}]


@pytest.fixture
def failed(refer) -> Walk:
    """A mediation that failed although the parties agreed on some facts."""
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at="2027-03-01T09:00", mode="on_site", place="一号室")
    walk.do("hold_session", result="too_far_apart", reason="对金额分歧较大", undisputed="借款合同于2022年3月1日签订",
            session_note="<p onclick='x()'>申请人<strong>底线</strong>是七千元</p><script>y()</script>")
    noted = db.session.scalar(select(UserTask).where(UserTask.case_id == walk.case_id, UserTask.element == "hold_session"))
    assert noted.answers["session_note"] == "<p>申请人<strong>底线</strong>是七千元</p>"
    walk.nobody_objects()
    return walk


def documents(walk, kind):
    db.session.expire_all()
    return list(db.session.scalars(select(Document).where(Document.case_id == walk.case_id, Document.kind == kind)))


def records(walk):
    db.session.expire_all()
    return [row.status for row in db.session.scalars(select(FactsRecord).where(FactsRecord.case_id == walk.case_id))]


@leg
def to_signing(walk):
    walk.do("consent_facts", agrees="yes")
    walk.do("consent_facts", agrees="yes")
    walk.do("list_facts", facts_found="listed", facts_items=FACTS)


@leg
def to_seal(walk):
    to_signing(walk)
    walk.do("sign_facts", answer="sign")
    walk.do("sign_facts", answer="sign")
    walk.do("sign_facts_as_mediator", confirmed=True)


@leg
def to_record(walk):
    to_seal(walk)
    walk.do("seal_facts", checked=True)


def handed_back(walk) -> list[str]:
    """The kinds of papers that go to the court with the result."""
    walk.to_the_end()
    return [paper["kind"] for paper in messages.outcome(walk.case)["documents"]]


def test_the_signed_record_goes_to_the_court_with_every_signature_on_it(failed):
    to_record(failed)
    assert records(failed) == ["signed"] and "undisputed_facts" in handed_back(failed)
    paper = documents(failed, "undisputed_facts")[0]
    assert [one.kind for one in paper.signatures] == ["party", "party", "mediator", "organisation"]
    assert shelf.check(paper).is_complete
    assert sees(failed.world.actor("court_system"), paper) and failed.case.outcome == "O11"


def test_a_seal_that_is_late_is_put_before_the_supervisor_and_the_signatures_stand(failed):
    with transaction():
        starts.renew(versions.latest("overdue"))
    to_seal(failed)
    failed.pass_time(days=6)
    calendar.remind()
    failed.work()
    assert failed.open() == ["seal_facts", "supervise_organisation"] and records(failed) == ["frozen"]

    failed.do("seal_facts", checked=True)
    conditions.look()
    assert records(failed) == ["signed"] and "supervise_organisation" not in failed.open()


def test_each_party_consents_before_anything_is_written_down(failed):
    failed.do("consent_facts", agrees="yes")
    assert "list_facts" not in failed.open() and records(failed) == []
    failed.do("consent_facts", agrees="yes")
    assert "list_facts" in failed.open()
    given = consent.latest(failed.case_id, "undisputed_facts")
    assert len(given) == 2 and all(one.is_given for one in given.values())


def test_one_refusal_means_no_record(failed):
    failed.do("consent_facts", agrees="no")
    assert "undisputed_facts" not in handed_back(failed) and records(failed) == []


def test_silence_means_no_record(failed):
    failed.do("consent_facts", agrees="yes")
    failed.pass_time(days=6)
    assert "undisputed_facts" not in handed_back(failed) and records(failed) == []


@pytest.mark.parametrize("signs_first", [False, True])
def test_one_refusal_to_sign_means_no_record_and_the_draft_stays_inside(failed, signs_first):
    to_signing(failed)
    if signs_first:
        failed.do("sign_facts", answer="sign")
    failed.do("sign_facts", answer="refuse")
    assert records(failed) == ["void"]
    assert "undisputed_facts" not in handed_back(failed)
    assert not any(sees(failed.world.actor("court_system"), paper) for paper in documents(failed, "undisputed_facts"))


def test_no_confidential_item_leaves_with_the_hand_back(failed):
    mediator = failed.world.actor("mediator")
    with transaction():
        for audience in ("mediator", "side:applicant", "mediation"):
            acts.write_note(mediator, failed.case, "底线七千元", audience)
            shelf.enter(failed.case_id, "evidence", "单方材料", "0" * 64, 1, audience, None)
    to_record(failed)
    kinds = handed_back(failed)
    told = messages.as_text(messages.outcome(failed.case))
    assert set(kinds) == {"court_report", "termination_notice", "undisputed_facts", "handover_list"}
    assert "七千" not in told and "单方材料" not in told and "底线" not in told
    court = failed.world.actor("court_system")
    seen = [row for row in db.session.scalars(select(Document).where(Document.case_id == failed.case_id)) if sees(court, row)]
    assert {row.audience for row in seen} <= {"filing", "court"} and "session_minutes" not in {row.kind for row in seen}


def said_of_facts(walk, kind: str) -> str:
    """What the newest paper of a kind says of a record that there is not."""
    return documents(walk, kind)[-1].told.get("no_record", "")


def test_facts_nobody_noted_in_the_session_are_asked_about_all_the_same(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("too_far_apart")
    walk.nobody_objects()
    assert walk.open() == ["consent_facts", "consent_facts"]


def test_a_mediator_who_finds_none_says_why_and_the_court_and_the_parties_read_it(failed):
    failed.do("consent_facts", agrees="yes")
    failed.do("consent_facts", agrees="yes")
    failed.do("list_facts", facts_found="none", none_reason="双方对合同是否成立各执一词")
    assert "undisputed_facts" not in handed_back(failed) and records(failed) == []
    assert all("各执一词" in said_of_facts(failed, kind) for kind in ("court_report", "termination_notice"))


def test_who_did_not_agree_to_a_record_is_told_to_nobody(failed):
    failed.do("consent_facts", agrees="no")
    failed.to_the_end()
    told = said_of_facts(failed, "court_report")
    assert "未能一致同意" in told and not any(name in told for name in ("王小明", "京华银行"))
