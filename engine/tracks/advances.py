"""Advance payment: paid between acceptance and agreement, with a receipt; the agreement owes the total less what was advanced.

Bases and articles: `tables/advances.toml`. Paying is no admission unless agreed (DOMAIN §4.8); what is recovered from whom is
recorded (银行卡规定 12, 交通事故解释 15).
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents.facts import parties_of
from engine.errors import Conflict, DomainError, Invalid, problem
from engine.i18n import _
from engine.money.amounts import parse_amount
from engine.tracks.models import Advance
from engine.workflow import trace

TABLE = Path(__file__).with_name("tables") / "advances.toml"
COUNTED, UNPAID = ("received",), ("offered", "agreed")


class AdvanceRefused(Invalid):
    message = _("This advance payment cannot be arranged.")


class PaidBeforeAgreed(Invalid):
    """First the payer agrees, an institution within its authority; then it pays."""

    message = _("A payment in advance cannot be older than the agreement to pay it.")


class AdvancedTooMuch(Invalid):
    """More was advanced than is owed under the agreement: the difference has to be settled by a term of its own."""

    message = _("%(payer)s advanced %(advanced)s, more than the %(owed)s that the terms make it pay.")


class AdvanceNotThere(Conflict):
    message = _("The advance payment is not at this point.")


@cache
def bases() -> dict[str, dict]:
    """Why one may pay in advance: words and article, by key."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def offer(case: Case, payer: str, payee: str, amount: str, basis: str, recover_from: str = "") -> Advance:
    """An advance is arranged; nobody has paid yet. Raises AdvanceRefused with every fault."""
    people = {str(person.id): person for person in parties_of(case)}
    faults = [problem(name, "party", _("%(value)s is not a party of this case."), value=str(told)[:40])
              for name, told in (("payer", payer), ("payee", payee)) if str(told) not in people]
    if payer == payee:
        faults.append(problem("payee", "same", _("Nobody can owe themselves.")))
    if basis not in bases():
        faults.append(problem("basis", "choice", _("Choose one of the answers that are offered.")))
    money = _money(amount, faults)
    if faults:
        raise AdvanceRefused(problems=faults)
    made = Advance(case_id=case.id, audience="mediation", payer_id=int(payer), payee_id=int(payee), amount=money, basis=basis,
                   recover_from=recover_from.strip()[:300], recoveries=[])
    db.session.add(made)
    db.session.flush()
    return made


def _money(amount: str, faults: list) -> Decimal:
    try:
        money = parse_amount(str(amount))
    except DomainError as error:
        faults.append(problem("amount", "amount", error.message, **error.details))
        return Decimal(0)
    if money <= 0:
        faults.append(problem("amount", "amount", _("A payment is more than nothing.")))
    return money


def agreed(advance_id: int) -> Advance:
    """The payer agrees to pay: from now on it may."""
    row = _at(advance_id, "offered")
    row.status, row.agreed_at = "agreed", clock.now()
    db.session.flush()
    return row


def open_of(payer_id: int) -> Advance | None:
    """The advance that somebody was asked for, or agreed to, and has not paid."""
    return db.session.scalar(select(Advance).where(
        Advance.payer_id == payer_id, Advance.status.in_(UNPAID)).order_by(Advance.id.desc()).limit(1))


def check_paid(payer_id: int, on: date) -> None:
    """Raise PaidBeforeAgreed when a payment is said to be older than the payer's agreement."""
    row = open_of(payer_id)
    if row is not None and row.agreed_at is not None and on < row.agreed_at.astimezone(clock.SHANGHAI).date():
        raise PaidBeforeAgreed(problems=[problem("/paid_on", "min", _("Not before %(limit)s."),
                                                 limit=row.agreed_at.astimezone(clock.SHANGHAI).date().isoformat())])


def paid(advance_id: int, on: date, voucher: str) -> Advance:
    """The payer says that it has paid, after it agreed."""
    row = _at(advance_id, "agreed")
    row.status, row.paid_on, row.voucher = "paid", on, voucher[:200]
    db.session.flush()
    return row


def settle(advance_id: int, status: str, by: str) -> Advance:
    """Declined before it was paid; or received, or missing, after it was said to be paid."""
    row = _at(advance_id, *(UNPAID if status == "declined" else ("paid",)))
    row.status, row.confirmed_by = status, by
    row.received_at = clock.now() if status == "received" else None
    trace.write(None, f"advance_{status}", by, case_id=row.case_id, advance=row.id, amount=str(row.amount))
    db.session.flush()
    return row


def _at(advance_id: int, *statuses: str) -> Advance:
    row = locked(Advance, advance_id)
    if row.status not in statuses:
        raise AdvanceNotThere()
    return row


def of_case(case_id: int) -> list[Advance]:
    """All advances of a case, oldest first."""
    return list(db.session.scalars(select(Advance).where(Advance.case_id == case_id).order_by(Advance.id)))


def received(case_id: int) -> list[Advance]:
    """Those that were really received: they alone count against what is owed."""
    return [row for row in of_case(case_id) if row.status in COUNTED]


def total(case_id: int) -> Decimal:
    """What was advanced and received in all."""
    return sum((row.amount for row in received(case_id)), Decimal(0))


def deducted(case: Case, terms: Iterable[dict], instalments: Iterable[dict] = ()) -> tuple[list[dict], list[dict]]:
    """The terms with advances taken off what the payer owes the payee, and their instalments, the earliest first.

    Terms come in with the whole sum; the text of a term says what the whole was, what was advanced, and what is left.
    Raises AdvancedTooMuch.
    """
    terms, parts = [dict(one) for one in terms], [dict(one) for one in instalments or ()]
    for row in received(case.id):
        left = row.amount
        for number, term in enumerate(terms, start=1):
            if left and _is_owed(term, row.payer, row.payee):
                left -= _take_off(term, left, number, parts)
        if left:
            owed = format(row.amount - left, "f")
            raise AdvancedTooMuch(payer=row.payer.name, advanced=format(row.amount, "f"), owed=owed)
    return terms, [part for part in parts if not part.get("cleared")]


def _is_owed(term: dict, payer: Participant, payee: Participant) -> bool:
    def names(person):
        return (str(person.id), person.name)
    pays = term.get("kind") in ("payment", "refund") and term.get("amount") and term.get("currency") in (None, "", "CNY")
    return bool(pays and str(term.get("debtor")) in names(payer) and str(term.get("creditor")) in names(payee))


def _take_off(term: dict, left: Decimal, number: int, parts: list[dict]) -> Decimal:
    owed = Decimal(str(term["amount"]))
    taken = min(left, owed)
    whole = Decimal(term.get("whole") or owed)
    term |= {"amount": str(owed - taken), "whole": str(whole)}
    rest = taken
    for part in sorted((one for one in parts if str(one.get("term")) == str(number)), key=lambda one: str(one.get("due_on"))):
        share = min(rest, Decimal(str(part.get("amount") or 0)))
        part["amount"], rest = str(Decimal(str(part.get("amount") or 0)) - share), rest - share
        if share and not Decimal(part["amount"]):
            part["cleared"] = True
    _say(term, whole, owed - taken)
    return taken


def _say(term: dict, whole: Decimal, rest: Decimal) -> None:
    """The term in words; one that was paid in full already stays as a statement."""
    advanced, text = whole - rest, str(term.get("said") or term.get("text") or "")
    term["said"] = text
    told = f"本项应付总额为人民币{whole:,.2f}元，已先行赔付人民币{advanced:,.2f}元，"
    if rest:
        term["text"] = f"{told}尚应支付人民币{rest:,.2f}元。{text}"
        return
    term |= {"kind": "other", "text": f"{told}已全部付清。{text}"}
    for name in ("amount", "method", "account"):
        term.pop(name, None)
