"""What is asked at intake by kind of dispute: parts of a form from `tables/intake_fields.toml`, and how answers are checked.

The details of a referral or application are answers to these questions. What no question asks is kept as it came: a court's
own system may know more.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dateutil.relativedelta import relativedelta

from engine.deadlines import terms
from engine.deadlines.terms import Words
from engine.forms import fields
from engine.forms.form import AnswersRefused, Form

TABLE = Path(__file__).with_name("tables") / "intake_fields.toml"
LONGEST = {"text": 300, "textarea": 4000}
EVERYBODY = "all"


@dataclass(frozen=True)
class Part:
    """One group of questions."""

    name: str
    title: Words
    form: Form
    basis: str = ""


@dataclass(frozen=True)
class Limitation:
    """When a claim is barred, as a hint: it may have been interrupted (T41)."""

    ends_on: date
    years: int
    article: Words


def parts(category: str) -> list[Part]:
    """The groups of questions for a category, the general ones first."""
    return [part for part, categories in _parts() if part.name == EVERYBODY or category in categories]


def every() -> list[Part]:
    """All groups of questions, as the table orders them."""
    return [part for part, _categories in _parts()]


def lists() -> dict[str, list[str]]:
    """Which answers lists know in an order (`ordered`), and which name somebody (`people`)."""
    return _table()["lists"]


def check(details: Mapping, category: str) -> dict:
    """The details, cleaned where a question asks them. Raises AnswersRefused with the faults, each at its key."""
    cleaned, faults = dict(details), []
    for part in parts(category):
        asked = [each for each in part.form.questions if each.key in details]
        try:
            cleaned |= Form(part.name, components=tuple(asked)).check(details)
        except AnswersRefused as refusal:
            faults += refusal.problems
    if faults:
        raise AnswersRefused(problems=faults)
    return cleaned


def shown(details: Mapping, category: str, language: str) -> list[tuple[str, str]]:
    """The details as (label, text), in the order they are asked; what no question asks comes last, under its own name."""
    known, rows = set(), []
    for part in parts(category):
        for question in part.form.questions:
            known.add(question.key)
            if not fields.is_blank(details.get(question.key)):
                rows.append((question.title(language), fields.show(question, details[question.key], {}, language)))
    rows += [(name, str(value)) for name, value in details.items() if name not in known and value not in (None, "", [])]
    return rows


def limitation(details: Mapping, category: str) -> Limitation | None:
    """When the claim will be barred, counted from the day it was known; None while nobody said."""
    since = details.get("known_on") or details.get("event_on")
    try:
        begun = date.fromisoformat(str(since)[:10])
    except ValueError:
        return None
    table = _table()["limitation"]
    term = terms.get(table.get(category, table["default"]))
    return Limitation(begun + relativedelta(years=term.length), term.length, term.article)


@cache
def _parts() -> tuple[tuple[Part, tuple[str, ...]], ...]:
    table = _table()
    found = []
    for name, row in table["groups"].items():
        form = Form.read({"id": name, "title": row["zh"], "title_en": row["en"],
                          "components": [_component(key, *spec) for key, spec in table["fields"][name].items()]})
        found.append((Part(name, Words(row["zh"], row["en"]), form, row.get("basis", "")), tuple(row.get("categories", ()))))
    return tuple(found)


def _component(key: str, kind: str, zh: str, en: str, values: list | None = None) -> dict:
    row = {"key": key, "type": kind, "label": zh, "label_en": en}
    if kind in LONGEST:
        row["max_length"] = LONGEST[kind]
    if values:
        row["values"] = [{"value": value, "label": label, "label_en": english} for value, label, english in values]
    return row


@cache
def _table() -> dict:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
