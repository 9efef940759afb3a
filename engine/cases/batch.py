"""Many referrals at once, as courts send them: a JSON list or a sheet. Each row stands for itself."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from engine.cases.intake import ReferralAlreadyReceived
from engine.cases.models import Case
from engine.errors import DomainError, Invalid
from engine.i18n import _

MAX_ROWS = 1000
MAX_BYTES = 10 * 1024 * 1024
TAKEN, ALREADY, REFUSED = "taken", "already", "refused"


class BatchTooLong(Invalid):
    """More rows than one batch may have."""

    message = _("The batch has %(rows)s rows; at most %(limit)s are taken at once.")


class NotAList(Invalid):
    """A JSON batch is a list."""

    message = _("A batch is a list of referrals.")


class BatchEmpty(Invalid):
    """There is nothing to take."""

    message = _("The batch has no rows.")


@dataclass(frozen=True)
class Row:
    """One row as it came. `columns` names the sheet's column behind a JSON pointer."""

    number: int
    value: object
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def external_ref(self) -> str | None:
        """The sender's reference, if there is one that can be shown."""
        found = self.value.get("external_ref") if isinstance(self.value, dict) else None
        return found[:100] if isinstance(found, str) and found.isprintable() else None


@dataclass(frozen=True)
class Outcome:
    """What became of a row: taken, here already, or refused and why."""

    row: int
    external_ref: str | None
    status: str
    number: str = ""
    error: DomainError | None = None
    columns: dict[str, str] = field(default_factory=dict)


def rows_of_list(value) -> list[Row]:
    """The rows of a JSON batch, numbered from 1. Raises NotAList, BatchEmpty, BatchTooLong."""
    if not isinstance(value, list):
        raise NotAList()
    return counted([Row(number, item) for number, item in enumerate(value, 1)])


def counted(rows: list[Row]) -> list[Row]:
    """The rows, when there are neither none nor too many."""
    if not rows:
        raise BatchEmpty()
    if len(rows) > MAX_ROWS:
        raise BatchTooLong(rows=len(rows), limit=MAX_ROWS)
    return rows


def take(rows: Iterable[Row], accept: Callable[[object], Case], unit: Callable[[], AbstractContextManager]) -> Iterator[Outcome]:
    """Take the good rows, each in a unit (transaction) of its own; a refused row changes nothing and stops no other.

    `accept` checks a row and turns it into a case, or raises what refuses it.
    """
    for row in rows:
        try:
            yield _take(row, accept, unit)
        except IntegrityError:  # the same reference came by another door at the same moment: now it is here already
            yield _take(row, accept, unit)


def _take(row: Row, accept, unit) -> Outcome:
    try:
        with unit():
            case = accept(row.value)
        return Outcome(row.number, row.external_ref, TAKEN, case.number)
    except ReferralAlreadyReceived as error:
        return Outcome(row.number, row.external_ref, ALREADY, error.details["number"])
    except DomainError as error:
        return Outcome(row.number, row.external_ref, REFUSED, error=error, columns=row.columns)


def tally(report: Iterable[Outcome]) -> dict[str, int]:
    """How many rows were taken, here already, refused."""
    found = {TAKEN: 0, ALREADY: 0, REFUSED: 0}
    for outcome in report:
        found[outcome.status] += 1
    return found
