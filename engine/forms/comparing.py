"""Two sets of answers to one form side by side: what somebody typed, and what stands there now."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.forms import fields
from engine.forms.components import Component
from engine.forms.form import Form


@dataclass(frozen=True)
class Difference:
    """One question with both answers as text."""

    key: str
    label: str
    typed: str
    now: str

    @property
    def is_same(self) -> bool:
        return self.typed == self.now


def compare(form: Form, typed: Mapping, now: Mapping, data: Mapping | None = None, language: str = "zh") -> list[Difference]:
    """Every question that one of them answers, in the form's order. Answers that would be refused stand as they were typed."""
    rows = [Difference(each.key, each.title(language), as_typed(each, typed.get(each.key), data or {}, language),
                       as_typed(each, now.get(each.key), data or {}, language)) for each in form.questions]
    return [row for row in rows if row.typed or row.now]


def as_typed(component: Component, raw, data: Mapping, language: str) -> str:
    """An unchecked answer as text."""
    if fields.is_blank(raw):
        return ""
    if component.has_rows and isinstance(raw, list | tuple):
        return "\n".join(filter(None, (_row(component, row, data, language) for row in raw)))
    try:
        return fields.show(component, fields.clean(component, raw, data), data, language)
    except (fields.Refused, fields.SeveralRefused):
        return "; ".join(map(str, raw)) if isinstance(raw, list | tuple) else str(raw)


def _row(table: Component, row, data: Mapping, language: str) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    cells = [(column.title(language), as_typed(column, row.get(column.key), data, language)) for column in table.columns]
    return (", " if language.startswith("en") else "，").join(f"{label}: {text}" for label, text in cells if text)
