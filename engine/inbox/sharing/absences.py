"""Enter when somebody is away and who stands in: for oneself, or as whoever keeps the roster of a body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from engine import clock
from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import RoleGrant, User
from engine.access.permissions import ROLE_PERMISSIONS, Permission
from engine.access.roster import Absence
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox.sharing.holders import GIVEN_BY_NAME
from engine.workflow import trace
from engine.workflow.models import UserTask, WaitStatus

LONGEST = timedelta(days=366)
LONGEST_REASON = 100


FORM = Form.from_row({"id": "absence", "components": [
    {"key": "user", "type": "select", "label": "谁休假", "label_en": "Who is away", "required": True, "options_from": "people"},
    {"key": "first_day", "type": "date", "label": "第一天", "label_en": "First day", "required": True},
    {"key": "last_day", "type": "date", "label": "最后一天", "label_en": "Last day", "required": True},
    {"key": "substitute", "type": "select", "label": "由谁代理", "label_en": "Who stands in", "options_from": "substitutes",
     "description": "代理人以本人的权限办理，只见得到自己也能领取的任务。",
     "description_en": "The substitute acts with rights of their own, on tasks they could take themselves."},
    {"key": "reason", "type": "text", "label": "事由（同事看不到）", "label_en": "Reason (colleagues do not see it)",
     "max_length": LONGEST_REASON}]})


class NotYourRoster(Forbidden):
    """Somebody else's absence is for whoever keeps the roster of their body."""

    message = _("Only %(who)s, or whoever keeps the roster there, may enter or change this absence.")


class AwayAlready(Conflict):
    """One person has one absence at a time."""

    message = _("%(who)s is away from %(first)s to %(last)s already; change that absence first.")


@dataclass(frozen=True)
class Warned:
    """Something to think of about an absence: a marked message with its values."""

    message: str
    values: dict


def offered(actor: Actor) -> dict[str, list[dict]]:
    """What the form offers this person."""
    whom = people(actor)
    return {"people": [{"id": user.id, "name": user.name} for user in whom],
            "substitutes": [{"id": user.id, "name": user.name} for user in _standing_in([each.id for each in whom])]}


def hand_in(actor: Actor, answers: Mapping) -> Absence:
    """The form, filled in. Raises Invalid with every fault, and what `enter` raises."""
    _check_staff(actor)
    told = FORM.check(answers, offered(actor))
    first, last = (date.fromisoformat(str(told[name])) for name in ("first_day", "last_day"))
    substitute = told.get("substitute")
    return enter(actor, int(told["user"]), first, last, int(substitute) if substitute else None, told.get("reason") or "")


def enter(actor: Actor, user_id: int, first: date, last: date, substitute_id: int | None, reason: str = "") -> Absence:
    """Somebody is away on these days. Raises Invalid with every fault, NotYourRoster, AwayAlready, NotFound."""
    user = _theirs(actor, user_id)
    locked(User, user_id)
    reason = " ".join(reason.split())
    if faults := _faults(user, first, last, substitute_id, reason):
        raise Invalid(problems=faults)
    other = db.session.scalar(select(Absence).where(Absence.user_id == user.id, roster.during(first, last)).limit(1))
    if other is not None:
        raise AwayAlready(who=user.name, first=other.first_day.isoformat(), last=other.last_day.isoformat())
    row = Absence(user_id=user.id, first_day=first, last_day=last, substitute_id=substitute_id, reason=reason,
                  entered_by_id=actor.user_id)
    db.session.add(row)
    db.session.flush()
    trace.write(None, "absence_entered", actor.name, user=user.id, substitute=substitute_id, first=first.isoformat(),
                last=last.isoformat())
    return row


def end(actor: Actor, absence_id: int) -> Absence:
    """Call it off, or end it early: from now on nobody stands in. Raises NotFound, NotYourRoster."""
    row = locked(Absence, absence_id)
    _theirs(actor, row.user_id)
    if row.ended_at is None:
        row.ended_at = clock.now()
        trace.write(None, "absence_ended", actor.name, user=row.user_id, substitute=row.substitute_id)
    return row


def shown(actor: Actor) -> list[Absence]:
    """Absences under way and to come: one's own, those one stands in for, and those of the rosters one keeps; by day."""
    _check_staff(actor)
    granted = select(RoleGrant.user_id).where(RoleGrant.body_id.in_(keeps(actor)), RoleGrant.is_in_force)
    mine = or_(Absence.user_id == actor.user_id, Absence.substitute_id == actor.user_id, Absence.user_id.in_(granted))
    return list(db.session.scalars(select(Absence).where(
        mine, Absence.ended_at.is_(None), Absence.last_day >= clock.today()).order_by(Absence.first_day, Absence.id)))


def may_read_reason(actor: Actor, row: Absence) -> bool:
    """Why somebody is away is theirs and the roster's, not the colleagues'."""
    return row.user_id == actor.user_id or row.user_id in {user.id for user in people(actor)}


def on_roster(actor: Actor, user_id: int) -> User:
    """Somebody on a roster that the actor keeps. Raises NotFound, NotYourRoster."""
    if not keeps(actor):
        raise Forbidden(permission=Permission.ROSTER_KEEP)
    return _theirs(actor, user_id)


def keeps(actor: Actor) -> list[int]:
    """The bodies whose roster somebody keeps."""
    return sorted({body for role, at in actor.roles.items() if Permission.ROSTER_KEEP in ROLE_PERMISSIONS.get(role, ())
                   for body in at if body is not None})


def people(actor: Actor) -> list[User]:
    """Whose absence somebody may enter: their own, and everybody's on the rosters they keep; by name."""
    granted = select(RoleGrant.user_id).where(RoleGrant.body_id.in_(keeps(actor)), RoleGrant.is_in_force)
    return list(db.session.scalars(select(User).where(
        or_(User.id == actor.user_id, User.id.in_(granted)), User.is_active).order_by(User.name, User.id)))


def substitutes(user_id: int) -> list[User]:
    """Who could stand in for somebody: whoever has one of their roles at the same body; by name."""
    return _standing_in([user_id])


def _standing_in(user_ids: list[int]) -> list[User]:
    """Who could stand in for at least one of these people."""
    theirs = aliased(RoleGrant)
    same = select(RoleGrant.user_id).join(theirs, and_(
        theirs.role == RoleGrant.role, theirs.body_id == RoleGrant.body_id, theirs.user_id != RoleGrant.user_id)).where(
        theirs.user_id.in_(user_ids), theirs.is_in_force, theirs.role.not_in(GIVEN_BY_NAME), RoleGrant.is_in_force)
    return list(db.session.scalars(select(User).where(User.id.in_(same), User.is_active).order_by(User.name, User.id)))


def warnings(row: Absence) -> list[Warned]:
    """What whoever entered it should know: nobody stands in, that one is away too, and what nobody can do instead."""
    found = []
    if row.substitute is None and not substitutes(row.user_id):
        found.append(Warned(_("Nobody can stand in for %(who)s; what is urgent has to be given to others."), {
            "who": row.user.name}))
    elif row.substitute is None:
        found.append(Warned(_("Nobody stands in for %(who)s."), {"who": row.user.name}))
    else:
        found += [Warned(_("%(who)s is away too, from %(first)s to %(last)s."), {
            "who": row.substitute.name, "first": each.first_day.isoformat(), "last": each.last_day.isoformat()})
            for each in _absences(row.substitute_id, row)]
    if named := _held_by_name(row.user_id):
        found.append(Warned(_("%(n)s tasks were given to %(who)s by name; nobody can stand in for these."), {
            "who": row.user.name, "n": named}))
    return found


def _check_staff(actor: Actor) -> None:
    if not any(body is not None for at in actor.roles.values() for body in at):
        raise Forbidden()


def _theirs(actor: Actor, user_id: int) -> User:
    """Whose roster it is: nobody learns who works elsewhere."""
    _check_staff(actor)
    user = db.session.get(User, user_id)
    if user is None or user_id not in {actor.user_id, *(each.id for each in people(actor))}:
        if user is None or user.body_id is None or user.body_id != actor.body_id:
            raise NotFound()
        raise NotYourRoster(who=user.name)
    return user


def _faults(user: User, first: date, last: date, substitute_id: int | None, reason: str) -> list[dict]:
    faults = []
    if last < first:
        faults.append(problem("/last_day", "order", _("The last day is before the first.")))
    elif last < clock.today():
        faults.append(problem("/last_day", "past", _("These days are over.")))
    elif last - first > LONGEST:
        faults.append(problem("/last_day", "length", _("An absence lasts at most %(days)s days."), days=LONGEST.days))
    if substitute_id is not None and substitute_id not in {each.id for each in substitutes(user.id)}:
        faults.append(problem("/substitute", "choice", _("Choose a colleague who has a role of %(who)s's at the same body."),
                              who=user.name))
    if len(reason) > LONGEST_REASON:
        faults.append(problem("/reason", "length", _("Use at most %(most)s signs."), most=LONGEST_REASON))
    return faults


def _absences(user_id: int, row: Absence) -> list[Absence]:
    return list(db.session.scalars(select(Absence).where(
        Absence.user_id == user_id, roster.during(row.first_day, row.last_day)).order_by(Absence.first_day)))


def _held_by_name(user_id: int) -> int:
    return db.session.scalar(select(func.count()).where(
        UserTask.assignee_id == user_id, UserTask.status == WaitStatus.OPEN, UserTask.role.in_(GIVEN_BY_NAME)))
