"""The court looks behind the wall once: the minutes of a mediation that may be a sham (Online-Mediation 23).

What was said in mediation is not the court's (18, 21, 22). Where a sham is suspected somebody of the court asks, with a reason;
its president allows it, never whoever asked; then that one person reads the closed minutes for a day, and nothing else. The
case's record says who asked, who allowed it and when, to the parties too.
"""

from datetime import timedelta

from sqlalchemy import or_, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case
from engine.courts.models import WallOpening
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation.models import MediationSession
from engine.workflow import trace

LASTS = timedelta(hours=24)  # a request that nobody answers lapses after as long
SHORTEST, LONGEST = 10, 1000
SHOWN = 50


class ReasonMissing(Invalid):
    message = _("The minutes are not opened without a reason.")


class AlreadyAsked(Conflict):
    message = _("You have asked for this already; the president has not answered yet, or it is open.")


class AlreadyAnswered(Conflict):
    message = _("This request was answered before, or has lapsed.")


class OwnRequest(Forbidden):
    """Two persons open the wall."""

    message = _("Nobody allows what they asked for themselves.")


def may_ask(actor: Actor, case: Case) -> bool:
    """Could this person ask for the minutes of this case?"""
    return actor.kind == "user" and may(actor, Permission.WALL_ASK, case)


def ask(actor: Actor, case: Case, reason: str) -> WallOpening:
    """Ask the president of one's court to open the minutes. Raises NotFound, Forbidden, ReasonMissing, AlreadyAsked."""
    require(actor, Permission.WALL_ASK, case)
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        why = _("Say in %(least)s to %(most)s characters what points to a sham.")
        raise ReasonMissing(problems=[problem("/reason", "length", why, least=SHORTEST, most=LONGEST)])
    locked(Case, case.id)
    last = latest(actor, case)
    if last is not None and (last.is_asked or last.is_open):
        raise AlreadyAsked()
    row = WallOpening(case_id=case.id, court_id=_court(actor, case), asked_by_id=actor.user_id, reason=reason,
                      until=clock.now() + LASTS)
    db.session.add(row)
    db.session.flush()
    trace.write(None, "wall_asked", actor.name, case_id=case.id, opening=row.id)
    return row


def latest(actor: Actor, case: Case) -> WallOpening | None:
    """The last request of this person about this case."""
    return db.session.scalar(select(WallOpening).where(
        WallOpening.case_id == case.id, WallOpening.asked_by_id == actor.user_id).order_by(WallOpening.id.desc()).limit(1))


def requests(actor: Actor) -> list[WallOpening]:
    """What the people of one's court asked for, what waits first. Raises Forbidden."""
    require(actor, Permission.WALL_OPEN)
    rows = select(WallOpening).where(_of_court(actor)).order_by(WallOpening.id.desc()).limit(SHOWN)
    return sorted(db.session.scalars(rows), key=lambda row: not row.is_asked)


def waiting(actor: Actor) -> int:
    """How many requests wait for this person."""
    if not may(actor, Permission.WALL_OPEN):
        return 0
    return sum(row.is_asked for row in requests(actor))


def answer(actor: Actor, opening_id: int, allow: bool) -> WallOpening:
    """Allow it for a day from now, or not. Raises NotFound, Forbidden, OwnRequest, AlreadyAnswered."""
    require(actor, Permission.WALL_OPEN)
    row = locked(WallOpening, opening_id)
    if row.court_id not in actor.bodies(Role.COURT_PRESIDENT):
        raise NotFound()
    if row.asked_by_id == actor.user_id:
        raise OwnRequest()
    if not row.is_asked:
        raise AlreadyAnswered()
    now = clock.now()
    row.answered_by_id, row.answered_at, row.is_allowed, row.until = actor.user_id, now, allow, now + LASTS
    trace.write(None, "wall_opened" if allow else "wall_kept", actor.name, case_id=row.case_id, opening=row.id)
    db.session.flush()
    return row


def close(actor: Actor, case: Case) -> None:
    """Done before the day is over. Raises NotFound."""
    row = locked(WallOpening, _in_force(actor, case).id)
    row.until = clock.now()
    trace.write(None, "wall_closed", actor.name, case_id=case.id, opening=row.id)
    db.session.flush()


def minutes(actor: Actor, case: Case) -> list[MediationSession]:
    """The closed minutes, for who was allowed to read them, while they are. Raises NotFound, Forbidden."""
    _in_force(actor, case)
    return list(db.session.scalars(select(MediationSession).where(
        MediationSession.case_id == case.id, MediationSession.minutes_frozen_at.is_not(None)).order_by(MediationSession.id)))


def _in_force(actor: Actor, case: Case) -> WallOpening:
    """Rights are those of today: whoever lost the role, or the case, has lost the opening."""
    require(actor, Permission.WALL_ASK, case)
    row = latest(actor, case)
    if row is None or not row.is_open:
        raise NotFound()
    return row


def of_case(case_id: int) -> list[WallOpening]:
    """All that were allowed: its record, which its parties read."""
    return list(db.session.scalars(select(WallOpening).where(
        WallOpening.case_id == case_id, WallOpening.is_allowed).order_by(WallOpening.id)))


def _court(actor: Actor, case: Case) -> int:
    """The court for which somebody asks: the case's, else the one where they have their role."""
    own = sorted(actor.bodies(Role.CLERK) | actor.bodies(Role.JUDGE))
    return case.court_id if case.court_id in own else own[0]


def _of_court(actor: Actor):
    return or_(*(WallOpening.court_id == body for body in actor.bodies(Role.COURT_PRESIDENT)))
