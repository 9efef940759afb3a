"""Advance payment: a receipt, no admission, and an agreement that owes the total less what was advanced."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock, storage
from engine.db import db, transaction
from engine.documents.models import Document
from engine.errors import Invalid
from engine.inbox.asking import recoveries
from engine.mediation.models import Agreement
from engine.tracks import advances
from engine.tracks.models import Advance
from tests.engine.documents.test_render import squeezed
from tests.journeys.walking import leg


def ids(walk):
    return [str(person.id) for person in walk.case.participants if person.role == "party"]


@pytest.fixture
def arranged(refer):
    """The bank will pay two thousand in advance."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("advance_payment")
    arrange(walk)
    return walk


@leg
def arrange(walk):
    applicant, respondent = ids(walk)
    walk.do("arrange_advance", payer=respondent, payee=applicant, advance_amount="2000.00", basis="bank_card",
            recover_from="盗刷人")


@leg
def pay(walk):
    walk.do("agree_advance", agrees_advance="yes")
    walk.do("pay_advance", pays="paid", paid_on=clock.today().isoformat(), voucher="V-1")


def only(walk, model):
    db.session.expire_all()
    return db.session.scalars(select(model).where(model.case_id == walk.case_id).order_by(model.id.desc())).first()


def agree(walk, amount):
    applicant, respondent = ids(walk)
    walk.to_result("agreement_full")
    walk.do("draft_agreement", facts="无争议。", final_clause="了结。", terms=[{
        "kind": "payment", "debtor": respondent, "creditor": applicant, "amount": amount, "method": "转账",
        "account": "", "text": "",
        "due_on": (clock.today() + timedelta(days=30)).isoformat()}])


def test_what_was_received_is_deducted_and_the_agreement_says_so(arranged):
    pay(arranged)
    arranged.do("confirm_received", received="yes")
    row = only(arranged, Advance)
    receipt = db.session.get(Document, row.document_id)
    assert (row.status, receipt.kind, receipt.audience) == ("received", "advance_receipt", "mediation")
    agree(arranged, "8000.00")
    made = only(arranged, Agreement)
    assert [one["amount"] for one in made.terms] == ["6000.00"]
    words = squeezed(storage.get(db.session.get(Document, made.document_id).sha256))
    assert "应付总额为人民币8,000.00元，已先行赔付人民币2,000.00元，尚应支付人民币6,000.00元" in words
    arranged.to_effect()
    assert arranged.case.settled_amount == Decimal("8000.00")


def test_an_advance_that_covers_everything_leaves_a_statement_and_nothing_to_pay(arranged):
    pay(arranged)
    arranged.do("confirm_received", received="yes")
    agree(arranged, "2000.00")
    assert [one["kind"] for one in only(arranged, Agreement).terms] == ["other"]


def test_more_advanced_than_owed_goes_back_to_the_draft(arranged):
    pay(arranged)
    arranged.do("confirm_received", received="yes")
    agree(arranged, "1500.00")
    assert arranged.open() == ["draft_agreement"] and only(arranged, Agreement) is None


@pytest.mark.parametrize(("arrived", "status", "left"), [("yes", "received", "6000.00"), ("no", "missing", "8000.00")])
def test_only_what_arrived_counts(arranged, arrived, status, left):
    pay(arranged)
    arranged.pass_time(days=6)
    arranged.do("check_advance", arrived=arrived, verified_by="银行回单")
    assert only(arranged, Advance).status == status
    agree(arranged, "8000.00")
    assert [one["amount"] for one in only(arranged, Agreement).terms] == [left]


def test_who_declines_or_does_not_pay_has_admitted_and_owes_nothing(arranged):
    arranged.do("agree_advance", agrees_advance="no")
    assert (only(arranged, Advance).status, arranged.open()) == ("declined", ["plan_session"])
    assert advances.total(arranged.case_id) == 0


def test_nobody_pays_before_it_has_agreed(arranged):
    arranged.do("agree_advance", agrees_advance="yes")
    told = {"pays": "paid", "paid_on": (clock.today() - timedelta(days=1)).isoformat(), "voucher": "V-1"}
    with pytest.raises(advances.PaidBeforeAgreed):
        arranged.do("pay_advance", **told)
    assert (only(arranged, Advance).status, arranged.open()) == ("agreed", ["pay_advance"])


def test_what_comes_back_is_recorded_by_the_payer_up_to_what_it_paid(arranged):
    pay(arranged)
    arranged.do("confirm_received", received="yes")
    row, told = only(arranged, Advance), {"on": clock.today().isoformat(), "source": "盗刷人"}
    handler = arranged.world.actor("handler")
    with transaction():
        recoveries.record(handler, row.id, {"amount": "1500", **told})
    assert only(arranged, Advance).recovered == Decimal("1500.00")
    with pytest.raises(Invalid), transaction():
        recoveries.record(handler, row.id, {"amount": "500.01", **told})
    with pytest.raises(recoveries.NotTheirAdvance), transaction():
        recoveries.record(arranged.world.actor("mediator"), row.id, {"amount": "1", **told})


def test_instalments_lose_the_advance_from_the_first_on(arranged):
    pay(arranged)
    arranged.do("confirm_received", received="yes")
    applicant, respondent = ids(arranged)
    term = {"kind": "payment", "debtor": respondent, "creditor": applicant, "amount": "6000.00"}
    parts = [{"term": 1, "due_on": f"2030-0{month}-01", "amount": "1500.00"} for month in (1, 2, 3, 4)]
    left, rest = advances.deducted(arranged.case, [term], parts)
    assert left[0]["amount"] == "4000.00" and [part["amount"] for part in rest] == ["1000.00", "1500.00", "1500.00"]
