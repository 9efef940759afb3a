"""The payments of an agreement in the order of their days: what performance, reminders and enforcement go by."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Payment:
    """One sum that is due on one day."""

    term: int  # the clause, from 1
    part: int  # the instalment, from 1; 0 when the sum is paid at once
    debtor: str
    creditor: str
    amount: Decimal
    currency: str
    due_on: date


def payments(terms: list[dict]) -> list[Payment]:
    """Every payment that checked terms lay down, the earliest first."""
    found = [payment for number, term in enumerate(terms, 1) if term.get("amount") for payment in _of_term(number, term)]
    return sorted(found, key=lambda payment: (payment.due_on, payment.term, payment.part))


def _of_term(number: int, term: dict) -> list[Payment]:
    parts = term.get("instalments") or []
    rows = [(at, row) for at, row in enumerate(parts, 1)] or [(0, term)]
    return [Payment(number, at, term["debtor"], term["creditor"], Decimal(row["amount"]), term.get("currency", "CNY"),
                    date.fromisoformat(row["due_on"])) for at, row in rows]


def monthly(amount: Decimal, count: int, first: date) -> list[dict]:
    """Equal monthly instalments, the rest in the last one; a month without that day has its last (Civil Code 202)."""
    each = (amount / count).quantize(CENT, ROUND_DOWN)
    sums = [each] * (count - 1) + [amount - each * (count - 1)]
    return [{"due_on": _months_after(first, at).isoformat(), "amount": str(sum_)} for at, sum_ in enumerate(sums)]


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
