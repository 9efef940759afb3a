"""Papers made at the desk, their English reading copies, and signatures that a changed character voids for all to see."""

import pytest
from sqlalchemy import select

from engine import storage
from engine.access.models import Participant
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.documents import shelf, templates
from engine.documents.models import Document
from engine.notices import links
from engine.operations import desk_papers
from engine.workflow.models import Incident, TraceEntry
from tests.engine.operations.test_papers import words_of

ANSWERS = {
    "power_of_attorney": {"agent": "李思雨", "kind": "lawyer", "scope": "special", "matters": ["settle"]},
    "representative_certificate": {"representative": "陈平"},
    "caucus_note": {"at": "2026-01-05T14:30", "text": "可以分两期。"}, "complaint_answer": {
        "about": "调解员", "received": "2026-01-05", "complaint": "未提前通知。", "findings": "属实。", "decision": "已纠正。"},
    "inquiry_record": {"asked": "王经理", "at": "2026-01-05T14:30", "place": "电话", "text": "问答。"},
    "oral_agreement": {"reached": "2026-01-05", "content": "退还五百元。", "performance": "当场履行。"},
    "performance_record": {"performed": "partly", "on": "2026-01-05", "amount": "500", "told_by": "申请人来电"},
}


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.to_mediation()
    return walk


def make(browser, walk, template, **changes):
    person = next(one.id for one in walk.case.participants if one.role == "party" and one.side == "respondent")
    return browser.post(f"/papers/{walk.case.number}/{template}", serial="1",
                        **{"person": str(person)} | ANSWERS.get(template, {}) | changes)


def kept(walk, template) -> list[Document]:
    return list(db.session.scalars(select(Document).where(Document.case_id == walk.case_id, Document.kind == template)))


def test_every_paper_of_the_desk_can_be_made_once_from_the_register(browser, walk):
    mediator = browser("mediator")
    with transaction():
        shelf.put(walk.case_id, "evidence", "账单截图", b"a picture", "filing", side="applicant", media_type="image/png")
    assert "D38" in mediator.text(f"/papers/{walk.case.number}")
    for template, offer in desk_papers.offers().items():
        assert make(mediator, walk, template).status_code == 303, template
        made = kept(walk, template)
        assert len(made) == 1 and storage.get(made[0].sha256).startswith(b"%PDF"), template
        assert made[0].audience in (offer.audience, f"{offer.audience}:respondent")
    assert make(mediator, walk, "caucus_note").status_code == 303 and len(kept(walk, "caucus_note")) == 1


@pytest.mark.db
def test_who_made_a_paper_is_written_down(browser, walk, world):
    make(browser("mediator"), walk, "caucus_note")
    make(browser("mediator"), walk, "caucus_note", text="")
    noted = db.session.execute(select(AuditEntry.actor_id, AuditEntry.case_id, AuditEntry.outcome).where(
        AuditEntry.action == "papers.make")).all()
    assert noted == [(world.mediator.id, walk.case_id, "done")]


@pytest.mark.db
def test_what_a_paper_needs_is_asked_for(browser, walk):
    refused = make(browser("mediator"), walk, "complaint_answer", findings="")
    assert refused.status_code == 422 and 'id="f-findings"' in refused.text and kept(walk, "complaint_answer") == []


@pytest.mark.db
def test_others_make_no_papers_and_a_coordinator_none_of_the_mediators(browser, walk):
    for who in ("outsider", "clerk", "handler", "designer"):
        assert make(browser(who), walk, "file_cover").status_code in (403, 404)
    assert make(browser("coordinator"), walk, "caucus_note").status_code == 403
    assert make(browser("mediator"), walk, "no_such_paper").status_code == 404


def test_people_read_a_marked_english_copy_of_what_they_receive(browser, stranger, walk):
    document = kept(walk, "rights_notice")[0]
    with transaction():
        person = next(one for one in walk.case.participants if one.side == "applicant")
        links.issue(person, "reader")
    page = f"/p/{links.token('reader')}/documents"

    assert stranger.get(f"{page}/{document.id}/english.pdf").data.startswith(b"%PDF")
    assert browser("mediator").get(f"/cases/{walk.case.number}/documents/{document.id}/english.pdf").status_code == 200
    assert stranger.get(f"{page}/999999/english.pdf").status_code == 404
    assert browser("outsider").get(f"/cases/{walk.case.number}/documents/{document.id}/english.pdf").status_code == 404
    assert not templates.is_in_english("evidence") and not templates.is_in_english("oral_application")


def test_one_changed_character_voids_all_signatures_on_every_page_and_in_the_trace(browser, stranger, refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    document, mediator = kept(walk, "agreement")[0], browser("mediator")
    where = f"/cases/{walk.case.number}/documents/{document.id}/examine"
    assert "签名有效" in mediator.text(f"/cases/{walk.case.number}") and mediator.post(where).status_code == 303
    applicant = next(one.id for one in walk.case.participants if one.side == "applicant")
    with transaction():
        data = storage.get(db.session.get(Document, document.id).sha256)
        db.session.get(Document, document.id).sha256 = storage.put(data.replace(b"/Type", b"/Typo", 1))
        links.issue(db.session.get(Participant, applicant), "reader")

    assert "签名失效" in mediator.text(f"/cases/{walk.case.number}")
    assert "签名全部失效" in stranger.text(f"/p/{links.token('reader')}")
    assert "签名" in stranger.post("/verify", code=document.check_code).text
    assert stranger.post("/verify", code=document.check_code).status_code == 404
    mediator.post(where)
    events = select(TraceEntry.event).where(TraceEntry.event.like("signatures_%")).order_by(TraceEntry.id)
    assert db.session.scalars(events).all() == ["signatures_hold", "signatures_broken"]
    assert db.session.scalar(select(Incident.kind).where(Incident.subject == f"document {document.id}")) == "signatures_broken"


def test_what_was_chosen_for_the_case_is_what_is_printed(browser, walk):
    """The matters given one by one, where the case came from, and which words somebody answered."""
    mediator = browser("mediator")
    for template in ("power_of_attorney", "registration_form", "consent_record"):
        make(mediator, walk, template)
    power, form, record = (words_of(kept(walk, template)[0])
                           for template in ("power_of_attorney", "registration_form", "consent_record"))

    assert "并代为进行和解、签署调解协议。未列明" in power and "反诉" not in power and "律师" in power
    assert "③法院委派" in form
    assert "文字版本" in record
