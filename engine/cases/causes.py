"""Causes of action (案由) of the two lists in use, and the categories consumers choose from.

Basis: 民事案件案由规定, the list of 2020 (法〔2020〕346/347号) and the one in force from 1 January 2026 (法〔2025〕226/227号).
Names are law, numbers changed: a cause is kept with its list. Both tables are data in `tables/`.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from engine.errors import Invalid
from engine.i18n import _

FOLDER = Path(__file__).with_name("tables")
IN_FORCE_FROM = {"2020": date(2021, 1, 1), "2026": date(2026, 1, 1)}
IN_FORCE_UNTIL = {"2020": date(2025, 12, 31)}


class CauseListUnknown(Invalid):
    message = _("There is no list of causes “%(list)s”; the lists are those of 2020 and 2026.")


class CauseListNotInForce(Invalid):
    message = _("The list of causes of %(list)s was not in force on %(day)s.")


class UnknownCause(Invalid):
    message = _("The cause “%(name)s” is not one of banking or insurance disputes in the list of %(list)s.")


class CauseCodeWrong(Invalid):
    message = _("The cause “%(name)s” has the number %(right)s in the list of %(list)s, not %(code)s.")


class UnknownCategory(Invalid):
    message = _("There is no category “%(category)s”.")


class CategoryOfOtherSector(Invalid):
    message = _("The category “%(category)s” does not belong to the sector “%(sector)s”.")


@dataclass(frozen=True)
class Cause:
    """A cause of action with its number in each list that has it."""

    zh: str
    en: str
    field: str  # banking, insurance, traffic, procedure
    codes: dict[str, str]  # list → number; "" when the number is not known

    def code_in(self, edition: str) -> str:
        return self.codes[edition]

    def is_in(self, edition: str) -> bool:
        return edition in self.codes

    @property
    def is_referable(self) -> bool:
        """Whether a dispute can have it; applications to the court (confirmation, payment order) are no disputes."""
        return self.field != "procedure"


@dataclass(frozen=True)
class Category:
    """What a consumer would call the matter."""

    slug: str
    sector: str
    zh: str
    en: str
    topics: tuple[str, ...]


def edition_on(day: date) -> str:
    """The list in force on the day a case is docketed or referred."""
    return "2026" if day >= IN_FORCE_FROM["2026"] else "2020"


def find(edition: str, code: str, name: str, on: date | None = None) -> Cause:
    """The cause that a referral names by list, number and name.

    Raises CauseListUnknown, CauseListNotInForce (on the day given), UnknownCause or CauseCodeWrong. A number that our table
    does not know yet is taken as it comes.
    """
    if edition not in IN_FORCE_FROM:
        raise CauseListUnknown(list=edition)
    if on and not IN_FORCE_FROM[edition] <= on <= IN_FORCE_UNTIL.get(edition, date.max):
        raise CauseListNotInForce(list=edition, day=on.isoformat())
    cause = _by_name().get(name)
    if cause is None or not cause.is_in(edition) or not cause.is_referable:
        raise UnknownCause(name=name, list=edition)
    if cause.code_in(edition) not in ("", code):
        raise CauseCodeWrong(name=name, right=cause.code_in(edition), list=edition, code=code)
    return cause


def by_code(edition: str, code: str) -> Cause:
    """The cause with a number in a list. Raises UnknownCause."""
    for cause in every(edition):
        if code and cause.code_in(edition) == code:
            return cause
    raise UnknownCause(name=code, list=edition)


def every(edition: str) -> list[Cause]:
    """All causes of a list, as the table orders them."""
    return [cause for cause in _by_name().values() if cause.is_in(edition)]


def category(slug: str, sector: str | None = None) -> Category:
    """A category by its slug. Raises UnknownCategory, or CategoryOfOtherSector when it is not one of the sector's."""
    found = categories().get(slug)
    if found is None:
        raise UnknownCategory(category=slug)
    if sector and found.sector != sector:
        raise CategoryOfOtherSector(category=slug, sector=sector)
    return found


@cache
def categories() -> dict[str, Category]:
    """All categories, by slug."""
    rows = tomllib.loads((FOLDER / "categories.toml").read_text(encoding="utf-8"))
    return {slug: Category(slug, **(row | {"topics": tuple(row["topics"])})) for slug, row in rows.items()}


@cache
def _by_name() -> dict[str, Cause]:
    rows = tomllib.loads((FOLDER / "causes.toml").read_text(encoding="utf-8"))["cause"]
    return {row["zh"]: Cause(**row) for row in rows}
