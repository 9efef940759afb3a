"""Accounts and roles. Who gives roles reads no case; who changes one leaves a trace of it."""

import re
from datetime import date

from sqlalchemy import func, select

from engine.access.actor import Actor
from engine.access.models import Body, BodyKind, Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.inbox.sharing import leaving
from engine.mediation.models import MediatorProfile
from engine.oversight import accounts
from engine.workflow import trace

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
AT_A_BODY = {
    Role.COORDINATOR: BodyKind.ORGANISATION, Role.MEDIATOR: BodyKind.ORGANISATION, Role.CLERK: BodyKind.COURT,
    Role.JUDGE: BodyKind.COURT, Role.COURT_PRESIDENT: BodyKind.COURT,
    Role.INSTITUTION_HANDLER: BodyKind.INSTITUTION, Role.REGULATOR: BodyKind.REGULATOR,
    Role.INSTITUTION_APPROVER: BodyKind.INSTITUTION, Role.INSTITUTION_ADMIN: BodyKind.INSTITUTION,
}


class AccountRefused(Invalid):
    message = _("This account cannot be kept.")


class LastAdministrator(Conflict):
    message = _("Somebody has to remain administrator.")


def users(actor: Actor, text: str = "", limit: int = 200) -> list[User]:
    """Accounts, by name or log-in."""
    require(actor, Permission.USER_MANAGE)
    pattern = "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    query = select(User).where(User.name.like(pattern, escape="\\") | User.login.like(pattern, escape="\\"))
    return list(db.session.scalars(query.order_by(User.body_id, User.login).limit(limit)))


def bodies(actor: Actor) -> list[Body]:
    """All bodies, by kind and name."""
    require(actor, Permission.BODY_MANAGE)
    return list(db.session.scalars(select(Body).order_by(Body.kind, Body.code)))


def add(actor: Actor, login: str, name: str, body_id: int | None, password_hash: str) -> User:
    """A new account. Raises AccountRefused with all faults."""
    require(actor, Permission.USER_MANAGE)
    login, name = login.strip().lower(), " ".join(name.split())
    faults = []
    if not LOGIN.fullmatch(login):
        faults.append(problem("/login", "login", _("A log-in has 2 to 63 small letters, digits, points or dashes.")))
    elif db.session.scalar(select(User.id).where(User.login == login)):
        faults.append(problem("/login", "taken", _("This log-in is taken.")))
    if not 1 <= len(name) <= 100:
        faults.append(problem("/name", "name", _("A name has 1 to 100 characters.")))
    if body_id is not None and db.session.get(Body, body_id) is None:
        faults.append(problem("/body", "choice", _("Choose one of the answers that are offered.")))
    if faults:
        raise AccountRefused(problems=faults)
    user = User(login=login, name=name, body_id=body_id, password_hash=password_hash)
    db.session.add(user)
    db.session.flush()
    trace.write(None, "user_added", actor.name, user=user.id)
    return user


def grant(actor: Actor, user_id: int, role: str, since: date | None = None, until: date | None = None) -> RoleGrant:
    """Give a user a role, at the user's own body when the role belongs to one; given again it holds for the days named last.

    `since` and `until` are its first and last day; None: at once, for good. Raises AccountRefused, LastAdministrator.
    """
    require(actor, Permission.USER_MANAGE)
    user = locked(User, user_id)
    if role not in set(Role):
        raise AccountRefused(problems=[problem("/role", "choice", _("Choose one of the answers that are offered."))])
    kind = AT_A_BODY.get(Role(role))
    if kind and (user.body is None or user.body.kind != kind):
        raise AccountRefused(problems=[problem("/role", "body", _("This role belongs to another kind of body than the user's."))])
    body_id = user.body_id if kind else None
    same = (RoleGrant.user_id == user.id, RoleGrant.role == role, RoleGrant.body_id.is_not_distinct_from(body_id))
    if since and until and until < since:
        raise AccountRefused(problems=[problem("/until", "order", _("The last day is before the first."))])
    row = db.session.scalar(select(RoleGrant).where(*same)) or RoleGrant(user_id=user.id, role=role, body_id=body_id)
    row.valid_from, row.valid_until = since, until
    db.session.add(row)
    if role == Role.MEDIATOR and db.session.get(MediatorProfile, user.id) is None:
        db.session.add(MediatorProfile(user_id=user.id, body_id=user.body_id))  # on the organisation's register
    db.session.flush()
    db.session.refresh(user)
    if role == Role.ADMIN:
        _check_administrators()
    trace.write(None, "role_granted", actor.name, user=user.id, role=role, since=since and since.isoformat(),
                until=until and until.isoformat())
    return row


def revoke(actor: Actor, grant_id: int) -> None:
    """Take a role away. Raises LastAdministrator."""
    require(actor, Permission.USER_MANAGE)
    row = db.session.get(RoleGrant, grant_id)
    if row is None:
        raise NotFound()
    locked(User, row.user_id)
    trace.write(None, "role_revoked", actor.name, user=row.user_id, role=row.role)
    if row.role == Role.INSTITUTION_HANDLER:
        leaving.leave(actor, row.user_id, row.body_id)
    db.session.delete(row)
    db.session.flush()
    _check_administrators()


def end_second_factor(actor: Actor, user_id: int) -> User:
    """Help somebody who lost telephone and recovery codes: they sign in with the password and set up a new one."""
    require(actor, Permission.USER_MANAGE)
    user = locked(User, user_id)
    accounts.end_all(user, actor.name)
    return user


def set_active(actor: Actor, user_id: int, is_active: bool) -> User:
    """Close an account, or open it again; an open session of a closed account ends with its next request."""
    require(actor, Permission.USER_MANAGE)
    user = locked(User, user_id)
    user.is_active = is_active
    if not is_active:
        leaving.leave(actor, user.id)
    trace.write(None, "user_opened" if is_active else "user_closed", actor.name, user=user.id)
    db.session.flush()
    _check_administrators()
    return user


def _check_administrators() -> None:
    """Whoever wrote something undoes it when nobody is left who administers for good."""
    lasting = select(func.count()).select_from(RoleGrant).join(User, User.id == RoleGrant.user_id).where(
        RoleGrant.role == Role.ADMIN, User.is_active, RoleGrant.is_in_force, RoleGrant.valid_until.is_(None))
    if not db.session.scalar(lasting):
        raise LastAdministrator()
