"""The rungs of service as a table: what each needs, when its arrival counts, how long until the next one is tried."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from engine.deadlines.terms import Words

TABLE = Path(__file__).with_name("tables") / "ladder.toml"


@dataclass(frozen=True)
class Rung:
    """One way to serve."""

    id: str
    title: Words
    needs: str
    arrival: Words
    article: Words
    waits: timedelta


@cache
def rungs() -> dict[str, Rung]:
    """All rungs, in order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: Rung(name, Words(**row["title"]), row["needs"], Words(**row["arrival"]), Words(**row["article"]),
                       timedelta(hours=row["hours"])) for name, row in rows.items()}


def after(rung: str) -> list[Rung]:
    """The rungs that are left after one; all of them after none."""
    order = list(rungs())
    return [rungs()[name] for name in order[order.index(rung) + 1 if rung else 0:]]
