"""What PostgreSQL's net costs: the same questions by an account that does not own the tables, without the net and with it.

`python -m tests.benchmarks.net_leg TASKS` fills a register of so many open tasks, half of them another organisation's, with ten
cases for each, and prints for each question the best of seven tries.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import select

import engine
from engine.access import net
from engine.access.actor import Actor
from engine.access.models import User
from engine.cases.models import Case
from engine.config import Settings
from engine.db import db, transaction
from engine.inbox.lists import pages
from engine.inbox.lists.asked import Asked
from engine.inbox.workspace import desk
from tests import databases
from tests.benchmarks import desk_world

TRIES = 7
PEOPLE = ("coordinator", "clerk", "handler", "mediator")


def questions(number: str) -> dict:
    """By name; each is asked by each of the people."""
    return {
        "cases": lambda who: desk.search(who), "cases by name": lambda who: desk.search(who, "王小明"),
        "a case": lambda who: desk.search(who, number), "my tasks": lambda who: pages.ids(who, Asked("mine")),
        "my team's": lambda who: pages.ids(who, Asked("team")), "counts": lambda who: pages.counts(who),
    }


def best(ask, actor: Actor, is_drawn: bool) -> float:
    """Milliseconds, with what it takes to draw the net."""
    found = []
    for _ in range(TRIES):
        with transaction(write=False):
            begun = time.perf_counter()
            if is_drawn:
                net.draw(actor)
            ask(actor)
            found.append((time.perf_counter() - begun) * 1000)
    return min(found)


def measure(tasks: int) -> list[tuple[str, str, float, float]]:
    """Who asked, what, without and with the net."""
    with databases.postgresql() as url, tempfile.TemporaryDirectory() as folder:
        own = databases.of_its_own_account(url)
        settings = Settings(data=Path(folder), database_url=url, secret_key="a key for measuring only", demo=True)
        with _on(settings):
            first = desk_world.begin()
            desk_world.fill(first, 0, tasks)
        with _on(replace(settings, database_url=own)):
            net.forget()
            assert net.holds()
            number = db.session.scalar(select(Case.number).where(Case.id == first["case"]))
            actors = {name: Actor.of_user(db.session.scalar(select(User).where(User.login == name))) for name in PEOPLE}
            return [(name, what, best(ask, actor, False), best(ask, actor, True))
                    for name, actor in actors.items() for what, ask in questions(number).items()]


class _on:
    """An application context on a database, which is left behind closed."""

    def __init__(self, settings: Settings):
        self.app = Flask("net")
        engine.init_app(self.app, settings)
        self.context = self.app.app_context()

    def __enter__(self):
        self.context.push()

    def __exit__(self, *error):
        db.session.remove()
        db.engine.dispose()
        self.context.pop()


if __name__ == "__main__":
    print(f"{'':12} {'':14} {'without':>9} {'with':>9}  ms")
    for who, what, without, held in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000):
        print(f"{who:12} {what:14} {without:9.1f} {held:9.1f}")
