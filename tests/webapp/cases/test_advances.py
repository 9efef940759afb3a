"""The case page shows advance payments, and the payer's staff record there what came back."""

import pytest

from engine import clock
from engine.tracks import advances
from tests.journeys.test_advances import arranged, pay  # noqa: F401


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
