"""The kinds of field, one entry each: how an answer is checked, and how an old one is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.expressions import ExpressionFailed
from engine.forms import plain, special
from engine.forms.components import Component
from engine.forms.plain import Refused, SeveralRefused, bound, is_blank
from engine.i18n import _

__all__ = ["KINDS", "Refused", "SeveralRefused", "bound", "clean", "clean_all", "is_blank", "is_shown", "show"]

MAX_ROWS = 200
LISTS = ("table", "checklist", "schedule", "file")


@dataclass(frozen=True)
class Kind:
    """A kind of field. `clean` gives a JSON-able value or raises Refused; `show` gives text."""

    clean: Callable[[Component, object, Mapping], object]
    show: Callable[[Component, object, Mapping, str], str]


def _table(component, raw, data):
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused("type", _("This must be a list of rows."))
    if len(raw) > MAX_ROWS:
        raise Refused("too_long", _("At most %(limit)s rows."), limit=MAX_ROWS)
    rows, refusals = [], []
    for number, row in enumerate(raw):
        cleaned, wrong = clean_all(component.columns, row, data)
        rows.append(cleaned)
        for refusal in wrong:
            refusal.pointer = f"/{number}{refusal.pointer}"
            refusals.append(refusal)
    if component.min is not None and len(rows) < component.min:
        refusals.append(Refused("min", _("At least %(limit)s rows."), limit=component.min))
    if refusals:
        raise SeveralRefused(refusals)
    return rows


def clean_all(components, answers: Mapping, data: Mapping) -> tuple[dict, list[Refused]]:
    """Check the answers to several components in order; hidden ones are left out."""
    cleaned, refusals = {}, []
    for component in components:
        if not component.is_question or not is_shown(component, cleaned, components, data):
            continue
        try:
            known = {**data, **cleaned} if component.type == "schedule" else data  # its sum may be an answer above it
            cleaned[component.key] = clean(component, answers.get(component.key), known)
        except Refused as refusal:
            refusal.pointer = f"/{component.key}{refusal.pointer}"
            refusals.append(refusal)
        except SeveralRefused as several:
            for refusal in several.refusals:
                refusal.pointer = f"/{component.key}{refusal.pointer}"
                refusals.append(refusal)
    return cleaned, refusals


def clean(component: Component, raw, data: Mapping):
    """One answer, checked: its JSON-able value, None when there is none."""
    if is_blank(raw) and component.type == "checkbox":
        raw = False
    if is_blank(raw):
        if component.required:
            raise Refused("required", _("This is needed."))
        return [] if component.type in LISTS else None
    return KINDS[component.type].clean(component, raw, data)


def is_shown(component: Component, answers: Mapping, components, data: Mapping) -> bool:
    """Does this component's condition hold, given the answers above it? One that cannot be told does not."""
    if component.show_if is None:
        return True
    names = {**data, **{each.key: None for each in components if each.key}, **answers}
    try:
        return bool(component.show_if.evaluate(names))
    except ExpressionFailed:
        return False


def _show_table(component, value, data, language):
    lines = []
    for row in value:
        parts = [f"{column.title(language)}: {show(column, row.get(column.key), data, language)}"
                 for column in component.columns if not is_blank(row.get(column.key))]
        lines.append((", " if language.startswith("en") else "，").join(parts))
    return "\n".join(lines)


def show(component: Component, value, data: Mapping, language: str) -> str:
    """An answer as text; empty when there is none."""
    return "" if is_blank(value) else KINDS[component.type].show(component, value, data, language)


KINDS: dict[str, Kind] = {
    "text": Kind(plain.text, plain.show_plain),
    "textarea": Kind(plain.text, plain.show_plain),
    "richtext": Kind(special.formatted, special.show_formatted),
    "number": Kind(plain.number, plain.show_plain),
    "money": Kind(plain.money, plain.show_money),
    "date": Kind(plain.day, plain.show_day),
    "datetime": Kind(plain.moment, plain.show_moment),
    "select": Kind(plain.one_of, plain.show_choice),
    "radio": Kind(plain.one_of, plain.show_choice),
    "checkbox": Kind(plain.checkbox, plain.show_checkbox),
    "checklist": Kind(plain.some_of, plain.show_choice),
    "party": Kind(special.party, special.show_party),
    "schedule": Kind(special.schedule, special.show_schedule),
    "file": Kind(special.files, special.show_files),
    "table": Kind(_table, _show_table),
    "note": Kind(plain.show_plain, plain.show_plain),
}
