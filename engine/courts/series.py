"""The court's own numbers for what we bring before it: the series by the table of regimes, and the next number of it."""

from datetime import date

from engine import clock
from engine.cases import numbering, regimes
from engine.errors import Conflict
from engine.i18n import _


class NoSeries(Conflict):
    message = _("The table of series has none for “%(use)s” of this court on this day.")


def of(use: str, regime: str, court: str, day: date | None = None) -> str:
    """The series for a use at a court: its own row comes before the general one. Raises NoSeries."""
    found = regimes.series_for(use, regime, (day or clock.today()).year, court)
    if not found:
        raise NoSeries(use=use)
    return found[0]


def next_number(use: str, regime: str, court: str) -> str:
    """The court's next number: （year）court series n号, gap-free per court, series and year."""
    year, series = clock.today().year, of(use, regime, court)
    return f"（{year}）{court}{series}{numbering.next_in(f'{court} {series} {year}')}号"
