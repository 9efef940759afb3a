"""Which other instalments an excess covers (抵充): Civil Code Arts. 560, 530 and 985.

Art. 560: what is paid beyond one debt covers the debtor's other debts of the same kind to the same creditor, those that are
due first, the earlier due day before the later. Art. 530: the creditor need not take performance before its day, so what is
not yet due is covered only with the creditor's consent. Art. 985: what is left over is to be returned.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from engine import clock
from engine.db import db, locked
from engine.mediation.models import Obligation, Receipt

COVERED = "由他期多付的部分抵充（民法典第五百六十条）"
LEFT_OVER = "多付的部分，应当退回（民法典第九百八十五条）"
REFUSED = "多付的部分，权利人不接受提前履行，应当退回（民法典第五百三十条）"
EXCESS = "excess"


def spread(paid: Obligation, excess: Decimal, on: date | None, early: bool) -> list[tuple[Obligation, Decimal]]:
    """The other instalments with the part each gets, in order; what nobody gets is noted beside the one that was paid."""
    parts = []
    for other in _others(paid, on or clock.today(), early):
        part = min(excess, other.remaining)
        if part > 0:
            parts.append((other, part))
            excess -= part
    if excess > 0:
        more_owed = any(one.remaining for one in _open(paid) if one not in [other for other, _part in parts])
        db.session.add(Receipt(obligation_id=paid.id, event=EXCESS, amount=excess, on_day=on, by="",
                               remark=REFUSED if more_owed else LEFT_OVER))
    return parts


def _others(paid: Obligation, day: date, early: bool) -> list[Obligation]:
    """Those that are due, the earliest first; then, if the creditor takes early performance, those to come."""
    rows = sorted(_open(paid), key=lambda row: (row.due_on or date.max, row.term, row.part))
    return [locked(Obligation, row.id) for row in rows if early or (row.due_on is not None and row.due_on <= day)]


def _open(paid: Obligation) -> list[Obligation]:
    same = select(Obligation).where(
        Obligation.agreement_id == paid.agreement_id, Obligation.id != paid.id, Obligation.kind == "payment",
        Obligation.debtor_id == paid.debtor_id, Obligation.creditor_id == paid.creditor_id,
        Obligation.currency == paid.currency, Obligation.status != "performed")
    return list(db.session.scalars(same))
