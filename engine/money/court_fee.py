"""What a case costs in court, for comparison and for payment orders: 诉讼费用交纳办法 (Order No. 481) Arts. 13–16."""

from decimal import Decimal

from engine.errors import Invalid
from engine.i18n import _
from engine.money.amounts import cents

BASE = Decimal(50)  # up to 10,000
MILLION = 10**6
STEPS = [  # (up to, rate of what lies above the step before), Art. 13(1)
    (Decimal(100_000), Decimal("0.025")),
    (Decimal(200_000), Decimal("0.02")),
    (Decimal(500_000), Decimal("0.015")),
    (Decimal(1 * MILLION), Decimal("0.01")),
    (Decimal(2 * MILLION), Decimal("0.009")),
    (Decimal(5 * MILLION), Decimal("0.008")),
    (Decimal(10 * MILLION), Decimal("0.007")),
    (Decimal(20 * MILLION), Decimal("0.006")),
    (None, Decimal("0.005")),
]

PRESERVATION_STEPS = [  # Art. 14(2)
    (Decimal(100_000), Decimal("0.01")),
    (None, Decimal("0.005")),
]


class ClaimNegative(Invalid):
    message = _("A claim cannot be negative.")


def property_case(claim: Decimal) -> Decimal:
    """The filing fee of a property case, Art. 13(1)."""
    return cents(_fee(claim))


def halved(claim: Decimal) -> Decimal:
    """The fee when the case ends by mediation or withdrawal (Art. 15) or runs in the simplified procedure (Art. 16)."""
    return cents(_fee(claim) / 2)


def payment_order(claim: Decimal) -> Decimal:
    """The fee of a payment order: a third, Art. 14(3)."""
    return cents(_fee(claim) / 3)


def preservation(claim: Decimal) -> Decimal:
    """The fee of a preservation, Art. 14(2): at most 5,000."""
    return cents(min(_stepped(claim, Decimal(30), PRESERVATION_STEPS, Decimal(1_000)), Decimal(5_000)))


def judicial_confirmation(claim: Decimal) -> Decimal:
    """Confirmation of a mediation agreement is free of charge, whatever the sum."""
    return Decimal("0.00")


def _fee(claim: Decimal) -> Decimal:
    return _stepped(claim, BASE, STEPS)


def _stepped(claim: Decimal, fee: Decimal, steps: list, floor: Decimal = Decimal(10_000)) -> Decimal:
    """A fee up to a floor, and each step's rate of what lies above the step before."""
    if claim < 0:
        raise ClaimNegative()
    for ceiling, rate in steps:
        if claim <= floor:
            break
        fee += ((claim if ceiling is None else min(claim, ceiling)) - floor) * rate
        floor = ceiling or claim
    return fee
