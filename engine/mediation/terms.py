"""The terms of an agreement: each duty clear enough to be confirmed and enforced (CPL-Interp 358(5), 461)."""

from datetime import date
from decimal import Decimal

from engine import clock
from engine.cases.models import Case
from engine.errors import DomainError, Invalid, problem
from engine.i18n import _
from engine.money.amounts import parse_amount

KINDS = {"payment": "payment", "refund": "payment", "other": "other", "act": "other"}
MOST = 50
LONGEST = 2000


class TermsUnclear(Invalid):
    """Some duty lacks its debtor, creditor, sum, day or act; all faults are listed."""

    message = _("The terms are not clear enough to be signed.")


def check(case: Case, terms: list[dict], scope: str = "full", remainder: str = "") -> list[dict]:
    """The terms as they will be signed: names of parties, sums as text with two decimals. Raises TermsUnclear."""
    faults = []
    if not terms or len(terms) > MOST:
        faults.append(problem("terms", "count", _("An agreement has between one and %(most)s terms."), most=MOST))
    if scope == "partial" and not remainder.strip():
        faults.append(problem("remainder", "missing", _("Say what stays in dispute.")))
    people = {str(person.id): person.name for person in case.participants if person.role == "party" and person.is_current}
    checked = [_check_one(f"terms/{number}", one, people, faults) for number, one in enumerate(terms[:MOST])]
    if faults:
        raise TermsUnclear(problems=faults)
    return checked


def total(terms: list[dict]) -> Decimal:
    """What is to be paid in all."""
    return sum((Decimal(one["amount"]) for one in terms if one.get("amount")), Decimal(0))


def _check_one(at: str, one: dict, people: dict, faults: list) -> dict:
    kind = KINDS.get(str(one.get("kind") or ""))
    if kind is None:
        faults.append(problem(f"{at}/kind", "choice", _("%(value)s is not a kind of term."), value=str(one.get("kind") or "")))
        return {}
    told = {"kind": kind, "debtor": _party(f"{at}/debtor", one.get("debtor"), people, faults)}
    told |= {name: _text(f"{at}/{name}", one.get(name), faults) for name in ("method", "account", "text")}
    if kind == "payment":
        told |= _payment(at, one, people, told["debtor"], faults)
    elif not told["text"]:
        faults.append(problem(f"{at}/text", "missing", _("Say what is to be done.")))
    if kind == "other" and one.get("creditor"):
        told["creditor"] = _party(f"{at}/creditor", one["creditor"], people, faults)
    if one.get("due_on"):
        told["due_on"] = _day(f"{at}/due_on", one["due_on"], faults)
    return {key: value for key, value in told.items() if value}


def _payment(at: str, one: dict, people: dict, debtor: str, faults: list) -> dict:
    creditor = _party(f"{at}/creditor", one.get("creditor"), people, faults)
    if creditor and creditor == debtor:
        faults.append(problem(f"{at}/creditor", "same", _("Nobody can owe themselves.")))
    if not one.get("due_on"):
        faults.append(problem(f"{at}/due_on", "missing", _("A payment needs a day.")))
    return {"creditor": creditor, "amount": _amount(f"{at}/amount", one.get("amount"), faults)}


def _party(at: str, value, people: dict, faults: list) -> str:
    """A party by its participant id or its exact name."""
    text = str(value or "").strip()
    if text in people:
        return people[text]
    if text in people.values():
        return text
    faults.append(problem(at, "party", _("%(value)s is not a party of this case."), value=text) if text
                  else problem(at, "missing", _("Say which party.")))
    return ""


def _amount(at: str, value, faults: list) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value if value is not None else "").strip()
    try:
        amount = parse_amount(text)
    except DomainError as error:
        faults.append(problem(at, "amount", error.message, **error.details))
        return ""
    if amount <= 0:
        faults.append(problem(at, "amount", _("A payment is more than nothing.")))
    return str(amount)


def _day(at: str, value, faults: list) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        faults.append(problem(at, "date", _("%(value)s is not a day."), value=str(value)[:40]))
        return ""
    if not 2000 < day.year < clock.today().year + 60:
        faults.append(problem(at, "date", _("%(value)s is not a day one can agree on."), value=day.isoformat()))
    return day.isoformat()


def _text(at: str, value, faults: list) -> str:
    text = str(value or "").strip()
    if len(text) > LONGEST:
        faults.append(problem(at, "length", _("At most %(most)s characters."), most=LONGEST))
    return text


