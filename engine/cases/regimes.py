"""Regimes of cases: A referred before docketing, B docketed and then entrusted, C the organisation's own intake.

The regime is chosen by channel and date and selects the process, the mediation term (with its cap on extensions), the series
of court case numbers and the words people read. All of it is data: `tables/regimes.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from engine.deadlines.terms import Words
from engine.errors import Invalid
from engine.i18n import _

TABLE = Path(__file__).with_name("tables") / "regimes.toml"
MEDIATION_TERM = ("TMED", "mediation")  # the row of the table of terms that stands for “the mediation term of this case”
PROCEDURES = ("ordinary", "simplified")
SETTINGS = ("", "A", "B")  # by date; always before docketing; only docketed cases


class DocketingRequired(Invalid):
    """A civil case of 2025 or later has to be docketed before it is entrusted."""

    message = _(
        "Since 1 January 2025 courts docket a civil case before they entrust it to mediation (Opinions on strictly regulating "
        "the filing and mediation of civil cases, item 2): the referral must say when the case was docketed, under which "
        "number and in which procedure. Referrals before docketing are taken up to that day only, or from a court that is set "
        "to go on with them."
    )


class DocketedNotTaken(Invalid):
    """A docketed case came from a court set to regime A, or was docketed before there was entrusted mediation."""

    message = _("Docketed cases of this court and day cannot be entrusted here.")


@dataclass(frozen=True)
class Entry:
    """Which regime a case has that came by a channel, on which days, at which courts."""

    channel: str
    docketed: bool
    regime: str
    basis: Words
    source: str
    since: date | None = None
    until: date | None = None
    setting: str = ""

    def holds(self, channel: str, docketed: bool, day: date, setting: str) -> bool:
        if (self.channel, self.docketed) != (channel, docketed) or setting and setting != self.regime:
            return False
        asked = not self.setting or self.setting == setting
        return asked and (self.since or date.min) <= day <= (self.until or date.max)


@dataclass(frozen=True)
class Regime:
    """What follows from a regime."""

    code: str
    process: str
    terms: Mapping[str, str]  # procedure, or any → term
    words: Mapping[str, Words] = field(default_factory=dict)

    def term(self, procedure: str = "") -> str:
        """The mediation term of this procedure; the longest one while the procedure is not known."""
        return self.terms.get(procedure) or self.terms.get("any") or next(iter(self.terms.values()))

    def say(self, name: str, during_trial: bool = False) -> Words:
        """A word of this regime: `title`, `referral`, `mediation`, `letter`, `success`, `failure`."""
        return (during_trial and self.words.get(f"{name}_in_trial")) or self.words[name]


@dataclass(frozen=True)
class Series:
    """A type code of court case numbers with its use and its years."""

    use: str
    regime: str
    code: str
    source: str
    since: int = 0
    until: int = 9999
    court: str = ""


def choose(channel: str, day: date, docketed: bool = False, setting: str = "") -> Regime:
    """The regime of a case that comes by this channel. Raises DocketingRequired, DocketedNotTaken."""
    for entry in entries():
        if entry.holds(channel, docketed, day, setting):
            return get(entry.regime)
    raise DocketedNotTaken() if docketed else DocketingRequired()


def get(code: str) -> Regime:
    """A regime by its letter."""
    return every()[code]


def term_of(facts: Mapping, name: str) -> str:
    """The term a name of a diagram stands for in a case: the mediation term is the regime's, every other is itself."""
    if name not in MEDIATION_TERM or facts.get("regime") not in every():
        return name
    return get(facts["regime"]).term(facts.get("procedure") or "")


def series_for(use: str, regime: str, year: int, court: str = "") -> list[str]:
    """The type codes in use for something, in a year, at a court: the court's own first."""
    found = [row for row in all_series() if row.use == use and row.regime in (regime, "any")
             and row.since <= year <= row.until and row.court in ("", court)]
    return [row.code for row in sorted(found, key=lambda row: not row.court)]


def goes_on_with(setting: str) -> frozenset[str]:
    """The type codes of referrals that a court goes on giving out, whatever their last year: one set to regime A, those of A."""
    return frozenset(row.code for row in all_series() if setting == "A" and (row.use, row.regime) == ("referral", "A"))


@cache
def every() -> dict[str, Regime]:
    """All regimes, by letter."""
    found = {}
    for code, row in _table()["regime"].items():
        words = {name: Words(**value) for name, value in row.items() if name not in ("process", "terms")}
        found[code] = Regime(code, row["process"], row["terms"], words)
    return found


@cache
def entries() -> tuple[Entry, ...]:
    """The rows that choose, in their order."""
    return tuple(Entry(**(row | {"basis": Words(**row["basis"])})) for row in _table()["entry"])


@cache
def all_series() -> tuple[Series, ...]:
    """Type codes by use."""
    return tuple(Series(**row) for row in _table()["series"])


@cache
def _table() -> dict:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
