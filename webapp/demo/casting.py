"""Who is who in the cases of a play, and how each is to go: every way once where the cases allow it, the rest by weight."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from engine.access.models import Body
from engine.cases import facts
from engine.cases.models import Case
from engine.db import db
from engine.tracks import commitments
from webapp.demo.court_script import BEFORE_THE_COURT
from webapp.demo.destinies import DESTINIES


@dataclass(frozen=True)
class Part:
    """What the players know of a case: its destiny, and on which side each institution stands."""

    destiny: str
    sides: dict[str, str] = field(default_factory=dict)  # code of an institution → its side


def cast(cases: Iterable[Case], seed: int) -> dict[str, Part]:
    """Deal the destinies, to the narrowest first; the same seed and cases, the same parts."""
    left = {case.number: case for case in sorted(cases, key=lambda case: case.number)}
    order = list(left)
    Random(f"{seed} cast").shuffle(order)
    parts: dict[str, Part] = {}
    dealt = [name for name in DESTINIES if name != "not_accepted"]
    for name in sorted(dealt, key=lambda name: (name != "small_dispute", len(DESTINIES[name].regimes), DESTINIES[name].weight)):
        number = next((number for number in order if number not in parts and _fits(name, left[number])), None)
        if number is not None:
            parts[number] = _part(name, left[number])
    for refused in ("A", "B", "C"):  # not accepted is another outcome in each regime
        number = next((number for number in order if number not in parts and left[number].regime == refused), None)
        if number is not None:
            parts[number] = _part("not_accepted", left[number])
    gone = {(part.destiny, left[number].regime) for number, part in parts.items()}
    for name, regime in _ways(gone):  # then every way in every regime, while there are cases
        number = next((number for number in order
                       if number not in parts and left[number].regime == regime and _fits(name, left[number])), None)
        if number is not None:
            parts[number] = _part(name, left[number])
    for number in order:
        if number not in parts:
            parts[number] = _part(drawn(seed, number), left[number])
    return parts


def _ways(gone: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Ways and regimes that were not dealt yet; first those that bring a regime an outcome it has not had."""
    had = {(outcome, regime) for name, regime in gone for outcome in DESTINIES[name].outcomes}
    ways = [(name, regime) for name, each in DESTINIES.items() for regime in each.regimes if (name, regime) not in gone]
    return sorted(ways, key=lambda way: (DESTINIES[way[0]].outcomes[0], way[1]) in had)


def cast_again(cases: Iterable[Case]) -> dict[str, Part]:
    """Cases that another organisation took over are settled there."""
    return {case.number: _part("full", case) for case in cases}


def drawn(seed: int, number: str) -> str:
    """A destiny by weight."""
    weights = {name: each.weight for name, each in DESTINIES.items() if each.weight}
    return Random(f"{seed} {number}").choices(list(weights), list(weights.values()))[0]


def _fits(name: str, case: Case) -> bool:
    if case.regime not in DESTINIES[name].regimes:
        return False
    if "answer_invitation" in DESTINIES[name].undone:
        return bool(facts.of(case.id)["parties_to_ask"])  # who agreed before is not asked again
    if name in BEFORE_THE_COURT and case.regime == "A":
        return bool(facts.of(case.id).get("court_decides_here", True))  # a court's own system decides by its own rules
    if name != "small_dispute":
        return True
    told = commitments.covers(case)
    return bool(told["in_scope"] and told["consumer"] and told["claimed"] <= told["limit"])


def _part(destiny: str, case: Case) -> Part:
    bodies = [(db.session.get(Body, person.body_id), person.side) for person in case.participants if person.body_id]
    return Part(destiny, {body.code: side for body, side in bodies})
