"""Two administrators before one terminal: what nobody may do alone is done when both have proved who they are (four eyes)."""

import click
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Role, User
from engine.db import db, transaction
from engine.oversight import accounts
from webapp.cli import Refused
from webapp.identity import check_login, note_failure

WHO = ("第一位管理员 First administrator", "第二位管理员 Second administrator")


def two() -> list[int]:
    """Ask both for log-in, password and code, and tell their ids. Raises Refused; wrong ones count as at the door."""
    first = _one(WHO[0])
    return [first, _one(WHO[1], first)]


def _one(title: str, other: int = 0) -> int:
    login = click.prompt(f"{title}: 登录名 log-in")
    password = click.prompt("密码 password", hide_input=True)
    with transaction():
        user = check_login(login, password)
        key = user.id if user is not None and Actor.of_user(user).has(Role.ADMIN) else 0
        needs_code = bool(key) and user.has_second_factor
    if not key:
        raise Refused("not the log-in and password of an administrator.")
    if key == other:
        raise Refused("this takes two people.")
    if needs_code:
        _prove(key, click.prompt("验证码 code"))
    return key


def _prove(user_id: int, code: str) -> None:
    with transaction():
        user = db.session.scalar(select(User).where(User.id == user_id).with_for_update())
        try:
            accounts.check(user, code)
            return
        except accounts.WrongCode:
            note_failure(user)
    raise Refused("the code is wrong.")
