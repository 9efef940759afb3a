"""A form: read its file, check answers, show old ones."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Invalid, problem
from engine.expressions import ExpressionRefused, compile_expression
from engine.forms import fields
from engine.forms.components import Component
from engine.i18n import _

KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
CHOICES = ("select", "radio", "checklist")
ALONE = ("table", "note", "schedule", "file", "richtext")  # never a column of a table
OF_MANY = ("note", "radio", "select", "checkbox", "checklist", "text", "textarea")
BINDS = ("admit", "waive", "settle", "receive")  # what an answer does for a party: an agent needs authority for it
SHELVED_FOR = ("filing", "mediation", "signing", "mediator", "organisation", "court")
TEXTS = ("label", "label_en", "description", "description_en", "options_from", "show_if", "says", "consent")
SHAPES = {name: (str, type(None)) for name in TEXTS} | {
    "required": (bool,), "max_length": (int, type(None)), "decimals": (int,),
    "min": (int, float, str, type(None)), "max": (int, float, str, type(None)),
}


class FormRefused(Invalid):
    """A form file is not what a form file may be; `problems` names every fault."""

    message = _("The form “%(form)s” cannot be used.")


class AnswersRefused(Invalid):
    """Some answers are wrong or missing; `problems` names each field."""

    message = _("Some answers need another look.")


@dataclass(frozen=True)
class Form:
    """What is asked at one user task."""

    id: str
    title: str = ""
    title_en: str = ""
    components: tuple[Component, ...] = ()
    together: bool = False  # may one set of answers be handed in for many cases?

    @classmethod
    def read(cls, source: str | dict, name: str = "") -> "Form":
        """Read a form file, as text or as its JSON; raises FormRefused with everything that is wrong."""
        try:
            row = json.loads(source) if isinstance(source, str) else source
        except ValueError as error:
            raise FormRefused(form=name, problems=[problem("", "json", _("This is not JSON: %(why)s"), why=str(error))]) from None
        return cls.from_row(row, name)

    @classmethod
    def from_row(cls, row, name: str = "") -> "Form":
        """Build a form from its JSON."""
        if not isinstance(row, dict) or not isinstance(row.get("components"), list):
            fault = problem("/components", "type", _("A form is an object with a list of components."))
            raise FormRefused(form=name, problems=[fault])
        if faults := _faults(row["components"], "/components") or _faulty_together(row):
            raise FormRefused(form=row.get("id") or name, problems=faults)
        components = tuple(Component.from_row(component) for component in row["components"])
        return cls(str(row.get("id") or name), str(row.get("title", "")), str(row.get("title_en", "")), components,
                   row.get("together", False))

    @property
    def questions(self) -> list[Component]:
        return [component for component in self.components if component.is_question]

    def check(self, answers: Mapping, data: Mapping | None = None) -> dict:
        """The answers, cleaned and JSON-able, without names the form does not ask; raises AnswersRefused with all faults."""
        cleaned, refusals = fields.clean_all(self.components, answers, data or {})
        if refusals:
            raise AnswersRefused(problems=[problem(each.pointer, each.code, each.message, **each.values) for each in refusals])
        return cleaned

    def shown(self, answers: Mapping, data: Mapping | None = None) -> list[Component]:
        """The components to show beside these (unchecked) answers."""
        data, seen, shown = data or {}, {}, []
        for component in self.components:
            if not fields.is_shown(component, seen, self.components, data):
                continue
            shown.append(component)
            if component.is_question:
                seen[component.key] = _value(component, answers.get(component.key), data)
        return shown

    def summary(self, answers: Mapping, data: Mapping | None = None, language: str = "zh") -> list[tuple[str, str]]:
        """Old answers as (label, text), in the form's order, without the empty ones."""
        rows = [(each.title(language), fields.show(each, answers.get(each.key), data or {}, language)) for each in self.questions]
        return [(label, text) for label, text in rows if text]


def _value(component, raw, data):
    """The answer as a condition sees it: checked if it can be, else as it is."""
    try:
        return fields.clean(component, raw, data)
    except (fields.Refused, fields.SeveralRefused):
        return None if fields.is_blank(raw) else raw


def _faults(rows: list, pointer: str, columns: bool = False) -> list[dict]:
    faults, keys, tables = [], set(), set()
    for number, row in enumerate(rows):
        at = f"{pointer}/{number}"
        if not isinstance(row, dict):
            faults.append(problem(at, "type", _("A component is an object.")))
            continue
        faults += _faults_of(row, at, columns)
        if row.get("type") != "note":
            key = str(row.get("key"))
            if key in keys:
                faults.append(problem(f"{at}/key", "twice", _("The key “%(key)s” is used twice."), key=key))
            keys.add(key)
        if row.get("of") and row["of"] not in tables:
            faults.append(problem(f"{at}/of", "of", _("There is no table “%(name)s” above it."), name=str(row["of"])))
        if row.get("type") == "table":
            tables.add(key)
    return faults


def _faults_of(row: dict, at: str, column: bool) -> list[dict]:
    kind = row.get("type")
    if not isinstance(kind, str) or kind not in fields.KINDS or (column and kind in ALONE):
        return [problem(f"{at}/type", "type", _("There is no kind of field “%(kind)s”."), kind=kind)]
    faults = _misshapen(row, at)
    if kind != "note" and not KEY.fullmatch(str(row.get("key", ""))):
        faults.append(problem(f"{at}/key", "key", _("A key is made of small letters, digits and underscores.")))
    if (kind in CHOICES and not row.get("options_from") or row.get("values")) and not _has_choices(row):
        faults.append(problem(f"{at}/values", "values", _("The answers to choose from are missing.")))
    if kind == "table" or row.get("columns"):
        rows = row.get("columns")
        faults += _faults(rows, f"{at}/columns", columns=True) if isinstance(rows, list) and rows else [
            problem(f"{at}/columns", "columns", _("A table needs columns."))]
    faults += _faulty_extras(row, at)
    return faults + [fault for name in ("show_if", "says") for fault in _faulty_expression(row, name, at)]


def _faulty_together(row: dict) -> list[dict]:
    """What is asked for many cases at once asks nothing that one case has of its own."""
    if row.get("together", False) not in (True, False) or not isinstance(row.get("together", False), bool):
        return [problem("/together", "type", _("“%(name)s” is not of the right type."), name="together")]
    own = [number for number, each in enumerate(row["components"]) if row.get("together") and (
        each["type"] not in OF_MANY or any(each.get(name) for name in ("options_from", "says", "binds", "consent")))]
    why = _("A form for many cases at once asks nothing that one case has of its own.")
    return [problem(f"/components/{number}", "together", why) for number in own]


def _faulty_extras(row: dict, at: str) -> list[dict]:
    """What only some kinds say of themselves."""
    wrong = [name for name in ("sides", "media") if name in row and not _is_texts(row[name])]
    wrong += [name for name in ("total", "of", "document_kind") if name in row and not KEY.fullmatch(str(row[name]))]
    wrong += ["earliest"] if not _is_bound("date", row.get("earliest")) else []
    wrong += ["audience"] if row.get("audience", "filing") not in SHELVED_FOR else []
    wrong += ["binds"] if "binds" in row and not _is_binding(row["binds"]) else []
    return [problem(f"{at}/{name}", "type", _("“%(name)s” is not of the right type."), name=name) for name in wrong]


def _is_binding(value) -> bool:
    return isinstance(value, dict) and bool(value) and set(value.values()) <= set(BINDS)


def _is_texts(value) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _misshapen(row: dict, at: str) -> list[dict]:
    """Whatever is said of a component has its type: texts, whole numbers, yes or no."""
    wrong = [name for name, shape in SHAPES.items() if name in row and type(row[name]) not in shape]
    wrong += [name for name in ("min", "max") if name not in wrong and not _is_bound(row["type"], row.get(name))]
    return [problem(f"{at}/{name}", "type", _("“%(name)s” is not of the right type."), name=name) for name in wrong]


def _is_bound(kind: str, value) -> bool:
    try:
        return value is None or bool(fields.bound(value) if kind.startswith("date") else Decimal(str(value)).is_finite())
    except (ValueError, ArithmeticError):
        return False


def _has_choices(row: dict) -> bool:
    values = row.get("values")
    return isinstance(values, list) and bool(values) and all(isinstance(v, dict) and {"value", "label"} <= set(v) for v in values)


def _faulty_expression(row: dict, name: str, at: str) -> list[dict]:
    if not row.get(name):
        return []
    try:
        compile_expression(row[name])
    except ExpressionRefused as error:
        return [problem(f"{at}/{name}", "expression", error.message, **error.details)]
    return []
