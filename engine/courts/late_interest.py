"""What late performance costs under a document that can be enforced (CPL 264; 法释〔2014〕8号 Arts. 1–4; term T21).

It is counted from the records of performance: for each payment of the agreement from the day after its day, or after the day
the document took effect when that is later (before it there was no duty under a legal document), to the day it was paid in
full or to the day that is asked about; a part payment lowers the sum from the day after. Payments go to the debt first (Art. 4).
A payment order covers what one debtor owed one creditor in yuan, and was due, when it was asked for (CPL 225), and gives that
debtor fifteen days to pay (CPL 227): from their end. Against whom there is no document, nothing is doubled (CPL 264).
A sum in foreign money bears it in that money, at the same rate; whoever wants it in yuan has it converted at the middle rate
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
    """A document that can be enforced: from the end of which day being late costs under it, and which sums it covers."""

    since: date
    order: CourtApplication | None = None  # others cover all that the agreement lays down

    def covers(self, row: Obligation) -> bool:
        if self.order is None:
            return True
        of_these = (row.creditor_id, row.debtor_id) == (self.order.applicant_id, self.order.debtor_id)
        return of_these and row.currency == YUAN and row.due_on <= _day(self.order.filed_at)


@dataclass(frozen=True)
class Late:
    """One payment that came late, or has not come: how its unpaid sum went down since its day."""

    obligation: Obligation
    in_force: date
    steps: tuple[Step, ...]  # of the doubled part
    since_due: tuple[Step, ...]  # from its own day on: for interest that was agreed

    @property
    def doubled(self) -> Decimal:
        return interest.total(self.steps)


@dataclass(frozen=True)
class Claim:
    """The doubled part for all of them up to a day, and what it rests on."""

    rows: tuple[Late, ...]
    until: date
    has_penalty: bool  # the agreement lays down a liability of its own; who bore it owes no doubled part (民事调解规定 15)

    @property
    def in_force(self) -> list[date]:
        """From the end of which day each document counts that they rest on."""
        return sorted({row.in_force for row in self.rows})

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
    bases, until = bases_of(case), until or clock.today()
    rows = [row for row in _payments(case) if creditor_id in (None, row.creditor_id) and debtor_id in (None, row.debtor_id)]
    late = [_late(row, basis.since, until) for row in rows if (basis := _of_row(row, bases)) is not None]
    found = tuple(one for one in late if one.steps)
    made = agreement.in_effect(case.id)
    return Claim(found, until, bool(made and made.default_clause.strip())) if found else None


def lacks_basis(case: Case) -> bool:
    """Is something late, while there is no document that can be enforced, so that nothing is doubled (CPL 264)?"""
    late, bases = [row for row in _payments(case) if row.due_on < clock.today() and row.remaining], bases_of(case)
    return bool(late) and not any(_of_row(row, bases) for row in late)


def _payments(case: Case) -> list[Obligation]:
    return [row for row in obligations.of_case(case.id) if row.kind == "payment" and row.due_on]


def _of_row(row: Obligation, bases: list[Basis]) -> Basis | None:
    """The document under which being late with this payment costs: the earliest that covers it."""
    return min((basis for basis in bases if basis.covers(row)), key=lambda basis: basis.since, default=None)


def bases_of(case: Case) -> list[Basis]:
    """The documents that can be enforced: the ruling, the mediation letter, the notarised deed, or payment orders."""
    ruled, letter = confirmation.of_case(case.id), docketed.letter_in_force(case.id)
    if case.confirmation == "confirmed" and ruled is not None and ruled.decided_at:
        return [Basis(_day(ruled.decided_at))]
    if letter is not None:
        return [Basis(_day(letter.in_force_at))]
    if deeds.in_force(case.id):
        return [Basis(deeds.of_case(case.id).dated_on)]
    return [Basis(_time_to_pay(order), order) for order in applications.enforceable_orders(case.id)]


def _time_to_pay(order: CourtApplication) -> date:
    """The last of the debtor's fifteen days from receipt (T24), the time for performance; they began after the order was asked
    for and were over when it became enforceable."""
    ran = db.session.scalar(select(Deadline.due_at).where(
        Deadline.case_id == order.case_id, Deadline.term == "T24", Deadline.created_at >= order.filed_at,
        Deadline.created_at <= order.decided_at).order_by(Deadline.id.desc()).limit(1))
    return reckoning.last_day(ran) if ran else _day(order.decided_at) - timedelta(days=1)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()


def _late(row: Obligation, in_force: date, until: date) -> Late:
    return Late(row, in_force, _steps(row, max(row.due_on, in_force), until), _steps(row, row.due_on, until))


def _steps(row: Obligation, since: date, until: date) -> tuple[Step, ...]:
    paid = sorted((receipt.on_day or _day(receipt.at), receipt.amount) for receipt in row.receipts
                  if receipt.event in obligations.SETTLING and receipt.amount)
    unpaid = row.amount - sum((amount for day, amount in paid if day <= since), Decimal(0))
    return tuple(interest.steps(max(unpaid, Decimal(0)), since, until, [(day, amount) for day, amount in paid
                                                                        if since < day <= until]))
