"""What enforcement costs: 诉讼费用交纳办法 (Order No. 481) Art. 14(1). Not prepaid, borne by the debtor (Arts. 20, 38)."""

from decimal import Decimal

from engine.money.amounts import cents
from engine.money.court_fee import ClaimNegative

BASE = Decimal(50)  # up to 10,000
FLOOR = Decimal(10_000)
STEPS = [  # (up to, rate of what lies above the step before)
    (Decimal(500_000), Decimal("0.015")),
    (Decimal(5_000_000), Decimal("0.01")),
    (Decimal(10_000_000), Decimal("0.005")),
    (None, Decimal("0.001")),
]


def fee(claim: Decimal) -> Decimal:
    """The fee for enforcing a claim of so much. Raises ClaimNegative."""
    if claim < 0:
        raise ClaimNegative()
    total, floor = BASE, FLOOR
    for ceiling, rate in STEPS:
        if claim <= floor:
            break
        total += ((claim if ceiling is None else min(claim, ceiling)) - floor) * rate
        floor = ceiling or claim
    return cents(total)
