"""The pages on which claims are replied to: an institution's, a party's by link, the mediator's; the court reads none of it."""

import io
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine.db import db, transaction
from engine.documents.models import Document
from engine.notices import links
from tests import factories
from tests.webapp.conftest import Browser

REPLY = {"for_whom": "both", "stance_1": "partly", "admitted_1": "3000", "text_1": "其余按约定收取"}


@pytest.fixture
def dispute(world):
    """A case in mediation, with a link for the consumer."""
    with transaction():
        case = factories.case(
            claims=[{"type": "refund", "text": "退还手续费", "amount": "8000.00"}], amount=Decimal("8000.00"),
            court_id=world.court.id, organisation_id=world.organisation.id, institution_id=world.bank.id,
            mediator_id=world.mediator.id)
        consumer = factories.participant(case)
        factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
        links.issue(consumer, "reply-test")
    return SimpleNamespace(page=f"/cases/{case.number}", party=f"/p/{links.token('reply-test')}", case_id=case.id)


def test_replies_and_evidence_come_in_by_pages_and_stand_side_by_side(site, browser, dispute):
    handler, consumer, mediator = browser("handler"), Browser(site), browser("mediator")
    wrong = handler.post(f"{dispute.page}/claims/reply", **{**REPLY, "admitted_1": "9000"})
    assert wrong.status_code == 422 and "其余按约定收取" in wrong.text
    assert handler.post(f"{dispute.page}/claims/reply", **REPLY).status_code == 303
    assert "部分承认" in consumer.text(f"{dispute.party}/claims")
    sent = consumer.post(f"{dispute.party}/claims/evidence", claims="1", proves="收了八千元", for_whom="both",
                         files=(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "流水.pdf"))
    assert sent.status_code == 303, sent.text
    document = db.session.query(Document).one()
    assert (document.kind, document.side, document.audience) == ("evidence", "applicant", "mediation")

    page = mediator.text(dispute.page)
    assert all(words in page for words in ("其余按约定收取", "证明：收了八千元", "流水", "承认金额¥3,000.00"))
    assert "earlier" not in page and "其余按约定收取" in handler.text(f"{dispute.page}/claims/reply")
    for role in ("clerk", "coordinator"):
        told = browser(role).text(dispute.page)
        assert "退还手续费" in told and not any(words in told for words in ("其余按约定收取", "收了八千元", "流水")), role
        assert ("已就请求作出答复" in told) == (role == "coordinator"), role  # that there was a reply, the office may know
    assert "已就请求作出答复" in page


def test_who_has_nothing_to_say_to_the_claims_finds_no_form(site, browser, dispute):
    for who, status in (("clerk", 403), ("coordinator", 403), ("outsider", 404)):
        assert browser(who).get(f"{dispute.page}/claims/reply").status_code == status, who
        assert browser(who).post(f"{dispute.page}/claims/evidence", claims="1", proves="x").status_code == status, who
    assert Browser(site).get(f"{dispute.party}/claims/reply").status_code == 404  # the applicant's own claims
    assert Browser(site).post(f"{dispute.party}/claims/reply", **REPLY).status_code == 404
