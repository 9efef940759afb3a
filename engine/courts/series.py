"""The court's own numbers for what we bring before it: the series by the table of regimes, and the next number of it."""

from datetime import date

from engine import clock
from engine.cases import numbering, regimes
from engine.errors import Conflict
from engine.i18n import _


class NoSeries(Conflict):
    message = _("The table of series has none for “%(use)s” of this court in %(year)s; it has: %(known)s.")


def of(use: str, regime: str, court: str, day: date | None = None) -> str:
    """The series for a use at a court: its own row comes before the general one. Raises NoSeries."""
    year = (day or clock.today()).year
    found = regimes.series_for(use, regime, year, court)
    if not found:
        raise NoSeries(use=use, year=year, known=_known(use, regime, court))
    return found[0]


def _known(use: str, regime: str, court: str) -> str:
    """The rows there are, with their years: 诉前调书 2022–2024."""
    rows = [row for row in regimes.all_series() if row.use == use and row.regime in (regime, "any") and row.court in ("", court)]
    told = [f"{row.code} {row.since or ''}–{row.until if row.until < 9999 else ''}" for row in rows]
    return "、".join(told) or "—"


def next_number(use: str, regime: str, court: str) -> str:
    """The court's next number: （year）court series n号, gap-free per court, series and year."""
    year, series = clock.today().year, of(use, regime, court)
    return f"（{year}）{court}{series}{numbering.next_in(f'{court} {series} {year}')}号"
