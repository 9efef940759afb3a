"""One component of a form, as the file says it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.expressions import Expression, ExpressionFailed, compile_expression


@dataclass(frozen=True)
class Choice:
    """One of the answers that may be picked; `reason` is what a ranked list says beside it."""

    value: object
    label: str
    label_en: str = ""
    reason: str = ""

    def in_language(self, language: str) -> str:
        return self.label_en if language.startswith("en") and self.label_en else self.label


@dataclass(frozen=True)
class Component:
    """A question (or a note) of a form."""

    type: str
    key: str = ""
    label: str = ""
    label_en: str = ""
    description: str = ""
    description_en: str = ""
    required: bool = False
    values: tuple[Choice, ...] = ()
    options_from: str = ""
    columns: tuple["Component", ...] = ()
    min: object = None
    max: object = None
    max_length: int | None = None
    decimals: int = 0
    show_if: Expression | None = None
    says: Expression | None = None  # notes: what of the process data stands after the label
    default: object = None
    extra: Mapping = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: dict) -> "Component":
        """Build a component from its JSON; names it does not know are kept in `extra`."""
        row = dict(row)
        values = tuple(Choice(each["value"], each["label"], each.get("label_en", "")) for each in row.pop("values", None) or ())
        columns = tuple(cls.from_row(column) for column in row.pop("columns", None) or ())
        if row.get("type") == "schedule":
            columns = cls.of_payments(row)
        conditions = {name: compile_expression(text) if (text := row.pop(name, None)) else None for name in ("show_if", "says")}
        known = {name: row.pop(name) for name in list(row) if name in cls.__dataclass_fields__ and name != "extra"}
        return cls(**known, **conditions, values=values, columns=columns, extra=row)

    @classmethod
    def of_payments(cls, row: dict) -> tuple["Component", ...]:
        """The columns of a schedule. `of`: it pays rows of that table, and says which; `earliest`: the first day there is."""
        number = (cls("number", "term", "第几条", "Term no.", required=True, min=1),) if row.get("of") else ()
        return (*number, cls("date", "due_on", "付款日期", "Due on", required=True, min=row.get("earliest")),
                cls("money", "amount", "金额" if row.get("of") else "金额（元）", "Sum" if row.get("of") else "Amount (CNY)",
                    required=True, min="0.01"))

    def title(self, language: str = "zh") -> str:
        """The label in a language."""
        return self.label_en if language.startswith("en") and self.label_en else self.label

    def about(self, language: str = "zh") -> str:
        """The description in a language."""
        return self.description_en if language.startswith("en") and self.description_en else self.description

    def told(self, data: Mapping):
        """What a note says out of the process data; an empty text when it is not there."""
        try:
            value = self.says.evaluate(dict(data)) if self.says else None
        except ExpressionFailed:
            return ""
        return "" if value is None else value

    @property
    def has_rows(self) -> bool:
        """Is it answered by rows of columns?"""
        return self.type in ("table", "schedule")

    @property
    def version(self) -> str:
        """Which words somebody saw who answered: the same for the same words, in both languages."""
        words = [self.label, self.label_en, self.description, self.description_en,
                 *(text for choice in self.values for text in (choice.label, choice.label_en))]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]

    @property
    def is_question(self) -> bool:
        return self.type != "note"

    def choices(self, data: Mapping) -> tuple[Choice, ...]:
        """What may be picked: the file's own values, or a list of the process data."""
        if not self.options_from:
            return self.values
        rows = data.get(self.options_from) or []
        return tuple(_choice(row) for row in rows)


def _choice(row) -> Choice:
    if not isinstance(row, Mapping):
        return Choice(row, str(row))
    value = row.get("id", row.get("value"))
    label = str(row.get("name") or row.get("label") or value)
    return Choice(value, label, str(row.get("name_en") or ""), str(row.get("reason") or ""))
