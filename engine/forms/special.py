"""Kinds of field that hold more than a plain value: text with formatting, a party, a schedule of payments, files."""

import html
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import nh3

from engine.forms import plain
from engine.forms.components import Choice, Component
from engine.forms.plain import Refused, SeveralRefused
from engine.i18n import _

TAGS = {"p", "br", "strong", "b", "em", "i", "u", "s", "ul", "ol", "li", "h3", "h4", "blockquote"}  # no links, pictures, styles
FORMATTED_LIMIT = 20_000
MOST_PAYMENTS = 120
MOST_FILES = 10
MARKED = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})\b", re.IGNORECASE)


def formatted(component: Component, raw, data: Mapping) -> str:
    """Text with the few tags that a record needs; everything else is taken out. Plain text becomes paragraphs."""
    if not isinstance(raw, str):
        raise Refused("type", _("This must be text."))
    clean = cleaned(plain.readable(raw, "textarea"))
    limit = component.max_length or FORMATTED_LIMIT
    if len(clean) > limit:
        raise Refused("too_long", _("At most %(limit)s characters; there are %(count)s."), limit=limit, count=len(clean))
    if not without_tags(clean):
        raise Refused("required", _("This is needed."))
    return clean


def cleaned(text: str) -> str:
    """The tags that are let through, and nothing else; plain text becomes paragraphs."""
    text = text if MARKED.search(text) else _paragraphs(text)
    return nh3.clean(text, tags=TAGS, attributes={}, clean_content_tags={"script", "style"})


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(block).replace(chr(10), '<br>')}</p>" for block in text.split("\n\n") if block.strip())


def without_tags(text: str) -> str:
    """The words alone, one line for each paragraph or item."""
    for end in ("</p>", "<br>", "</li>", "</h3>", "</h4>", "</blockquote>"):
        text = text.replace(end, "\n")
    return html.unescape(nh3.clean(text, tags=set())).strip()


def show_formatted(component: Component, value: str, data: Mapping, language: str) -> str:
    """The words without their formatting."""
    return without_tags(value)


def party(component: Component, raw, data: Mapping):
    """One of the case's parties, by id. `sides`: only those of these sides."""
    for choice in parties(component, data):
        if isinstance(raw, str | int) and not isinstance(raw, bool) and str(choice.value) == str(raw):
            return choice.value
    raise Refused("choice", _("Choose one of the parties of this case."))


def parties(component: Component, data: Mapping) -> tuple[Choice, ...]:
    """Who may be picked: the process knows the parties of its case."""
    sides = component.extra.get("sides")
    rows = [row for row in data.get("parties") or [] if not sides or row.get("side") in sides]
    return tuple(Choice(row["id"], str(row["name"]), str(row.get("name_en") or "")) for row in rows)


def show_party(component: Component, value, data: Mapping, language: str) -> str:
    """The party's name."""
    return next((choice.label for choice in parties(component, data) if str(choice.value) == str(value)), str(value))


def schedule(component: Component, raw, data: Mapping) -> list[dict]:
    """Payments in the order of their days.

    `total`: the answer or process datum they must add up to, to the cent. `of`: a table of the same form whose rows they pay,
    each row's payments adding up to its `amount`.
    """
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused("type", _("This must be a list of rows."))
    if len(raw) > MOST_PAYMENTS:
        raise Refused("too_long", _("At most %(limit)s rows."), limit=MOST_PAYMENTS)
    rows, refusals = [], []
    for number, row in enumerate(raw):
        cleaned, wrong = _payment(component.columns, row, f"/{number}", data)
        rows.append(cleaned)
        refusals += wrong
    sums = _not_paying_rows if component.extra.get("of") else _not_adding_up
    refusals = refusals or [*_out_of_order(rows), *sums(component, rows, data)]
    if refusals:
        raise SeveralRefused(refusals)
    return rows


CELLS = {"number": plain.number, "date": plain.day, "money": plain.money}


def _payment(columns, row: Mapping, at: str, data: Mapping) -> tuple[dict, list[Refused]]:
    cleaned, refusals = {}, []
    for column in columns:
        try:
            if plain.is_blank(row.get(column.key)):
                raise Refused("required", _("This is needed."))
            cleaned[column.key] = CELLS[column.type](column, row[column.key], data)
        except Refused as refusal:
            refusal.pointer = f"{at}/{column.key}"
            refusals.append(refusal)
    return cleaned, refusals


def _out_of_order(rows: list[dict]) -> list[Refused]:
    """The payments of one sum follow each other; those of different rows of a table need not."""
    latest, refusals = {}, []
    for number, row in enumerate(rows):
        if row["due_on"] <= latest.get(row.get("term"), ""):
            refusals.append(Refused("order", _("Each payment comes after the one before it."), f"/{number}/due_on"))
        latest[row.get("term")] = row["due_on"]
    return refusals


def _not_adding_up(component: Component, rows: list[dict], data: Mapping) -> list[Refused]:
    wanted, found = data.get(str(component.extra.get("total", ""))), sum(Decimal(row["amount"]) for row in rows)
    if wanted is None or Decimal(str(wanted)) == found:
        return []
    why = _("The payments add up to %(found)s, not to %(wanted)s.")
    return [Refused("sum", why, found=f"{found:,.2f}", wanted=f"{Decimal(str(wanted)):,.2f}")]


def _not_paying_rows(component: Component, rows: list[dict], data: Mapping) -> list[Refused]:
    """What names no row that is paid, and what does not come to its row's sum; nothing while that table itself is refused."""
    table = data.get(component.extra["of"])
    if not isinstance(table, list):
        return []
    wanted = {number: Decimal(str(row["amount"])) for number, row in enumerate(table, 1) if row.get("amount")}
    refusals = [Refused("term", _("No. %(number)s above is no payment."), f"/{at}/term", number=row["term"])
                for at, row in enumerate(rows) if row["term"] not in wanted]
    for number, found in by_row(rows).items():
        if number in wanted and found != wanted[number]:
            why = _("The payments of no. %(number)s add up to %(found)s, not to %(wanted)s.")
            refusals.append(Refused("sum", why, number=number, found=f"{found:,.2f}", wanted=f"{wanted[number]:,.2f}"))
    return refusals


def by_row(rows: list[dict]) -> dict:
    """What a schedule pays of each row of its table."""
    found = {}
    for row in rows:
        found[row.get("term")] = found.get(row.get("term"), Decimal(0)) + Decimal(row["amount"])
    return found


def show_schedule(component: Component, value: list, data: Mapping, language: str) -> str:
    """One line for each payment, and their sum; of several sums each."""
    english, told = language.startswith("en"), []
    for number, total in by_row(value).items():
        which, sign = ("", "¥") if number is None else (f"No. {number}  " if english else f"第{number}条  ", "")
        told += [f"{which}{date.fromisoformat(row['due_on']):%Y-%m-%d}  {sign}{Decimal(row['amount']):,.2f}"
                 for row in value if row.get("term") == number]
        told.append(f"{which}{'Total' if english else '合计'} {sign}{total:,.2f}")
    return "\n".join(told)


def files(component: Component, raw, data: Mapping) -> list[dict]:
    """What is known of files that the door has taken and judged by their bytes; the files themselves go on the case's shelf."""
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) and row.get("sha256") for row in raw):
        raise Refused("type", _("This must be a list of files."))
    most = int(component.max or MOST_FILES)
    if len(raw) > most:
        raise Refused("max", _("At most %(limit)s files."), limit=most)
    allowed = component.extra.get("media") or ()
    if any(allowed and row.get("media_type") not in allowed for row in raw):
        raise Refused("kind", _("A file of this kind is not taken here."))
    return [{name: row.get(name) for name in ("name", "media_type", "size", "sha256")} for row in raw]


def show_files(component: Component, value: list, data: Mapping, language: str) -> str:
    """Their names, one a line."""
    return "\n".join(str(row.get("name", "")) for row in value)
