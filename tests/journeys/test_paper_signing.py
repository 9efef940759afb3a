"""Signing on paper: printed, witnessed, scanned, compared by somebody else; then it takes effect by the rule for paper."""

import io
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from engine import clock, storage
from engine.access.models import Participant
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents import shelf, verify
from engine.documents.models import Document
from engine.errors import Invalid, NotFound
from engine.inbox import effects, tasks
from engine.inbox.asking import papering
from engine.mediation import agreement as agreements
from engine.mediation import paper
from engine.mediation.models import Agreement, PaperSignature

SCAN = b"%PDF-1.4 a scan"


@pytest.fixture
def on_paper(refer):
    """The consumer signs on paper, the bank has signed electronically; the mediator is to have it signed."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    clock.move(timedelta(hours=2))
    walk.do("sign_agreement", answer="paper")
    walk.do("sign_agreement", answer="sign")
    assert walk.open() == ["take_paper_signature"]
    return walk


def frozen(walk) -> tuple[Agreement, Document]:
    db.session.expire_all()
    made = agreements.open_for_signing(walk.case_id)
    return made, db.session.get(Document, made.document_id)


def said(walk, **changes):
    signed = (clock.now() - timedelta(hours=1)).isoformat()
    return {"paper": "signed", "paper_signer": "self", "signed_on_paper_at": signed, "paper_place": "社区服务中心",
            "paper_manner": "fingerprint", "paper_identity": "居民身份证原件，人证一致", "paper_witness": "社区工作者甲",
            "paper_code": frozen(walk)[1].check_code, **changes}


def take(walk, **changes):
    """The mediator notes the signature and hands the scan in, as the page does."""
    task = walk._open("take_paper_signature")[0]
    with transaction():
        tasks.complete(walk.world.actor("mediator"), task.id, said(walk, **changes))
        scan = shelf.put(walk.case_id, paper.SCAN, "扫描件", SCAN, paper.AUDIENCE, created_by="李调解")
        effects.keep_files(task, [scan])
    walk.work()


def test_mixed_signatures_take_effect_at_the_moment_on_the_paper_or_the_last_electronic_one(on_paper):
    walk = on_paper
    take(walk)
    walk.do("check_paper_signature", paper_check="confirm", paper_code=frozen(walk)[1].check_code)
    made, document = frozen(walk)
    row = db.session.scalar(select(PaperSignature))
    by_method = {one.method: one for one in document.signatures}
    assert set(by_method) == {"paper", "login"} and by_method["paper"].signed_at == row.signed_at
    assert by_method["paper"].signer == "王小明（纸质签署）" and row.signature_id == by_method["paper"].id
    walk.do("sign_as_mediator", confirmed=True)
    walk.do("seal_agreement", checked=True)
    db.session.expire_all()
    made, document = db.session.get(Agreement, made.id), db.session.get(Document, document.id)
    assert (made.status, made.effect) == ("effective", "offline")
    assert made.effective_at == max(one.signed_at for one in document.signatures if one.kind == "party")
    found = verify.verify(storage.get(document.sha256), document.frozen_sha256)
    scan = db.session.get(Document, row.scan_id)
    reader = PdfFileReader(io.BytesIO(storage.get(document.sha256)))
    reasons = {one.field_name: str(one.sig_object["/Reason"]) for one in reader.embedded_regular_signatures}
    assert found.is_complete and scan.audience == "filing"
    assert scan.sha256 in reasons["party_1"] and "纸质签署" in reasons["party_1"] and "纸质" not in reasons["party_2"]
    assert paper.of_document(document)[row.signature_id].checked_by == "协调员甲"


def test_what_does_not_prove_the_signature_is_refused_and_nothing_is_noted(on_paper):
    for wrong in ({"paper_code": "0000"}, {"signed_on_paper_at": "2020-01-01T10:00"}, {"paper_witness": ""},
                  {"paper_identity": ""}, {"signed_on_paper_at": "2999-01-01T10:00"}):
        with pytest.raises(Invalid):
            take(on_paper, **wrong)
    assert db.session.scalar(select(PaperSignature)) is None and on_paper.open() == ["take_paper_signature"]


@pytest.mark.db
def test_an_agent_signs_on_paper_only_with_authority_to_settle_and_the_signature_says_so(on_paper):
    walk = on_paper
    consumer = next(one for one in walk.case.participants if one.role == "party" and one.side == "applicant")
    with transaction():
        agent = Participant(case_id=walk.case_id, side=consumer.side, role="agent", name="赵代理", authority="general",
                            represents_id=consumer.id)
        db.session.add(agent)
    for wrong in ({"paper_agent": "赵代理"}, {"paper_agent": "钱代理"}, {}):
        with pytest.raises(Invalid) as refused:
            take(walk, paper_signer="agent", **wrong)
        assert [fault["pointer"] for fault in refused.value.problems] == ["/paper_agent"]
    with transaction():
        db.session.get(Participant, agent.id).authority = "special"
    take(walk, paper_signer="agent", paper_agent="赵代理")
    walk.do("check_paper_signature", paper_check="confirm", paper_code=frozen(walk)[1].check_code)

    row = db.session.scalar(select(PaperSignature))
    signature = next(one for one in frozen(walk)[1].signatures if one.id == row.signature_id)
    assert row.agent_id == agent.id and signature.signer == "王小明（代理人赵代理纸质签署）"
    assert walk.open() == ["sign_as_mediator"] and term_runs(walk, "TMSIGN")
    walk.do("sign_as_mediator", confirmed=True)
    assert walk.open() == ["seal_agreement"] and term_runs(walk, "TSEAL") and not term_runs(walk, "TMSIGN")


def term_runs(walk, term: str) -> bool:
    db.session.expire_all()
    return db.session.scalar(select(Deadline.id).where(
        Deadline.case_id == walk.case_id, Deadline.term == term, Deadline.status == "running")) is not None


def test_what_does_not_match_goes_back_and_is_signed_again(on_paper):
    take(on_paper)
    with pytest.raises(Invalid):
        on_paper.do("check_paper_signature", paper_check="confirm", paper_code="0000")
    on_paper.do("check_paper_signature", paper_check="return", paper_reason="缺第二页")
    assert on_paper.open() == ["take_paper_signature"]
    assert len(frozen(on_paper)[1].signatures) == 1, "nothing was certified"
    take(on_paper)
    on_paper.do("check_paper_signature", paper_check="confirm", paper_code=frozen(on_paper)[1].check_code)
    assert on_paper.open() == ["sign_as_mediator"]
    rows = db.session.scalars(select(PaperSignature).order_by(PaperSignature.id))
    assert [row.status for row in rows] == ["returned", "confirmed"]


def test_without_a_scan_and_by_the_same_person_nothing_is_confirmed(on_paper):
    take(on_paper)
    row = db.session.scalar(select(PaperSignature))
    told = {"paper_check": "confirm", "paper_code": frozen(on_paper)[1].check_code}
    with pytest.raises(paper.NothingToCheck), transaction():
        db.session.get(PaperSignature, row.id).scan_id = None
        db.session.flush()
        paper.check(on_paper.world.actor("coordinator"), frozen(on_paper)[0], row.participant_id, told)
    with pytest.raises(paper.SamePersonChecks), transaction():
        db.session.get(PaperSignature, row.id).taken_by_id = on_paper.world.coordinator.id
        db.session.flush()
        paper.check(on_paper.world.actor("coordinator"), agreements.open_for_signing(on_paper.case_id), row.participant_id, told)


def test_the_mediator_notes_it_for_somebody_who_cannot_say_so_on_line_but_not_for_an_institution(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    mediator, consumer, bank = walk.world.actor("mediator"), *sorted(
        (one for one in walk.case.participants if one.role == "party"), key=lambda one: one.side)
    assert [person.id for person in papering.awaited(mediator, walk.case)] == [consumer.id]
    with pytest.raises(NotFound), transaction():
        papering.choose(mediator, walk.case, bank.id)
    with transaction():
        papering.choose(mediator, walk.case, consumer.id)
    walk.do("sign_agreement", answer="sign")
    assert walk.open() == ["take_paper_signature"] and db.session.get(Participant, consumer.id).is_current
