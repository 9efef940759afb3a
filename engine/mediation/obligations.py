"""Performance: what is due when under the agreement, what was said about it, and how far it has come (term T44).

A debtor's word alone settles nothing: the creditor's does, or the mediator's who looked into it.
"""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from engine import clock, reading
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import NotFound
from engine.i18n import _
from engine.mediation import agreement as agreements
from engine.mediation import imputation, schedule
from engine.mediation.models import Agreement, Obligation, Receipt

EVENTS = ("reported", "received", "not_received", "verified", "defaulted", "deferred")
SETTLING = ("received", "verified")
ASKED_BEFORE = timedelta(days=15)  # later instalments are asked about this long before their day


class NoSuchObligation(NotFound):
    message = _("There is no such obligation in this case.")


def of_case(case_id: int) -> list[Obligation]:
    """The obligations under the agreement in effect, the earliest first; those without a day last."""
    made = agreements.in_effect(case_id)
    if made is None:
        return []
    rows = db.session.scalars(select(Obligation).where(Obligation.agreement_id == made.id))
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.term, row.part))


def lay_out(case: Case) -> list[Obligation]:
    """A row for everything the agreement in effect lays down; again changes nothing. The caller holds the case's lock."""
    made = agreements.in_effect(case.id)
    if made is not None and not of_case(case.id):
        people = {person.name: person for person in case.participants if person.role == "party" and person.is_current}
        db.session.add_all([*_payments(case, made, people), *_acts(case, made, people)])
        db.session.flush()
    return of_case(case.id)


def _payments(case: Case, made: Agreement, people: dict[str, Participant]) -> list[Obligation]:
    return [Obligation(case_id=case.id, audience="filing", agreement_id=made.id, term=one.term, part=one.part, kind="payment",
                       debtor_id=people[one.debtor].id, creditor_id=people[one.creditor].id, amount=one.amount,
                       currency=one.currency, due_on=one.due_on, paid=Decimal(0), status="pending")
            for one in schedule.payments(made.terms)]


def _acts(case: Case, made: Agreement, people: dict[str, Participant]) -> list[Obligation]:
    """Duties that are no payment; one without a named creditor is owed to the other side."""
    found = []
    for number, one in enumerate(made.terms, 1):
        if one.get("amount"):
            continue
        debtor = people[one["debtor"]]
        creditor = people.get(one.get("creditor", "")) or next(
            (person for person in people.values() if person.side != debtor.side), debtor)
        due_on = reading.answered(one.get("due_on"))
        found.append(Obligation(case_id=case.id, audience="filing", agreement_id=made.id, term=number, part=0, kind="other",
                                debtor_id=debtor.id, creditor_id=creditor.id, text=one.get("text", ""), due_on=due_on,
                                paid=Decimal(0), status="pending"))
    return found


def to_ask(row: Obligation, is_first: bool) -> dict:
    """An obligation as a process carries it: who owes whom what by when, and from when on people are asked about it."""
    due_on = row.due_on or clock.today() + timedelta(days=30)
    opens_on = clock.today() if is_first else max(due_on - ASKED_BEFORE, clock.today())
    return {"id": row.id, "kind": row.kind, "debtor": row.debtor_id, "creditor": row.creditor_id,
            "debtor_name": row.debtor.name, "creditor_name": row.creditor.name, "text": row.text,
            "amount": str(row.remaining) if row.amount is not None else "", "currency": row.currency,
            "due_on": due_on.isoformat(), "opens_on": opens_on.isoformat(), "said": _said(row)}


def _said(row: Obligation) -> dict[str, str]:
    """The obligation in a sentence, for whoever is asked about it."""
    if row.amount is None:
        return {"zh": f"{row.debtor.name}：{row.text}", "en": f"{row.debtor.name}: {row.text}"}
    by, by_en = (f"应于{row.due_on:%Y年%-m月%-d日}前", f" by {row.due_on:%-d %b %Y}") if row.due_on else ("应", "")
    sum_ = f"{row.remaining:,.2f}"
    money, money_en = (f"人民币{sum_}元", f"¥{sum_}") if row.currency in ("", "CNY") else (f"{row.currency} {sum_}",) * 2
    return {"zh": f"{row.debtor.name}{by}向{row.creditor.name}支付{money}",
            "en": f"{row.debtor.name} owes {row.creditor.name} {money_en}{by_en}"}


def still_open(case: Case) -> list[dict]:
    """What the process asks about: everything not yet performed; the first of each debtor at once."""
    rows, seen, asked = [row for row in lay_out(case) if row.status != "performed"], set(), []
    for row in rows:
        asked.append(to_ask(row, row.debtor_id not in seen))
        seen.add(row.debtor_id)
    return asked


def note(case_id: int, obligation_id: int, event: str, by: str, amount: Decimal | None = None, on: date | None = None,
         remark: str = "", early: bool = False) -> tuple[Obligation, list[Obligation]]:
    """Keep what somebody said about an obligation, and let its state follow; tells it and those that its excess covers.

    `early`: the creditor takes an excess as early performance. Raises NoSuchObligation.
    """
    if db.session.scalar(select(Obligation.case_id).where(Obligation.id == obligation_id)) != case_id:
        raise NoSuchObligation()
    row = locked(Obligation, obligation_id)
    told = amount
    if event in SETTLING and row.kind == "payment":
        amount = min(told if told is not None else row.remaining, row.remaining)
    _keep(row, event, amount, on, by, remark)
    covered = imputation.spread(row, told - amount, on, early) if event in SETTLING and told and amount and told > amount else []
    for other, part in covered:
        _keep(other, event, part, on, by, imputation.COVERED)
    db.session.flush()
    return row, [other for other, _part in covered if other.status == "performed"]


def verify_all(case: Case, on: date | None, remark: str = "") -> list[Obligation]:
    """The mediator found everything performed: what was still open is verified in full; tells it. The caller holds the case's
    lock.
    """
    rows = [locked(Obligation, row.id) for row in of_case(case.id) if row.status != "performed"]
    for row in rows:
        _keep(row, "verified", row.remaining if row.kind == "payment" else None, on, case.mediator.name if case.mediator else "",
              remark)
    db.session.flush()
    return rows


def _keep(row: Obligation, event: str, amount: Decimal | None, on: date | None, by: str, remark: str) -> None:
    if event in SETTLING and row.kind == "payment":
        row.paid += amount
    db.session.add(Receipt(obligation_id=row.id, event=event, amount=amount, on_day=on, by=by[:200], remark=remark))
    row.status = _status(row, event)
    if row.status == "performed":
        row.performed_on = on or clock.today()


def _status(row: Obligation, event: str) -> str:
    if event == "defaulted":
        return "defaulted"
    if event in SETTLING:
        return "performed" if not row.remaining else "partly"
    return "claimed" if event == "reported" else "partly" if row.paid else "pending"


def are_performed(case_id: int) -> bool:
    """Has everything the agreement lays down been performed?"""
    rows = of_case(case_id)
    return bool(rows) and all(row.status == "performed" for row in rows)


def owed(case_id: int, creditor_id: int | None = None) -> Decimal:
    """What is due and unpaid today, in yuan."""
    return owed_in(case_id, creditor_id).get("CNY", Decimal(0))


def owed_in(case_id: int, creditor_id: int | None = None, debtor_id: int | None = None) -> dict[str, Decimal]:
    """What is due and unpaid today, in each currency."""
    found: dict[str, Decimal] = {}
    for row in of_case(case_id):
        is_theirs = creditor_id in (None, row.creditor_id) and debtor_id in (None, row.debtor_id)
        if row.kind == "payment" and is_theirs and row.remaining and row.due_on <= clock.today():
            found[row.currency] = found.get(row.currency, Decimal(0)) + row.remaining
    return found


def last_day(case_id: int) -> date | None:
    """The last day of the performance period: that of the last instalment (CPL 250)."""
    return max((row.due_on for row in of_case(case_id) if row.due_on), default=None)
