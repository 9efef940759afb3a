"""What can be asked for as a file: which rows, one after another by falling id, and which of them somebody may still see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.access.actor import Actor
from engine.exports import audit_lines, case_lines
from engine.inbox.workspace import portfolio
from engine.oversight import audit

READ = {"least": Decimal, "most": Decimal, "since": date.fromisoformat, "until": date.fromisoformat}


@dataclass(frozen=True)
class Kind:
    """One sort of rows. Each of these demands today's right to them, and gives the actor's own only."""

    asked: type  # the filter
    count: Callable[[Actor, object, int], int]  # actor, filter, at most
    lines: Callable[[Actor, object, int | None, int], list[dict]]  # actor, filter, before this id, at most; each with its id
    few: Callable[[Actor, object, int], list[dict]]  # in the order of the page
    seen: Callable[[Actor, list[int]], set[int]]  # which of them are still the actor's

    def read(self, told: Mapping[str, str]):
        """The filter that `told` wrote down."""
        return self.asked(**{name: READ.get(name, str)(value) for name, value in told.items()})


KINDS = {
    "portfolio": Kind(portfolio.Wanted, portfolio.count, case_lines.lines, case_lines.few, portfolio.seen),
    "audit": Kind(audit.Asked, audit.count, audit_lines.lines, audit_lines.few, audit.seen),
}


def told(asked) -> dict[str, str]:
    """A filter as texts, to be kept."""
    return {name: str(value) for name, value in vars(asked).items() if value not in (None, "")}
