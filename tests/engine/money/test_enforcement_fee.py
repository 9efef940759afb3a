"""The fee of enforcement by the steps of 诉讼费用交纳办法 Art. 14(1)."""

from decimal import Decimal

import pytest

from engine.money import enforcement_fee
from engine.money.fees import ClaimNegative


@pytest.mark.parametrize(("claim", "fee"), [
    ("0", "50.00"), ("10000", "50.00"), ("10000.01", "50.00"), ("30000", "350.00"), ("500000", "7400.00"),
    ("5000000", "52400.00"), ("10000000", "77400.00"), ("20000000", "87400.00")])
def test_the_fee_grows_by_steps(claim, fee):
    assert enforcement_fee.fee(Decimal(claim)) == Decimal(fee)


def test_nobody_enforces_less_than_nothing():
    with pytest.raises(ClaimNegative):
        enforcement_fee.fee(Decimal(-1))
