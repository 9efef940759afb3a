"""Doubled interest for late performance: CPL 264; 法释〔2014〕8号 Arts. 1–4 (term T21)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.errors import Invalid
from engine.i18n import _
from engine.money.amounts import cents

DAILY_RATE = Decimal("0.000175")  # 日万分之一点七五


class PaymentsUnordered(Invalid):
    message = _("Payments must lie within the time counted, in order, and be greater than zero.")


def doubled(unpaid: Decimal, period_end: date, until: date, payments: Sequence[tuple[date, Decimal]] = ()) -> Decimal:
    """The doubled part on an unpaid sum, from the day after the performance period to the day of payment, inclusive.

    `payments` are part payments (day, sum); they go to the debt first (Art. 4) and count from the day after.
    """
    if unpaid < 0 or until < period_end:
        return Decimal("0.00")
    total, since = Decimal(0), period_end
    for day, paid in payments:
        if not since <= day <= until or paid <= 0:
            raise PaymentsUnordered()
        total += unpaid * DAILY_RATE * (day - since).days
        unpaid, since = max(unpaid - paid, Decimal(0)), day
    return cents(total + unpaid * DAILY_RATE * (until - since).days)
