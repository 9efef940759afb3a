"""What late performance costs under a document that can be enforced (CPL 264; 法释〔2014〕8号 Arts. 1–4; term T21).

It is counted from the records of performance: for each payment of the agreement from the day after its day, or after the day
the document took effect when that is later (before it there was no duty under a legal document), to the day it was paid in
full or to the day that is asked about; a part payment lowers the sum from the day after. Payments go to the debt first (Art. 4).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine import clock
from engine.cases.models import Case
from engine.courts import confirmation, deeds, docketed
from engine.mediation import agreement, obligations
from engine.mediation.models import Obligation
from engine.money import interest
from engine.money.interest import Step


@dataclass(frozen=True)
class Late:
    """One payment that came late, or has not come: how its unpaid sum went down since its day."""

    obligation: Obligation
    steps: tuple[Step, ...]  # of the doubled part
    since_due: tuple[Step, ...]  # from its own day on: for interest that was agreed

    @property
    def doubled(self) -> Decimal:
        return interest.total(self.steps)


@dataclass(frozen=True)
class Claim:
    """The doubled part for all of them up to a day, and what it rests on."""

    rows: tuple[Late, ...]
    in_force: date
    until: date
    has_penalty: bool  # the agreement lays down a liability of its own; who bore it owes no doubled part (民事调解规定 15)

    @property
    def doubled(self) -> Decimal:
        return interest.total([step for row in self.rows for step in row.steps])

    @property
    def unpaid(self) -> Decimal:
        return sum((row.obligation.remaining for row in self.rows), Decimal(0))

    def agreed(self, yearly_percent: Decimal) -> Decimal:
        """Ordinary interest at the rate the document lays down."""
        return interest.agreed([step for row in self.rows for step in row.since_due], yearly_percent)


def of_case(case: Case, until: date | None = None, creditor_id: int | None = None, debtor_id: int | None = None) -> Claim | None:
    """What is owed for being late, of one creditor against one debtor or of all; None while nothing can be enforced or nothing
    was late. Only sums in yuan.
    """
    in_force, until = in_force_since(case), until or clock.today()
    if in_force is None:
        return None
    rows = [row for row in obligations.of_case(case.id) if row.kind == "payment" and row.currency == "CNY" and row.due_on
            and creditor_id in (None, row.creditor_id) and debtor_id in (None, row.debtor_id)]
    late = [_late(row, in_force, until) for row in rows]
    found = tuple(one for one in late if one.steps)
    made = agreement.in_effect(case.id)
    return Claim(found, in_force, until, bool(made and made.default_clause.strip())) if found else None


def in_force_since(case: Case) -> date | None:
    """The day the document that can be enforced took effect: ruling, mediation letter, or notarised deed."""
    ruled, letter = confirmation.of_case(case.id), docketed.letter_in_force(case.id)
    if case.confirmation == "confirmed" and ruled is not None and ruled.decided_at:
        return ruled.decided_at.astimezone(clock.SHANGHAI).date()
    if letter is not None:
        return letter.in_force_at.astimezone(clock.SHANGHAI).date()
    return deeds.of_case(case.id).dated_on if deeds.in_force(case.id) else None


def _late(row: Obligation, in_force: date, until: date) -> Late:
    return Late(row, _steps(row, max(row.due_on, in_force), until), _steps(row, row.due_on, until))


def _steps(row: Obligation, since: date, until: date) -> tuple[Step, ...]:
    paid = sorted((receipt.on_day or receipt.at.astimezone(clock.SHANGHAI).date(), receipt.amount) for receipt in row.receipts
                  if receipt.event in obligations.SETTLING and receipt.amount)
    unpaid = row.amount - sum((amount for day, amount in paid if day <= since), Decimal(0))
    return tuple(interest.steps(max(unpaid, Decimal(0)), since, until, [(day, amount) for day, amount in paid
                                                                        if since < day <= until]))
