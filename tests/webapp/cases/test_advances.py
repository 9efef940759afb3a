"""The case page shows advance payments, and the payer's staff record there what came back."""

import io

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.documents.models import Document
from engine.tracks import advances
from tests.journeys.test_advances import arranged, ids, pay  # noqa: F401
from tests.webapp.inbox.test_tasks import task_of

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def paid(arranged):  # noqa: F811
    pay(arranged)
    arranged.do("confirm_received", received="yes")
    return arranged


def test_the_payer_records_a_recovery_on_the_page(browser, paid):
    handler, row = browser("handler"), advances.of_case(paid.case_id)[0]
    address = f"/cases/{paid.case.number}"
    assert "先行赔付" in handler.text(address) and "第十条" in handler.text(address)
    told = {"amount": "800", "on": clock.today().isoformat(), "source": "盗刷人"}
    assert handler.post(f"{address}/advances/{row.id}/recoveries", **told).status_code == 303
    assert "800.00" in handler.text(address)
    assert handler.post(f"{address}/advances/{row.id}/recoveries", **told | {"amount": "-1"}).status_code == 422


def test_the_mediator_sees_it_and_the_court_does_not(browser, paid):
    address = f"/cases/{paid.case.number}"
    assert "先行赔付不构成承认" in browser("mediator").text(address)
    assert "先行赔付不构成承认" not in browser("clerk").text(address)
    row = advances.of_case(paid.case_id)[0]
    assert browser("mediator").post(f"{address}/advances/{row.id}/recoveries").status_code == 403


def test_the_form_takes_one_of_the_parties_and_files_that_both_sides_may_read(browser, refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("advance_payment")
    mediator, (applicant, respondent) = browser("mediator"), ids(walk)
    address = f"/inbox/tasks/{task_of(walk, 'arrange_advance').id}"
    page = mediator.text(address)
    assert 'enctype="multipart/form-data"' in page and 'name="basis_papers"' in page
    told = {"payer": respondent, "payee": applicant, "advance_amount": "2000", "basis": "bank_card"}
    for changed in ({"payer": "999"}, {"basis_papers": (io.BytesIO(b"x"), "a.pdf")}, {"basis_papers": (io.BytesIO(PDF), "a.png")},
                    {"basis_papers": [(io.BytesIO(PDF), f"{number}.pdf") for number in range(6)]}):
        assert mediator.post(f"{address}/complete", **told | changed).status_code == 422, changed
    assert mediator.post(f"{address}/complete", **told, basis_papers=(io.BytesIO(PDF), "承诺函.pdf")).status_code == 303
    db.session.rollback()
    kept = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.filename == "承诺函.pdf"))
    assert (kept.kind, kept.audience, kept.title) == ("evidence", "mediation", "承诺函")
    assert "承诺函" in mediator.text(address) and "承诺函" not in browser("clerk").text(f"/cases/{walk.case.number}")
