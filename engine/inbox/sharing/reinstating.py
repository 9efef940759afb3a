"""A mediator who was struck off or dismissed comes back, when two people say so: one asks and says why, another one decides.

Who decides is whoever took the place away: a court about its own register (特邀调解规定第十条、第二十八条), the organisation
about those it dismissed (人民调解法第十五条), where somebody else than who asked has to look at it. The mediator concerned does
neither. Places on courts' registers and the one in the organisation come back one by one.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, or_, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation.models import MediatorProfile, Reinstatement
from engine.workflow import trace

SHORTEST, LONGEST, SHOWN = 10, 1000, 50


class ReasonTooShort(Invalid):
    message = _("Nobody is put back without a reason.")


class AlreadyWaiting(Conflict):
    message = _("This has been asked already and waits for its answer.")


class AlreadyDecided(Conflict):
    message = _("This has been decided already.")


class NobodyOut(Conflict):
    """There is nothing to give back."""

    message = _("This mediator has not been struck off or dismissed there.")


class SecondPerson(Forbidden):
    """Four eyes: neither who asked nor who it is about."""

    message = _("Somebody else than who asked, and than the mediator concerned, decides this.")


@dataclass(frozen=True)
class Out:
    """A place that a mediator lost: on a court's register, or in the organisation (no court)."""

    profile: MediatorProfile
    court: Body | None
    asked: Reinstatement | None


def out(actor: Actor) -> list[Out]:
    """Who of the actor's organisations has lost which place."""
    require(actor, Permission.MEDIATOR_REINSTATE)
    profiles = db.session.scalars(select(MediatorProfile).where(
        MediatorProfile.body_id.in_(actor.bodies(Role.COORDINATOR))).order_by(MediatorProfile.user_id)).all()
    codes = {code for profile in profiles for code in profile.struck_off}
    courts = {body.code: body for body in db.session.scalars(select(Body).where(Body.code.in_(codes)))}
    lost = [(profile, None) for profile in profiles if not profile.is_active]
    lost += [(profile, courts[code]) for profile in profiles for code in profile.struck_off if code in courts]
    return [Out(profile, court, _waiting(profile.user_id, court)) for profile, court in lost]


def ask(actor: Actor, user_id: int, court_id: int | None, reason: str) -> Reinstatement:
    """A coordinator asks that a mediator comes back. Raises NotFound, ReasonTooShort, NobodyOut, AlreadyWaiting, SecondPerson."""
    require(actor, Permission.MEDIATOR_REINSTATE)
    profile = locked(MediatorProfile, user_id) if db.session.get(MediatorProfile, user_id) else None
    if profile is None or profile.body_id not in actor.bodies(Role.COORDINATOR):
        raise NotFound()
    if profile.user_id == actor.user_id:
        raise SecondPerson()
    court, reason = db.session.get(Body, court_id) if court_id else None, _reason(reason)
    if not _has_lost(profile, court):
        raise NobodyOut()
    if _waiting(user_id, court) is not None:
        raise AlreadyWaiting()
    row = Reinstatement(user_id=user_id, organisation_id=profile.body_id, court_id=court.id if court else None, reason=reason,
                        asked_by_id=actor.user_id)
    db.session.add(row)
    db.session.flush()
    trace.write(None, "reinstatement_asked", actor.name, user=user_id, court=court.code if court else "", reinstatement=row.id)
    return row


def shown(actor: Actor) -> list[Reinstatement]:
    """What was asked of the actor's court, or in their organisation: what waits first."""
    require(actor, Permission.MEDIATOR_REINSTATE)
    waits_first = case((Reinstatement.decided_at.is_(None), 0), else_=1)
    rows = select(Reinstatement).where(_is_told(actor)).order_by(waits_first, Reinstatement.id.desc()).limit(SHOWN)
    return list(db.session.scalars(rows))


def _is_told(actor: Actor) -> ColumnElement[bool]:
    return or_(Reinstatement.court_id.in_(actor.bodies(Role.CLERK)),
               Reinstatement.organisation_id.in_(actor.bodies(Role.COORDINATOR)))


def may_decide(actor: Actor, row: Reinstatement) -> bool:
    """Is it this person's to decide, and neither theirs to ask nor about them?"""
    whose = row.court_id in actor.bodies(Role.CLERK) if row.court_id else row.organisation_id in actor.bodies(Role.COORDINATOR)
    return whose and row.decided_at is None and actor.user_id not in (row.asked_by_id, row.user_id)


def decide(actor: Actor, reinstatement_id: int, granted: bool, reason: str) -> Reinstatement:
    """Put the mediator back, or not. Raises NotFound, AlreadyDecided, SecondPerson, ReasonTooShort."""
    require(actor, Permission.MEDIATOR_REINSTATE)
    row = db.session.scalar(select(Reinstatement).where(Reinstatement.id == reinstatement_id, _is_told(actor)))
    if row is None:
        raise NotFound()
    profile, row = locked(MediatorProfile, row.user_id), locked(Reinstatement, reinstatement_id)
    if row.decided_at is not None:
        raise AlreadyDecided()
    if not may_decide(actor, row):
        raise SecondPerson()
    row.decision, row.is_granted, row.decided_by_id, row.decided_at = _reason(reason), granted, actor.user_id, clock.now()
    if granted:
        _give_back(profile, row.court)
    trace.write(None, "mediator_reinstated" if granted else "reinstatement_refused", actor.name, user=row.user_id,
                court=row.court.code if row.court else "", reinstatement=row.id)
    db.session.flush()
    return row


def _give_back(profile: MediatorProfile, court: Body | None) -> None:
    if court is None:
        profile.is_active = True
    else:
        profile.struck_off = [code for code in profile.struck_off if code != court.code]


def _has_lost(profile: MediatorProfile, court: Body | None) -> bool:
    return court.code in profile.struck_off if court else not profile.is_active


def _waiting(user_id: int, court: Body | None) -> Reinstatement | None:
    return db.session.scalar(select(Reinstatement).where(
        Reinstatement.user_id == user_id, Reinstatement.court_id == (court.id if court else None),
        Reinstatement.decided_at.is_(None)).limit(1))


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        why = _("Say why in %(least)s to %(most)s characters.")
        raise ReasonTooShort(problems=[problem("/reason", "length", why, least=SHORTEST, most=LONGEST)])
    return reason
