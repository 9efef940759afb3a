"""The pages of signing on paper: the scan is needed and looked at, and /verify says honestly what was signed how."""

import io
import re
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import select

from engine import clock, config
from engine.db import db
from engine.documents import stamping
from engine.documents.models import Document
from engine.mediation import agreement as agreements
from engine.mediation.models import PaperSignature
from tests.time_stamping import Tsa

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + zlib.compress(b"x")


@pytest.fixture
def tsa(tmp_path, app, monkeypatch):
    before, made = config.current(), Tsa(tmp_path / "tsa")
    monkeypatch.setattr(stamping, "PAUSES", ())
    config.use(replace(before, **made.settings))
    yield made
    config.use(before)
    made.stop()


def test_the_seal_that_certifies_a_signature_on_paper_is_stamped_before_anything_is_written(browser, refer, tsa, monkeypatch):
    """While the authority is asked no transaction is open, and without its stamp nothing is confirmed."""
    walk, office, task, code = to_compare(refer, browser)
    asked = stamping.Stamper.async_timestamp

    async def outside(self, *told):
        assert not db.session.registry.has() or not db.session().in_transaction()
        return await asked(self, *told)
    monkeypatch.setattr(stamping.Stamper, "async_timestamp", outside)
    tsa.will("down")
    assert office.post(f"/inbox/tasks/{task}/complete", paper_check="confirm", paper_code=code).status_code == 503
    assert db.session.scalar(select(PaperSignature.status)) == "taken"
    tsa.will("good")

    assert office.post(f"/inbox/tasks/{task}/complete", paper_check="confirm", paper_code=code).status_code == 303

    document = db.session.scalar(select(Document).where(Document.kind == "agreement"))
    paper = next(one for one in document.signatures if one.method == "paper")
    assert paper.stamped_at is not None and document.level == "B-T"
    assert paper.signed_at == db.session.scalar(select(PaperSignature.signed_at))


def to_compare(refer, browser):
    """A scan waits to be compared."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    consumer = next(one.id for one in walk.case.participants if one.side == "applicant")
    browser("mediator").post(f"/cases/{walk.case.number}/paper", participant=str(consumer))
    bank = browser("handler")
    shown = agreements.open_for_signing(walk.case_id)
    bank.post(f"/inbox/tasks/{walk._open('sign_agreement')[0].id}/complete", answer="sign", hash_shown=shown.frozen_sha256)
    walk.work()
    code = db.session.get(Document, shown.document_id).check_code
    told = {"paper": "signed", "paper_signer": "self",
            "signed_on_paper_at": clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S"),
            "paper_place": "调解中心", "paper_manner": "signature", "paper_identity": "身份证原件", "paper_witness": "甲",
            "paper_code": code}
    task = walk._open("take_paper_signature")[0].id
    browser("mediator").post(f"/inbox/tasks/{task}/complete", files=(io.BytesIO(PDF), "scan.pdf"), **told)
    walk.work()
    return walk, browser("coordinator"), walk._open("check_paper_signature")[0].id, code


def test_the_scan_is_handed_in_compared_and_shown_as_paper_to_whoever_verifies(browser, refer, stranger):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    mediator = browser("mediator")
    assert "登记王小明在纸质文本上签署" in mediator.text(f"/cases/{walk.case.number}")
    consumer = next(one.id for one in walk.case.participants if one.side == "applicant")
    assert mediator.post(f"/cases/{walk.case.number}/paper", participant=str(consumer)).status_code == 303
    walk.do("sign_agreement", answer="sign")
    document = db.session.get(Document, agreements.open_for_signing(walk.case_id).document_id)
    code = document.check_code
    task = walk._open("take_paper_signature")[0].id
    page = mediator.text(f"/inbox/tasks/{task}")
    assert "纸质签署页" in page and "王小明" in page
    told = {"paper": "signed", "paper_signer": "self",
            "signed_on_paper_at": clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S"),
            "paper_place": "调解中心", "paper_manner": "signature", "paper_identity": "身份证原件", "paper_witness": "甲",
            "paper_code": code}
    address = f"/inbox/tasks/{task}/complete"
    assert mediator.post(address, **told).status_code == 422, "nothing without a scan"
    assert mediator.post(address, files=(io.BytesIO(PNG), "scan.png"), **told).status_code == 422, "PDF or JPEG"
    assert db.session.scalar(select(PaperSignature)) is None
    answer = mediator.post(address, files=(io.BytesIO(PDF), "scan.pdf"), **told)
    assert answer.status_code == 303, re.findall(r'invalid-note">([^<]*)', answer.text)
    walk.work()
    check = walk._open("check_paper_signature")[0].id
    office = browser("coordinator")
    page = office.text(f"/inbox/tasks/{check}")
    assert "scan.pdf" in page and "身份证原件" in page
    answer = office.post(f"/inbox/tasks/{check}/complete", paper_check="confirm", paper_code=code)
    assert answer.status_code == 303
    shown = stranger.post("/verify", code=code).text
    assert "纸质签署，不是电子签名" in shown and db.session.scalar(select(PaperSignature)).checked_by == "协调员甲"
