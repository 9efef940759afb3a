"""Draw a mediator by lot so that anybody can do it again and find the same one.

The decision table of the process says who may be assigned and in which rank; the lot is drawn among the best rank alone. Each has
a weight: twelve for every free place, divided by one more than the draws they won above the least of them (fair rotation), and
at least one. The number of the lot is the SHA-256 of seed, case number and number of the draw, modulo the sum of the weights;
weights are counted in the order of ids until that number is passed. Everything this takes is kept with the draw, the rules by the
hash of their text, and the hash of it all stands in the sealed trace.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.cases.models import Case
from engine.db import db
from engine.errors import NotFound
from engine.i18n import _
from engine.mediation.models import AssignmentDraw, Drawn
from engine.workflow import trace
from engine.workflow.decisions import parse_decisions
from engine.workflow.models import Instance, TraceEntry, Version

METHOD = "1"  # the way of weighing and counting that is told above; another way gets another name
PER_PLACE = 12
TURNS = timedelta(days=365)
KEPT = ("case_id", "number", "version_id", "decision", "rules_sha256", "method", "declined", "candidates", "rated", "weights",
        "seed", "lot", "winner_id")


class NoSuchRule(NotFound):
    """The version of the process holds no such decision table."""

    message = _("There is no decision table “%(name)s” in the rules of this draw.")


@dataclass(frozen=True)
class Point:
    """One thing that was computed again. `what`: rules, ratings, weights, lot, winner, record, trace."""

    what: str
    holds: bool


def turns_of(organisation_id: int | None) -> dict[int, int]:
    """How many draws each mediator of an organisation has won within a year, by user id."""
    return dict(db.session.execute(
        select(AssignmentDraw.winner_id, func.count()).join(Case, Case.id == AssignmentDraw.case_id)
        .where(Case.organisation_id == organisation_id, AssignmentDraw.at > clock.now() - TURNS)
        .group_by(AssignmentDraw.winner_id)).all())


def draw(case: Case, instance: Instance, process_key: str, decision: str, candidates: Sequence[Mapping], rated: Sequence[Mapping],
         declined: Sequence[int]) -> AssignmentDraw | None:
    """The lot among those of the best rank, kept with all it takes; None when nobody is eligible. The caller holds the case."""
    weights = weigh(candidates, rated)
    if not weights:
        return None
    before = select(func.count()).where(AssignmentDraw.case_id == case.id)
    version_id = instance.bindings.get(process_key, instance.version_id)
    source = rules(version_id, decision)
    told = [column.name for column in parse_decisions(source.encode())[decision].outputs]
    row = AssignmentDraw(
        case_id=case.id, number=db.session.scalar(before) + 1, instance_id=instance.id, version_id=version_id, decision=decision,
        rules_sha256=hashed(source), method=METHOD, declined=list(declined),
        candidates=[dict(each) for each in candidates], rated=[{name: each.get(name) for name in told} for each in rated],
        weights=weights, seed=secrets.token_hex(16), at=clock.now())
    row.lot, row.winner_id = cast(row.seed, case.number, row.number, weights)
    row.sha256 = digest(row)
    db.session.add(row)
    db.session.flush()
    trace.write(instance, "mediator_drawn", "system", draw=row.id, number=row.number, winner=row.winner_id, sha256=row.sha256)
    return row


def weigh(candidates: Sequence[Mapping], rated: Sequence[Mapping]) -> list[list[int]]:
    """Id and weight of everybody the lot may fall on, by id."""
    eligible = [each for each in rated if each["eligible"] is True]
    best = min((each["rank"] for each in eligible), default=None)
    known = {each["id"]: each for each in candidates}
    pool = [known[each["id"]] for each in eligible if each["rank"] == best and each["id"] in known]
    least = min((each.get("turns", 0) for each in pool), default=0)
    return sorted([each["id"], _weight(each, least)] for each in pool)


def _weight(candidate: Mapping, least: int) -> int:
    room = max(candidate["load_limit"] - candidate["load"], 0)
    return max(PER_PLACE * room // (1 + candidate.get("turns", 0) - least), 1)


def cast(seed: str, case_number: str, number: int, weights: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The number of the lot, and on whom it fell."""
    lot = left = int(hashed(f"{seed}|{case_number}|{number}"), 16) % sum(weight for _id, weight in weights)
    for user_id, weight in weights:
        if left < weight:
            return lot, user_id
        left -= weight
    raise AssertionError("the lot is below the sum of the weights")


def rate(source: str, decision: str, candidates: Sequence[Mapping], declined: Sequence[int]) -> list[dict]:
    """What the decision table says of each candidate."""
    table = parse_decisions(source.encode())[decision]
    return [table.decide({"candidate": dict(each), "declined": list(declined)}) for each in candidates]


def check(row: AssignmentDraw) -> list[Point]:
    """Do it all again from what was kept, by the rules of that time."""
    case, source = db.session.get(Case, row.case_id), rules(row.version_id, row.decision)
    weights = weigh(row.candidates, row.rated)
    lot, winner = cast(row.seed, case.number, row.number, weights) if weights else (None, None)
    told = db.session.scalar(select(TraceEntry).where(
        TraceEntry.case_id == row.case_id, TraceEntry.event == "mediator_drawn")
        .order_by(TraceEntry.id).offset(row.number - 1).limit(1))
    return [
        Point("rules", hashed(source) == row.rules_sha256 and row.method == METHOD),
        Point("ratings", _plain(rate(source, row.decision, row.candidates, row.declined)) == _plain(row.rated)),
        Point("weights", weights == [list(each) for each in row.weights]),
        Point("lot", lot == row.lot),
        Point("winner", winner == row.winner_id),
        Point("record", digest(row) == row.sha256),
        Point("trace", told is not None and told.detail.get("sha256") == row.sha256),
    ]


def of_case(case_id: int) -> list[AssignmentDraw]:
    """The draws of a case, the first one first."""
    return list(db.session.scalars(select(AssignmentDraw).where(
        AssignmentDraw.case_id == case_id).order_by(AssignmentDraw.number)))


def missing(case_id: int) -> int:
    """How many draws the sealed trace knows of that are on record no longer."""
    known = db.session.scalar(select(func.count()).where(TraceEntry.case_id == case_id, TraceEntry.event == "mediator_drawn"))
    return max(known - db.session.scalar(select(func.count()).where(AssignmentDraw.case_id == case_id)), 0)


def digest(row: Drawn, kept: Sequence[str] = KEPT) -> str:
    """The hash of everything a draw keeps."""
    return hashed(_plain({name: getattr(row, name) for name in kept}))


def _plain(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def hashed(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def rules(version_id: int, decision: str) -> str:
    """The text of the decision table as it was published then."""
    for path, source in sorted(db.session.get(Version, version_id).files.items()):
        if path.startswith("decisions/") and decision in parse_decisions(source.encode()):
            return source
    raise NoSuchRule(name=decision)
