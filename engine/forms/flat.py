"""Answers as a web page sends them: flat names with lists of texts, rows as `terms-0-amount`."""

import re
from collections.abc import Mapping

from engine.forms.components import Component
from engine.forms.form import Form

ROW = re.compile(r"(?P<key>[a-z][a-z0-9_]*)-(?P<number>\d{1,4})-(?P<column>[a-z][a-z0-9_]*)")


def gather(form: Form, values: Mapping[str, list[str]], keep_empty: bool = False) -> dict:
    """The answers in the shape the form checks. Rows left wholly empty are dropped, unless a page is to show them again."""
    answers = {}
    for component in form.questions:
        if component.has_rows:
            answers[component.key] = rows(component, values, keep_empty)
        elif component.type == "file":
            answers[component.key] = []  # files come as files, never as a text that says so
        elif component.key in values:
            answers[component.key] = _answer(component, values[component.key])
        elif component.type in ("checkbox", "checklist"):
            answers[component.key] = False if component.type == "checkbox" else []
    return answers


def rows(component: Component, values: Mapping[str, list[str]], keep_empty: bool = False) -> list[dict]:
    """The rows of a table, in their order."""
    found: dict[int, dict] = {}
    columns = {column.key: column for column in component.columns}
    for name, texts in values.items():
        match = ROW.fullmatch(name)
        if match and match["key"] == component.key and match["column"] in columns:
            found.setdefault(int(match["number"]), {})[match["column"]] = _answer(columns[match["column"]], texts)
    return [row for _number, row in sorted(found.items()) if keep_empty or _is_filled(component, row)]


def _is_filled(table: Component, row: dict) -> bool:
    """A preselected choice alone does not make a row, unless there is nothing but choices."""
    typed = [column.key for column in table.columns if column.type not in ("select", "radio", "checkbox")]
    return any(str(row.get(key) or "").strip() for key in typed or row)


def _answer(component: Component, texts: list[str]):
    if component.type == "checklist":
        return [text for text in texts if text]
    if component.type == "checkbox":
        return any(text not in ("", "false", "0", "off") for text in texts)
    return texts[-1] if texts else ""
