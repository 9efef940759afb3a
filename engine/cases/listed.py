"""What lists of cases may be narrowed by, of what was asked at intake: a row for each answer, beside the encrypted details.

An answer is found by its blind index: equal or not at all. Where the table of questions says so (`[lists] ordered`) a sum, a
number or a day has its place in an order as well, as the amount and the days of the register have.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine import reading
from engine.cases import intake_fields
from engine.db import db
from engine.encryption import blind
from engine.forms import amounts
from engine.forms.components import Component

LARGEST = Decimal(10) ** 14
KINDS = ("text", "number", "money", "date", "datetime", "select", "checkbox", "checklist")
ASKED_FOR = "filing"  # the audience that reads what was asked at intake


class CaseAnswer(db.Model):
    """One answer of a case's details, as lists find it."""

    __table_args__ = (
        UniqueConstraint("case_id", "name", "blind"),
        Index("ix_case_answer_equal", "name", "blind", "case_id"),
        Index("ix_case_answer_place", "name", "place", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    name: Mapped[str] = mapped_column(String(64))
    blind: Mapped[str] = mapped_column(String(32))
    place: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))


@dataclass(frozen=True)
class Field:
    """A question of intake by which lists may be narrowed, or whose answer they show."""

    key: str
    component: Component
    zh: str
    en: str
    is_ordered: bool
    is_person: bool  # the answer names somebody

    def title(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@cache
def fields() -> dict[str, Field]:
    """All of them, by key; one that several groups ask has the titles of all."""
    table, found = intake_fields.lists(), {}
    for part in intake_fields.every():
        for question in part.form.questions:
            if question.type in KINDS:
                before = found.get(question.key)
                titles = [_joined(before and getattr(before, code), question.title(code)) for code in ("zh", "en")]
                found[question.key] = Field(question.key, question, *titles, question.key in table["ordered"],
                                            question.key in table["people"])
    return found


def _joined(before: str | None, title: str) -> str:
    return title if before in (None, title) else f"{before} / {title}"


def follow(rows: list[CaseAnswer], details: Mapping) -> None:
    """Let a case's rows say what its details say; those that still hold stay as they are."""
    wanted = {(name, index): place for name, index, place in answers(details)}
    rows[:] = [row for row in rows if (row.name, row.blind) in wanted]
    had = {(row.name, row.blind) for row in rows}
    rows += [CaseAnswer(name=name, blind=index, place=place) for (name, index), place in wanted.items()
             if (name, index) not in had]


def answers(details: Mapping) -> Iterator[tuple[str, str, Decimal | None]]:
    """(name, blind index, place in the order) of each answer that lists know of. What is none of its kind is passed over."""
    for key, field in fields().items():
        value = details.get(key)
        for each in value if isinstance(value, list) else [value]:
            try:
                written = text_of(field, each)
            except ValueError:
                continue
            yield key, blind.answer(key, written), place_of(field, each) if field.is_ordered else None


def text_of(field: Field, value) -> str:
    """An answer as it is compared: however it was written. Raises ValueError for what is none of this kind."""
    match field.component.type:
        case "checkbox":
            return _one_of({True: "true", False: "false", "true": "true", "false": "false"}, value)
        case "select" | "checklist":
            named = {word: str(choice.value) for choice in field.component.values
                     for word in (str(choice.value), choice.label, choice.label_en)}
            return _one_of(named, value)
        case "number" | "money":
            return f"{_number(value).normalize():f}"
        case "date" | "datetime":
            return _day(value).isoformat()
    folded = "".join(unicodedata.normalize("NFKC", value).casefold().split()) if isinstance(value, str) else ""
    if not folded:
        raise ValueError(value)
    return folded


def place_of(field: Field, value) -> Decimal:
    """Where an answer stands in the order: a day as the number of its digits. Raises ValueError."""
    return Decimal(_day(value).strftime("%Y%m%d")) if field.component.type in ("date", "datetime") else _number(value)


def _one_of(named: Mapping, value) -> str:
    if isinstance(value, bool | str) and value in named:
        return named[value]
    raise ValueError(value)


def _number(value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(value)
    try:
        number = amounts.parse(str(value))
    except InvalidOperation as error:
        raise ValueError(value) from error
    if number is None or not -LARGEST < number < LARGEST:
        raise ValueError(value)
    return number


def _day(value) -> date:
    if not isinstance(value, str) or (day := reading.day(value.strip()[:10])) is None:
        raise ValueError(value)
    return day
