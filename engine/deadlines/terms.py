"""The table of legal and agreed terms, T01–T46 and our own: length, start, who may extend, what follows, which article.

The rows are data (`tables/*.toml`): a new term is a new row. A letter after the number (T18b) is a second period of the
same provision. `source` says how sure the row is: P read in the law, S secondary, unverified, or design (our default).
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from engine.errors import NotFound
from engine.i18n import _

FOLDER = Path(__file__).with_name("tables")


class UnknownTerm(NotFound):
    """No row of the table has this id or name."""

    message = _("There is no term “%(term)s” in the table of terms.")


class Unit(StrEnum):
    """What a term is counted in; `agreed` terms get their length from the parties or the court, `none` has no length."""

    DAY = "day"
    WORKING_DAY = "working_day"
    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"
    AGREED = "agreed"
    NONE = "none"


@dataclass(frozen=True)
class Words:
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Extension:
    """Who may lengthen a term, and by how many days in all."""

    by: str  # all_parties, court_president, court, institution, authority, contract, limitation
    words: Words
    cap_days: int | None = None
    cap_months: int | None = None
    cap_from: date | None = None  # the cap holds for extensions from this day on
    at_once_days: int | None = None  # how many days may be asked for at one time, by our own rule where the law sets no cap
    source: str = ""  # how sure this part of the row is, where it differs from the rest

    def cap_on(self, day: date) -> int | None:
        """How many days of extension there may be in all when it is given on this day; None without a cap."""
        return None if self.cap_from and day < self.cap_from else self.cap_days


@dataclass(frozen=True)
class Term:
    """One row of the table."""

    id: str
    name: str
    title: Words
    unit: Unit
    starts: Words
    expiry: Words
    article: Words
    source: str
    length: int | None = None
    extension: Extension | None = None
    outcome: str = ""  # close code when it runs out
    reminders: tuple[int, ...] = ()  # days before the end
    moves_off_rest_days: bool = True  # CPL 85, Civil Code 203
    tells: str = ""  # `parties`: its reminders go to all of them; else to whoever must act
    shown: str = ""  # `parties`: they see the clock, though somebody else must act
    message: str = ""  # the text of its reminders, where it has one of its own
    family: str = ""  # terms of one kind, of which a case has one: mediation in the three regimes
    counts_back: bool = False  # a notice *before* an event
    kept: Words | None = None  # who keeps it, and why no diagram does

    @property
    def is_verified(self) -> bool:
        """Whether the row was read in the law itself."""
        return self.source == "P"

    @property
    def has_fixed_length(self) -> bool:
        return self.length is not None

    @classmethod
    def from_row(cls, id: str, row: dict) -> "Term":
        """Build a term from its row of the table."""
        row = dict(row)
        expiry, extension, kept = dict(row.pop("expiry")), row.pop("extension", None), row.pop("kept", None)
        return cls(
            id=id,
            title=Words(**row.pop("title")),
            unit=Unit(row.pop("unit")),
            starts=Words(**row.pop("starts")),
            article=Words(**row.pop("article")),
            outcome=expiry.pop("outcome", ""),
            expiry=Words(**expiry),
            extension=_extension(extension),
            kept=Words(**kept) if kept else None,
            reminders=tuple(row.pop("reminders", ())),
            **row,
        )


def _extension(row: dict | None) -> Extension | None:
    if row is None:
        return None
    row = dict(row)
    return Extension(words=Words(row.pop("zh"), row.pop("en")), **row)


def get(key: str) -> Term:
    """A term by its id (`T06`) or its name (`mediation_before_docketing`); raises UnknownTerm."""
    table = _table()
    if key not in table:
        raise UnknownTerm(term=key)
    return table[key]


def family(key: str) -> list[Term]:
    """The terms that a word means: one by its id or name, or all of a family (`mediation`: whichever the regime has)."""
    found = [term for term in every() if term.family == key]
    if found or (one := get(key)).name != one.family:
        return found or [one]
    return family(one.family)


def every() -> list[Term]:
    """All terms, by id."""
    return sorted({term.id: term for term in _table().values()}.values(), key=lambda term: term.id)


@cache
def _table() -> dict[str, Term]:
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for id, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            term = Term.from_row(id, row)
            if {id, term.name} & found.keys():
                raise ValueError(f"the term {id} ({term.name}) stands in the table twice")
            found |= {id: term, term.name: term}
    return found
