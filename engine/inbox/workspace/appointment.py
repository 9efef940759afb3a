"""Why this mediator: drawn by lot (done again here), chosen by the parties together, or assigned by a coordinator."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from engine import reading
from engine.access.actor import Actor
from engine.access.models import User
from engine.access.permissions import Permission
from engine.access.policy import reads, require
from engine.cases.models import Case
from engine.db import db
from engine.errors import Forbidden
from engine.inbox.workspace import desk
from engine.mediation import draws
from engine.mediation.draws import Point
from engine.mediation.models import AssignmentDraw
from engine.workflow.models import UserTask, WaitStatus

ASSIGN, CHOOSE = "assign_mediator", "choose_mediator"


@dataclass(frozen=True)
class Candidate:
    """Somebody who was proposed, what the rules said, and their part of the lot."""

    name: str
    reason: str
    is_eligible: bool
    weight: int = 0
    percent: int = 0
    turns: int = 0
    load: int = 0
    load_limit: int = 0
    is_winner: bool = False


@dataclass(frozen=True)
class Drawn:
    """A draw with its candidates, and what came of doing it again."""

    draw: AssignmentDraw
    candidates: list[Candidate]
    points: list[Point]

    @property
    def holds(self) -> bool:
        return all(point.holds for point in self.points)


@dataclass(frozen=True)
class Why:
    """`how`: none (nobody yet), drawn, chosen, assigned, taken (in another way: a transfer, an import)."""

    how: str
    mediator: User | None
    by: str = ""
    at: datetime | None = None
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    missing: int = 0  # draws the sealed trace knows of that are on record no longer


def of_case(actor: Actor, number: str) -> tuple[Case, Why]:
    """For the organisation's office: who else could take the case, and what they have, is its own. Raises NotFound, Forbidden."""
    case = desk.case(actor, number)
    if not reads(actor, case.id, "organisation"):
        raise Forbidden(permission=Permission.CASE_GROUP)
    require(actor, Permission.CASE_GROUP, case)  # the office's own permission
    why = _why(case, tuple(again(row) for row in draws.of_case(case.id)))
    return case, replace(why, missing=draws.missing(case.id))


def again(row: AssignmentDraw) -> Drawn:
    """Do a draw again."""
    weights, known = dict(map(tuple, row.weights)), {each["id"]: each for each in row.candidates}
    whole = sum(weights.values())
    rows = [_candidate(each, known.get(each["id"], {}), weights.get(each["id"], 0), whole, row.winner_id) for each in row.rated]
    return Drawn(row, sorted(rows, key=lambda each: (-each.weight, not each.is_eligible, each.name)), draws.check(row))


def _why(case: Case, drawn: tuple[Drawn, ...]) -> Why:
    if case.mediator is None:
        return Why("none", None, drawn=drawn)
    task, chosen = _last(case, ASSIGN), _last(case, CHOOSE)
    ways = [(task.closed_at, "assigned")] if task and _named(task, "mediator") == case.mediator_id else []
    ways += [(chosen.closed_at, "chosen")] if chosen and _named(chosen, "choice") == case.mediator_id else []
    ways += [(each.draw.at, "drawn") for each in drawn if each.draw.winner_id == case.mediator_id]
    at, how = max(ways, default=(None, "taken"))
    if how != "assigned":
        return Why(how, case.mediator, at=at, drawn=drawn)
    rows = tuple(_candidate(each, {}, 0, 0, case.mediator_id) for each in task.data.get("candidates") or [])
    return Why(how, case.mediator, task.completed_by, at, str((task.answers or {}).get("over_reason") or ""), rows, drawn)


def _last(case: Case, element: str) -> UserTask | None:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element == element, UserTask.status == WaitStatus.DONE)
        .order_by(UserTask.id.desc()).limit(1))


def _named(task: UserTask, key: str) -> int | None:
    return reading.number(str((task.answers or {}).get(key) or ""))


def _candidate(rated: dict, proposed: dict, weight: int, whole: int, winner_id: int) -> Candidate:
    return Candidate(
        rated.get("name", ""), rated.get("reason", ""), rated.get("eligible") is True, weight,
        round(100 * weight / whole) if whole else 0, proposed.get("turns", 0), proposed.get("load", 0),
        proposed.get("load_limit", 0), rated.get("id") == winner_id)
