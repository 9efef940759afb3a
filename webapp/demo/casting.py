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
from webapp.demo.destinies import DESTINIES, Call, cells
from webapp.peers.court import judges
from webapp.peers.court.setup import Rules

ANY = "ABC"  # in whichever regime there is a case for it
NARROW = ("small_dispute", "unreachable", "respondent_no", "proposal", "settled", *BEFORE_THE_COURT)  # not every case fits

BY_LETTER = ("O01", "O02", "O03")  # how a docketed case ends by a mediation letter


@dataclass(frozen=True)
class Part:
    """What the players know of a case: its destiny, and on which side each institution stands."""

    destiny: str
    sides: dict[str, str] = field(default_factory=dict)  # code of an institution → its side


def cast(cases: Iterable[Case], seed: int) -> dict[str, Part]:
    """Deal the destinies: every outcome in every regime, every way, every way in every regime, and the rest by weight.

    The same seed and cases, the same parts.
    """
    left = {case.number: case for case in sorted(cases, key=lambda case: case.number)}
    order = list(left)
    Random(f"{seed} cast").shuffle(order)
    parts: dict[str, Part] = {}
    gone: set[tuple[str, str]] = set()
    for name, regimes in _wanted():
        if regimes == ANY and any(each == name for each, _regime in gone):
            continue
        number = next((number for number in order if number not in parts and left[number].regime in regimes
                       and (name, left[number].regime) not in gone and _fits(name, left[number])), None)
        if number is not None:
            parts[number] = _part(name, left[number])
            gone.add((name, left[number].regime))
    for number in order:
        if number not in parts:
            parts[number] = _part(drawn(seed, number), left[number])
    return parts


def _wanted() -> list[tuple[str, str]]:
    """Ways and the regimes in which they are to be gone, in the order of dealing; of each kind the narrowest first."""
    by_outcome = [(name, regime) for (_outcome, regime), name in cells().items()]
    by_outcome.sort(key=lambda way: (way[0] not in NARROW, len(DESTINIES[way[0]].regimes)))
    once = sorted(DESTINIES, key=lambda name: (name not in NARROW, len(DESTINIES[name].regimes), DESTINIES[name].weight))
    everywhere = [(name, regime) for name, each in DESTINIES.items() for regime in each.regimes]
    return by_outcome + [(name, ANY) for name in once] + everywhere


def cast_again(cases: Iterable[Case]) -> dict[str, Part]:
    """Cases that another organisation took over are settled there."""
    return {case.number: _part("full", case) for case in cases}


def drawn(seed: int, number: str) -> str:
    """A destiny by weight."""
    weights = {name: each.weight for name, each in DESTINIES.items() if each.weight}
    return Random(f"{seed} {number}").choices(list(weights), list(weights.values()))[0]


def _fits(name: str, case: Case) -> bool:
    """Can a case go this way?"""
    if case.regime not in DESTINIES[name].regimes:
        return False
    if name in ("unreachable", "respondent_no"):
        return _is_asked(case, everybody=name == "respondent_no")
    if not _ends_alone(DESTINIES[name].call, case):
        return False
    if case.regime == "B" and (DESTINIES[name].outcomes[0] in BY_LETTER or name == "goes_back") and _gets_no_letter(case):
        return False
    if name == "proposal":  # its seven days have no room in a term of seven
        return case.procedure != "simplified"
    if name in BEFORE_THE_COURT and case.regime == "A":
        return bool(facts.of(case.id).get("court_decides_here", True))  # a court's own system decides by its own rules
    return name != "small_dispute" or _is_promised(case)


def _is_asked(case: Case, everybody: bool) -> bool:
    """Is somebody asked whether they agree, or all the respondents? Who agreed before is not."""
    asked = {party["id"] for party in facts.of(case.id)["parties_to_ask"]}
    respondents = {person.id for person in case.participants if person.side == "respondent" and person.role == "party"}
    return asked >= respondents if everybody else bool(asked)


def _ends_alone(call: Call | None, case: Case) -> bool:
    """Does it end the mediation when that side withdraws? One of several leaves alone, and the others go on."""
    if call is None or call.act != "withdrawal":
        return True
    return sum(1 for person in case.participants if person.side == call.who and person.role == "party") == 1


def _gets_no_letter(case: Case) -> bool:
    """Will the court that docketed it send it to trial, whatever its parties agreed?"""
    return judges.decide(case.number, {"amount": case.amount}, Rules()).kind in judges.REFUSALS


def _is_promised(case: Case) -> bool:
    """Has the institution promised to accept an opinion on it?"""
    told = commitments.covers(case)
    return bool(told["in_scope"] and told["consumer"] and told["claimed"] <= told["limit"])


def _part(destiny: str, case: Case) -> Part:
    bodies = [(db.session.get(Body, person.body_id), person.side) for person in case.participants if person.body_id]
    return Part(destiny, {body.code: side for body, side in bodies})
