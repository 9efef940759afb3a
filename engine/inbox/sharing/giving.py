"""Give an office's task to one of its people where the diagram says so: nobody chooses, and anybody can compute it again.

The property `gives` of a task says how: `load`, to whoever has fewest open tasks, or `lot`, weighted by room and fair rotation as
mediators are drawn (engine/mediation/draws.py). The property `rated_by` may name a decision table of the process, which says of
each `candidate`, in view of the `case`, whether they are eligible and in which rank. Whatever it says, nobody is given a task who
is away, has as many as agreed, or is kept from it by a rule; while there is nobody, it stays free to be taken. Each is given
once: what comes back to the team is the team's.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from engine import clock
from engine.access import roster
from engine.access.actor import SYSTEM
from engine.access.models import User
from engine.access.roster import TaskCap
from engine.db import db, locked
from engine.inbox import tasks
from engine.inbox.models import TaskDraw
from engine.inbox.sharing import caps, holders, kinds, spreading
from engine.mediation import draws
from engine.workflow import trace
from engine.workflow.decisions import parse_decisions
from engine.workflow.models import Gives, Instance, TraceEntry, UserTask, WaitStatus
from engine.workflow.surroundings import around

METHOD, TURNS = "1", timedelta(days=365)
OF_CASE = ("regime", "procedure", "channel", "sector", "category", "claimant", "cause", "region", "amount", "court",
           "organisation", "institution")  # what a table may know of the case, and what is kept with the draw
KEPT = ("task_id", "kind", "way", "version_id", "decision", "rules_sha256", "method", "facts", "candidates", "rated", "weights",
        "seed", "lot", "winner_id")


@dataclass(frozen=True)
class Point:
    """One thing that was computed again. `what`: rules, ratings, weights, winner, record, trace."""

    what: str
    holds: bool


def waiting(most: int) -> list[int]:
    """Tasks that are to be given and that nobody has, the longest waiting first."""
    query = select(UserTask.id).where(UserTask.gives != Gives.NOT, UserTask.assignee_id.is_(None),
                                      UserTask.status == WaitStatus.OPEN)
    return list(db.session.scalars(query.order_by(UserTask.id).limit(most)))


def give(task_id: int) -> TaskDraw | None:
    """Give it, and keep all that it took to say to whom; None while nobody can have it, or somebody was faster."""
    most = spreading.hold_caps(db.session.get(UserTask, task_id))
    task = locked(UserTask, task_id, inside=Instance)
    if not task.is_open or task.assignee_id is not None or task.gives == Gives.NOT or task.role in holders.GIVEN_BY_NAME:
        return None
    row = _drawn(task, _candidates(task, most))
    if row is None:
        return None
    db.session.add(row)
    db.session.flush()
    task.gives = Gives.NOT
    tasks.give(SYSTEM, task, "task_given", row.winner_id, to=row.winner_id, way=row.way, draw=row.id, sha256=row.sha256)
    return row


def _candidates(task: UserTask, most: Mapping[int, TaskCap]) -> list[dict]:
    """Everybody who has the task's role at its body, with what decides."""
    people = holders.everybody(task)
    ids = [user.id for user in people]
    away, held, turns = roster.away(ids), spreading.held_by(ids), _turns(ids, kinds.of(task))
    return [_candidate(task, user, most.get(user.id), held.get(user.id, 0)) | {
        "absent": user.id in away, "turns": turns.get(user.id, 0)} for user in sorted(people, key=lambda each: each.id)]


def _candidate(task: UserTask, user: User, cap: TaskCap | None, load: int) -> dict:
    limit = caps.MOST if cap is None or cap.most is None else cap.most
    return {"id": user.id, "load": load, "load_limit": limit, "has_room": not caps.is_full(cap, task),
            "conflict": not holders.could_hold(user.id, task)}


def _turns(ids: Sequence[int], kind: str) -> dict[int, int]:
    """How many of this kind each was given within a year."""
    query = select(TaskDraw.winner_id, func.count()).where(
        TaskDraw.winner_id.in_(ids), TaskDraw.kind == kind, TaskDraw.at > clock.now() - TURNS)
    return dict(db.session.execute(query.group_by(TaskDraw.winner_id)).all())


def _drawn(task: UserTask, candidates: list[dict]) -> TaskDraw | None:
    instance = task.instance
    version_id = instance.bindings.get(task.process_key, instance.version_id)
    facts = {name: float(value) if isinstance(value, Decimal) else value
             for name, value in around().facts(task.case_id).items() if name in OF_CASE} if task.rated_by else {}
    source = draws.rules(version_id, task.rated_by) if task.rated_by else ""
    rated = rate(source, task.rated_by, facts, candidates)
    weights = weigh(task.gives, candidates, rated)
    if not weights:
        return None
    row = TaskDraw(task_id=task.id, kind=kinds.of(task), way=task.gives, version_id=version_id, decision=task.rated_by,
                   rules_sha256=draws.hashed(source), method=METHOD, facts=facts, candidates=candidates, rated=rated,
                   weights=weights, seed=secrets.token_hex(16), at=clock.now())
    row.lot, row.winner_id = fall(row.seed, task.id, weights)
    row.sha256 = draws.digest(row, KEPT)
    return row


def rate(source: str, decision: str, facts: Mapping, candidates: Sequence[Mapping]) -> list[dict]:
    """Who is eligible, in which rank: by the table, and never against a rule, the roster or a cap."""
    return [{"id": each["id"], **_rated(source, decision, facts, each)} for each in candidates]


def _rated(source: str, decision: str, facts: Mapping, candidate: Mapping) -> dict:
    told = {}
    if source:
        told = parse_decisions(source.encode())[decision].decide({"candidate": dict(candidate), "case": dict(facts)})
    is_kept_out = candidate["conflict"] or candidate["absent"] or not candidate["has_room"]
    return {"eligible": not is_kept_out and told.get("eligible", True) is True, "rank": told.get("rank", 1)}


def weigh(way: str, candidates: Sequence[Mapping], rated: Sequence[Mapping]) -> list[list[int]]:
    """Id and weight of everybody it may fall on, by id: by load, only the one who has fewest."""
    weights = draws.weigh(candidates, rated)
    if way != Gives.LOAD or not weights:
        return weights
    loads = {each["id"]: each["load"] for each in candidates}
    return [[min(weights, key=lambda each: (loads[each[0]], each[0]))[0], 1]]


def fall(seed: str, task_id: int, weights: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The number of the lot, and on whom it fell."""
    return draws.cast(seed, f"task {task_id}", 1, weights)


def of_task(task_id: int) -> TaskDraw | None:
    """How a task was given, if nobody chose."""
    return db.session.scalar(select(TaskDraw).where(TaskDraw.task_id == task_id))


def check(row: TaskDraw) -> list[Point]:
    """Do it all again from what was kept, by the rules of that time."""
    source = draws.rules(row.version_id, row.decision) if row.decision else ""
    weights = weigh(row.way, row.candidates, row.rated)
    winner = fall(row.seed, row.task_id, weights) if weights else None
    told = trace_of(row)
    return [
        Point("rules", draws.hashed(source) == row.rules_sha256 and row.method == METHOD),
        Point("ratings", rate(source, row.decision, row.facts, row.candidates) == row.rated),
        Point("weights", weights == [list(each) for each in row.weights]),
        Point("winner", winner == (row.lot, row.winner_id)),
        Point("record", draws.digest(row, KEPT) == row.sha256),
        Point("trace", told is not None and told.detail.get("sha256") == row.sha256),
    ]


def trace_of(row: TaskDraw) -> TraceEntry | None:
    """Its entry in the sealed trace."""
    task = db.session.get(UserTask, row.task_id)
    return next((entry for entry in trace.of_instance(task.instance_id)
                 if entry.event == "task_given" and entry.detail.get("draw") == row.id), None)
