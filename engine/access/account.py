"""Who is signed in: an account with its roles and its body, read anew for each request by one plain statement."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import bindparam, select

from engine.access.models import Body, RoleGrant, User, holds_today
from engine.db import glance


@dataclass(frozen=True)
class House:
    """The body whose people somebody is one of."""

    kind: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Grant:
    """A role somebody has."""

    role: str
    body_id: int | None
    valid_from: date | None
    valid_until: date | None

    @property
    def is_in_force(self) -> bool:
        return holds_today(self.valid_from, self.valid_until)


@dataclass(frozen=True)
class Account:
    """What a request has to know of the user who sends it; it outlives the transactions of the request."""

    id: int
    login: str
    name: str
    password_hash: str
    language: str
    has_keys: bool
    keys: dict = field(hash=False)
    is_active: bool
    is_demo: bool
    second_factor_since: datetime | None
    passkeys_since: datetime | None
    body_id: int | None
    body: House | None
    grants: tuple[Grant, ...]

    @property
    def has_second_factor(self) -> bool:
        """Does the password alone not open the account?"""
        return self.second_factor_since is not None or self.passkeys_since is not None


_OWN = ("id", "login", "name", "password_hash", "language", "has_keys", "keys", "is_active", "is_demo", "second_factor_since",
        "passkeys_since", "body_id")
_BODY = ("kind", "name", "name_en")
_GRANT = ("role", "body_id", "valid_from", "valid_until")
_user, _body, _grant = User.__table__, Body.__table__, RoleGrant.__table__
_ACCOUNT = select(
    *(_user.c[name] for name in _OWN),
    _body.c.id, *(_body.c[name] for name in _BODY),
    _grant.c.id, *(_grant.c[name] for name in _GRANT),
).select_from(
    _user.outerjoin(_body, _body.c.id == _user.c.body_id).outerjoin(_grant, _grant.c.user_id == _user.c.id)
).where(_user.c.id == bindparam("user")).order_by(_grant.c.id)


def read(user_id: int) -> Account | None:
    """The account as it is now."""
    rows = glance(_ACCOUNT, user=user_id)
    if not rows:
        return None
    own, rest = tuple(rows[0][:len(_OWN)]), [tuple(row[len(_OWN):]) for row in rows]
    body_id, *body = rest[0][:1 + len(_BODY)]
    grants = (each[1 + len(_BODY):] for each in rest)
    return Account(*own, House(*body) if body_id is not None else None,
                   tuple(Grant(*told) for grant_id, *told in grants if grant_id is not None))
