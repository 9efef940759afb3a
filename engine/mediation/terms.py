"""The terms of an agreement: each duty clear enough to be confirmed and enforced (CPL-Interp 358(5), 461)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from engine import clock
from engine.cases.models import Case
from engine.errors import DomainError, Invalid, problem
from engine.i18n import _
from engine.mediation import duties, schedule
from engine.money.amounts import parse_amount

CURRENCIES = ("CNY", "USD", "EUR", "HKD", "GBP", "JPY")
MOST_PARTS = 120
KINDS = {"payment": "payment", "refund": "payment", "other": "other", "act": "other"}
MOST = 50
LONGEST = 2000


class TermsUnclear(Invalid):
    """Some duty lacks its debtor, creditor, sum, day or act; all faults are listed."""

    message = _("The terms are not clear enough to be signed.")


def check(case: Case, terms: list[dict], scope: str = "full", remainder: str = "", instalments: Sequence[Mapping] = ()
          ) -> list[dict]:
    """The terms as they will be signed: names of parties, sums as text, each instalment. Raises TermsUnclear."""
    checked, faults = looked_at(case, terms, scope, remainder, instalments)
    if faults:
        raise TermsUnclear(problems=faults)
    return checked


def looked_at(case: Case, terms: list[dict], scope: str = "full", remainder: str = "", instalments: Sequence[Mapping] = ()
              ) -> tuple[list[dict], list[dict]]:
    """The terms as far as they can be read, and every fault. `instalments` are rows {term, due_on, amount} of numbered terms."""
    faults = []
    if not terms or len(terms) > MOST:
        faults.append(problem("terms", "count", _("An agreement has between one and %(most)s terms."), most=MOST))
    if scope == "partial" and not remainder.strip():
        faults.append(problem("remainder", "missing", _("Say what stays in dispute.")))
    people = {str(person.id): person.name for person in case.participants if person.role == "party" and person.is_current}
    terms = with_instalments(terms[:MOST], instalments, faults)
    return [_check_one(f"terms/{number}", one, people, faults) for number, one in enumerate(terms)], faults


def with_instalments(terms: list[dict], instalments: Sequence[Mapping], faults: list) -> list[dict]:
    """The terms with the rows of the table of instalments that name them."""
    told = [dict(one) for one in terms]
    for row, one in enumerate(instalments):
        number = int(one.get("term") or 0)
        if not 1 <= number <= len(told) or KINDS.get(told[number - 1].get("kind")) != "payment":
            faults.append(problem(f"instalments/{row}/term", "term", _("Term %(number)s is no payment."), number=number))
        else:
            told[number - 1]["instalments"] = [*told[number - 1].get("instalments", ()), {
                "due_on": one.get("due_on"), "amount": one.get("amount"), "row": row}]
    return told


def total(terms: list[dict]) -> Decimal:
    """What is to be paid in all, in yuan."""
    return sum((Decimal(one["amount"]) for one in terms if one.get("amount") and one.get("currency", "CNY") == "CNY"), Decimal(0))


def _check_one(at: str, one: dict, people: dict, faults: list) -> dict:
    kind = KINDS.get(str(one.get("kind") or ""))
    if kind is None:
        faults.append(problem(f"{at}/kind", "choice", _("%(value)s is not a kind of term."), value=str(one.get("kind") or "")))
        return {}
    told = {"kind": kind, "debtor": _party(f"{at}/debtor", one.get("debtor"), people, faults)}
    told |= {name: _text(f"{at}/{name}", one.get(name), faults) for name in ("method", "account", "text")}
    told["due_on"] = _day(f"{at}/due_on", one["due_on"], faults) if one.get("due_on") else ""
    told |= _payment(at, one, people, told, faults) if kind == "payment" else _act(at, one, people, told, faults)
    return {key: value for key, value in told.items() if value}


def _act(at: str, one: dict, people: dict, told: dict, faults: list) -> dict:
    """A duty that is no payment: its own words, or those of its kind."""
    creditor = _party(f"{at}/creditor", one["creditor"], people, faults) if one.get("creditor") else ""
    duty = str(one.get("duty") or "other")
    if duty not in duties.DUTIES:
        faults.append(problem(f"{at}/duty", "choice", _("%(value)s is not a kind of term."), value=duty[:40]))
    text = told["text"] or duties.words(duty, creditor)
    if not text:
        faults.append(problem(f"{at}/text", "missing", _("Say what is to be done.")))
    return {"creditor": creditor, "text": text, "duty": duty if duty != "other" else ""}


def _payment(at: str, one: dict, people: dict, told: dict, faults: list) -> dict:
    creditor = _party(f"{at}/creditor", one.get("creditor"), people, faults)
    if creditor and creditor == told["debtor"]:
        faults.append(problem(f"{at}/creditor", "same", _("Nobody can owe themselves.")))
    currency = str(one.get("currency") or "CNY")
    if currency not in CURRENCIES:
        faults.append(problem(f"{at}/currency", "choice", _("%(value)s is not a currency that can be agreed on here."),
                              value=currency[:10]))
    amount = _amount(f"{at}/amount", one.get("amount"), faults)
    parts = _parts(at, one, amount, told["due_on"], faults)
    due_on = parts[-1]["due_on"] if parts else told["due_on"]
    if not due_on:
        faults.append(problem(f"{at}/due_on", "missing", _("A payment needs a day.")))
    return {"creditor": creditor, "amount": amount, "currency": "" if currency == "CNY" else currency, "due_on": due_on,
            "instalments": parts}


def _parts(at: str, one: dict, amount: str, first: str, faults: list) -> list[dict]:
    """The instalments: those that are given, or equal monthly ones from the first day on."""
    given, count = one.get("instalments") or [], one.get("parts") or 0
    if not given and str(count).isdigit() and 1 < int(count) <= MOST_PARTS:
        return schedule.monthly(Decimal(amount), int(count), date.fromisoformat(first)) if amount and first else []
    if not given and count not in (0, 1, "0", "1", ""):
        faults.append(problem(f"{at}/parts", "count", _("There are between 2 and %(most)s instalments."), most=MOST_PARTS))
    return _given_parts(at, given, amount, faults)


def _given_parts(at: str, given: list, amount: str, faults: list) -> list[dict]:
    parts = []
    for number, part in enumerate(given[:MOST_PARTS]):
        place = f"instalments/{part['row']}" if "row" in part else f"{at}/instalments/{number}"
        parts.append({"due_on": _day(f"{place}/due_on", part.get("due_on") or "", faults),
                      "amount": _amount(f"{place}/amount", part.get("amount"), faults)})
    if parts and amount and all(part["amount"] and part["due_on"] for part in parts):
        paid = sum(Decimal(part["amount"]) for part in parts)
        if paid != Decimal(amount):
            faults.append(problem(f"{at}/amount", "totals", _("The instalments come to %(paid)s, the sum is %(amount)s."),
                                  paid=str(paid), amount=amount))
        parts.sort(key=lambda part: part["due_on"])
    return parts


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
