"""诉讼费用交纳办法 Arts. 13–16."""

from decimal import Decimal

import pytest

from engine.money import court_fee
from engine.money.fees import ClaimNegative


@pytest.mark.parametrize(
    "claim, fee, half, order",
    [
        ("10000", "50.00", "25.00", "16.67"),
        ("50000", "1050.00", "525.00", "350.00"),
        ("100000", "2300.00", "1150.00", "766.67"),
        ("200000", "4300.00", "2150.00", "1433.33"),
        ("500000", "8800.00", "4400.00", "2933.33"),
        ("1000000", "13800.00", "6900.00", "4600.00"),
        ("3000000", "30800.00", "15400.00", "10266.67"),
    ],
)
def test_fees_13_to_16_full_halved_and_payment_order(claim, fee, half, order):
    claim = Decimal(claim)

    assert court_fee.property_case(claim) == Decimal(fee)
    assert court_fee.halved(claim) == Decimal(half)
    assert court_fee.payment_order(claim) == Decimal(order)


@pytest.mark.parametrize(
    "claim, fee",
    [("0", "50"), ("2000000", "22800"), ("5000000", "46800"), ("10000000", "81800"), ("20000000", "141800"),
     ("30000000", "191800")],
)
def test_fees_13_at_the_upper_steps(claim, fee):
    assert court_fee.property_case(Decimal(claim)) == Decimal(fee)


def test_a_cent_above_a_step_is_charged_at_the_next_rate():
    assert court_fee.property_case(Decimal("10000.40")) == Decimal("50.01")


def test_judicial_confirmation_is_free():
    assert court_fee.judicial_confirmation(Decimal("1000000")) == 0


def test_a_negative_claim_is_refused():
    with pytest.raises(ClaimNegative):
        court_fee.property_case(Decimal("-1"))


@pytest.mark.parametrize("claim, fee", [  # Fees Art. 14(2)
    ("1000", "30.00"), ("10000", "120.00"), ("100000", "1020.00"), ("500000", "3020.00"), ("5000000", "5000.00"),
])
def test_preservation_by_steps_up_to_five_thousand(claim, fee):
    assert court_fee.preservation(Decimal(claim)) == Decimal(fee)


def test_fees_of_negative_sums_are_refused_everywhere():
    for fee in (court_fee.preservation, court_fee.payment_order, court_fee.halved):
        with pytest.raises(ClaimNegative):
            fee(Decimal(-1))
