"""A form on a page: what to show, what was typed, what was wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from engine.clock import SHANGHAI
from engine.errors import Invalid
from engine.forms import amounts, fields, flat, special
from engine.forms.components import Component
from engine.forms.form import Form
from webapp import errors, i18n

MOST_RANKED = 12
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")


@dataclass
class Asking:
    """One form with the answers so far; templates draw it with macros/fields.html."""

    form: Form
    answers: dict
    data: Mapping
    problems: dict[str, str] = field(default_factory=dict)  # field name on the page → sentence

    @classmethod
    def fresh(cls, form: Form, data: Mapping, draft: dict | None = None) -> "Asking":
        """A form nobody has sent yet: the draft, else the file's defaults."""
        defaults = {each.key: each.default for each in form.questions if each.default is not None}
        return cls(form, {**defaults, **(draft or {})}, data)

    @classmethod
    def sent(cls, form: Form, data: Mapping, values: MultiDict) -> "Asking":
        """What a page sent, empty rows included; the button `add_row` asks for one more."""
        answers = flat.gather(form, dict(values.lists()), keep_empty=True)
        wanted = values.get("add_row", "")
        if isinstance(answers.get(wanted), list):
            answers[wanted] = [*answers[wanted], {}]
        return cls(form, answers, data)

    def refused(self, error: Invalid) -> "Asking":
        """The same, with the sentences of what was wrong."""
        self.problems = {each["field"]: each["message"] for each in errors.said(error)}
        return self

    @property
    def title(self) -> str:
        """What the form is called, in the reader's language."""
        return self.form.title_en if i18n.language() == "en" and self.form.title_en else self.form.title

    @property
    def components(self) -> list[Component]:
        return self.form.shown(self.answers, self.data)

    @property
    def has_files(self) -> bool:
        return any(component.type == "file" for component in self.form.components)

    @property
    def has_rich_text(self) -> bool:
        return any(component.type == "richtext" for component in self.form.components)

    def sums(self, component: Component) -> dict[str, str]:
        """What the rows of a schedule come to, as far as they can be read: in all (""), or by the row of a table they pay."""
        found = {} if component.extra.get("of") else {"": Decimal(0)}
        for row in self.rows(component):
            number, amount = str(row.get("term") or ""), amounts.parse(str(row.get("amount") or ""))
            if amount is not None:
                found[number] = found.get(number, Decimal(0)) + amount
        return {number: f"{total:,.2f}" if number else i18n.money(total) for number, total in found.items()}

    @property
    def has_conditions(self) -> bool:
        return any(component.show_if for component in self.form.components)

    def label(self, component: Component) -> str:
        return component.title(i18n.language())

    def told(self, component: Component) -> str:
        """What a note says out of the process data: in the reader's language, days and moments as people read them."""
        value = component.told(self.data)
        if isinstance(value, Mapping):
            value = value.get(i18n.language()) or value.get("zh") or ""
        text = str(value)
        if MOMENT.fullmatch(text):
            return i18n.moment(text)
        return i18n.day(text) if DAY.fullmatch(text) else text

    def about(self, component: Component) -> str:
        return component.about(i18n.language())

    def choices(self, component: Component) -> list[tuple[str, str, str]]:
        """Value, label and reason of what may be picked."""
        offered = special.parties(component, self.data) if component.type == "party" else component.choices(self.data)
        return [(str(each.value), each.in_language(i18n.language()), each.reason) for each in offered]

    def is_ranked(self, component: Component) -> bool:
        """Do reasons stand beside the choices? Then all are shown, in their order, instead of a drop-down list."""
        return component.type == "select" and any(reason for _value, _label, reason in self.choices(component)[:MOST_RANKED])

    def applies(self, column: Component, row: Mapping, table: Component) -> bool:
        """Is this cell asked, given what stands in the row? An empty row shows all of them, for pages without scripts;
        what somebody has typed never vanishes from under them."""
        return bool(row.get(column.key)) or not any(row.values()) or fields.is_shown(column, dict(row), table.columns, self.data)

    def rows(self, component: Component) -> list[dict]:
        """The rows of a table; at least one to fill in."""
        return self.answers.get(component.key) or [{}]

    def value(self, component: Component, row: Mapping | None = None):
        """What stands in the field."""
        value = (self.answers if row is None else row).get(component.key)
        if component.type == "datetime" and isinstance(value, str) and value:
            return _local_input(value)
        return "" if value is None else value

    def summary(self) -> list[tuple[str, str]]:
        return self.form.summary(self.answers, self.data, i18n.language())

    def first_problem(self) -> str:
        return next(iter(self.problems), "")


def _local_input(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).strftime("%Y-%m-%dT%H:%M")
