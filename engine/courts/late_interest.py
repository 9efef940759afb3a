"""What late performance costs under a document that can be enforced (CPL 264; 法释〔2014〕8号 Arts. 1–4; term T21).

It is counted from the records of performance: for each payment of the agreement from the day after its day, or after the day
the document took effect when that is later (before it there was no duty under a legal document), to the day it was paid in
full or to the day that is asked about; a part payment lowers the sum from the day after. Payments go to the debt first (Art. 4).
A payment order covers what was due when it was asked for (CPL 225) and gives the debtor fifteen days to pay (CPL 227): from their
end. A sum in foreign money bears it in that money, at the same rate; whoever wants it in yuan has it converted at the middle rate
of the day from which it counts (Art. 5, known to us from reprints only), which is not known here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.courts import applications, confirmation, deeds, docketed
from engine.courts.models import CourtApplication
from engine.db import db
from engine.deadlines import reckoning
from engine.deadlines.models import Deadline
from engine.mediation import agreement, obligations
from engine.mediation.models import Obligation
from engine.money import interest
from engine.money.interest import Step

YUAN = "CNY"


@dataclass(frozen=True)
class Basis:
    """The document that can be enforced: from the end of which day being late costs under it, and which sums it covers."""

    since: date
    due_by: date = date.max
    creditor_id: int | None = None

    def covers(self, row: Obligation) -> bool:
        return row.due_on <= self.due_by and self.creditor_id in (None, row.creditor_id)


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
    def totals(self) -> dict[str, Decimal]:
        """The doubled part in each currency, yuan first."""
        kinds = sorted({row.obligation.currency for row in self.rows}, key=lambda one: (one != YUAN, one))
        return {kind: interest.total(self._steps(kind)) for kind in kinds}

    @property
    def doubled(self) -> Decimal:
        """The doubled part of the sums in yuan."""
        return interest.total(self._steps(YUAN))

    @property
    def foreign(self) -> dict[str, Decimal]:
        """The doubled part of the sums in other money."""
        return {kind: total for kind, total in self.totals.items() if kind != YUAN}

    @property
    def unpaid(self) -> Decimal:
        return sum((row.obligation.remaining for row in self.rows if row.obligation.currency == YUAN), Decimal(0))

    def agreed(self, yearly_percent: Decimal) -> dict[str, Decimal]:
        """Ordinary interest at the rate the document lays down, in each currency."""
        return {kind: interest.agreed([step for row in self.rows if row.obligation.currency == kind for step in row.since_due],
                                      yearly_percent) for kind in self.totals}

    def _steps(self, currency: str) -> list[Step]:
        return [step for row in self.rows if row.obligation.currency == currency for step in row.steps]


def of_case(case: Case, until: date | None = None, creditor_id: int | None = None, debtor_id: int | None = None) -> Claim | None:
    """What is owed for being late, of one creditor against one debtor or of all; None while nothing can be enforced or nothing
    was late.
    """
    basis, until = basis_of(case), until or clock.today()
    if basis is None:
        return None
    rows = [row for row in _payments(case) if basis.covers(row)
            and creditor_id in (None, row.creditor_id) and debtor_id in (None, row.debtor_id)]
    late = [_late(row, basis.since, until) for row in rows]
    found = tuple(one for one in late if one.steps)
    made = agreement.in_effect(case.id)
    return Claim(found, basis.since, until, bool(made and made.default_clause.strip())) if found else None


def lacks_basis(case: Case) -> bool:
    """Is something late, while there is no document that can be enforced, so that nothing is doubled (CPL 264)?"""
    return basis_of(case) is None and any(row.due_on < clock.today() and row.remaining for row in _payments(case))


def _payments(case: Case) -> list[Obligation]:
    return [row for row in obligations.of_case(case.id) if row.kind == "payment" and row.due_on]


def basis_of(case: Case) -> Basis | None:
    """The document that can be enforced: ruling, mediation letter, notarised deed, or payment order."""
    ruled, letter = confirmation.of_case(case.id), docketed.letter_in_force(case.id)
    if case.confirmation == "confirmed" and ruled is not None and ruled.decided_at:
        return Basis(_day(ruled.decided_at))
    if letter is not None:
        return Basis(_day(letter.in_force_at))
    if deeds.in_force(case.id):
        return Basis(deeds.of_case(case.id).dated_on)
    order = applications.latest(case.id, "payment_order")
    return _of_order(order) if order is not None and order.status == "enforceable" else None


def _of_order(order: CourtApplication) -> Basis:
    """The debtor's fifteen days from receipt (T24) are its time for performance."""
    ran = db.session.scalar(select(Deadline.due_at).where(
        Deadline.case_id == order.case_id, Deadline.term == "T24").order_by(Deadline.id.desc()).limit(1))
    ended = reckoning.last_day(ran) if ran else _day(order.decided_at) - timedelta(days=1)
    return Basis(ended, _day(order.filed_at), order.applicant_id)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()


def _late(row: Obligation, in_force: date, until: date) -> Late:
    return Late(row, _steps(row, max(row.due_on, in_force), until), _steps(row, row.due_on, until))


def _steps(row: Obligation, since: date, until: date) -> tuple[Step, ...]:
    paid = sorted((receipt.on_day or _day(receipt.at), receipt.amount) for receipt in row.receipts
                  if receipt.event in obligations.SETTLING and receipt.amount)
    unpaid = row.amount - sum((amount for day, amount in paid if day <= since), Decimal(0))
    return tuple(interest.steps(max(unpaid, Decimal(0)), since, until, [(day, amount) for day, amount in paid
                                                                        if since < day <= until]))
