"""What a court charges for a matter of so much, and how that is reckoned: the rules are data in `tables/fees.toml`.

A line of the table: `base` up to a `floor`, then `steps` (up to, rate of what lies above the step before); or a part (`divisor`)
`of` another line. `cap`: never more; `most`: the province picks the base between both; `borne`: who pays, and when.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from engine.errors import Invalid
from engine.i18n import _
from engine.money.amounts import cents

TABLE = Path(__file__).with_name("tables") / "fees.toml"


class ClaimNegative(Invalid):
    message = _("A claim cannot be negative.")


@dataclass(frozen=True)
class Rule:
    """One kind of matter."""

    key: str
    zh: str
    en: str
    article: dict
    borne: dict
    source: str
    base: Decimal
    floor: Decimal
    steps: tuple[tuple[Decimal | None, Decimal], ...]
    divisor: int = 1
    cap: Decimal | None = None
    most: Decimal | None = None

    @property
    def is_free(self) -> bool:
        return not self.base and not self.steps


@dataclass(frozen=True)
class Part:
    """What one step adds: its rate on the part of the claim between two sums; no rate: the base."""

    above: Decimal
    up_to: Decimal
    rate: Decimal | None
    fee: Decimal

    @property
    def width(self) -> Decimal:
        return self.up_to - self.above


@dataclass(frozen=True)
class Reckoning:
    """A fee with the way to it."""

    rule: Rule
    claim: Decimal
    parts: tuple[Part, ...]

    @property
    def whole(self) -> Decimal:
        """Of all steps, before it is divided, capped and rounded."""
        return sum((part.fee for part in self.parts), Decimal(0))

    @property
    def is_capped(self) -> bool:
        return self.rule.cap is not None and self.whole > self.rule.cap

    @property
    def fee(self) -> Decimal:
        """What is to be paid, the least of it where the province picks the base."""
        return cents((self.rule.cap if self.is_capped else self.whole) / self.rule.divisor)

    @property
    def most(self) -> Decimal | None:
        """The most of it, where the province picks the base."""
        return None if self.rule.most is None else cents(self.fee + self.rule.most - self.rule.base)


def reckon(key: str, claim: Decimal) -> Reckoning:
    """The fee of a kind of matter and a claim. Raises ClaimNegative."""
    if claim < 0:
        raise ClaimNegative()
    rule = every()[key]
    parts = [] if rule.is_free else [Part(Decimal(0), min(claim, rule.floor), None, rule.base)]
    below = rule.floor
    for ceiling, rate in rule.steps:
        if claim <= below:
            break
        up_to = claim if ceiling is None else min(claim, ceiling)
        parts.append(Part(below, up_to, rate, (up_to - below) * rate))
        below = up_to
    return Reckoning(rule, claim, tuple(parts))


@cache
def every() -> dict[str, Rule]:
    """All kinds of matter, in the order in which people are asked."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {key: _rule(key, row, rows[row.get("of", key)]) for key, row in rows.items()}


def _rule(key: str, row: dict, scale: dict) -> Rule:
    steps = tuple((Decimal(ceiling) if ceiling else None, Decimal(rate)) for ceiling, rate in scale.get("steps", []))
    return Rule(key, row["title"]["zh"], row["title"]["en"], row["article"], row["borne"], row["source"], Decimal(scale["base"]),
                Decimal(scale.get("floor", "0")), steps, row.get("divisor", 1), _sum(row, "cap"), _sum(row, "most"))


def _sum(row: dict, name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None
