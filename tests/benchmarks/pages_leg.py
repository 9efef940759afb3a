"""What the desk's pages cost the web's process: processor time, so that it is the same beside whatever else the machine does.

    python -m tests.benchmarks.pages_leg [TASKS]

fills a PostgreSQL of its own with so many open tasks (by default 12,000) and two cases for each, asks every page a hundred times
through the whole application in this process, and prints for each the median and the 99th of a hundred, in milliseconds; the
database's own time is not in it.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from werkzeug.test import EnvironBuilder

import engine
from engine.config import Settings
from engine.db import db
from tests import databases
from tests.benchmarks import desk_world
from tests.benchmarks.desk_leg import p99
from tests.benchmarks.web_leg import TOKEN
from webapp import create_app
from webapp.app import WebApp
from webapp.cli import gunicorn_settings

TASKS, PER, WARMING, TIMES = 12_000, 2, 10, 100
LOGIN = "coordinator"


def pages(tasks: int) -> dict[str, str]:
    """The pages that are measured, by name."""
    number = f"BENCH-{(tasks - tasks % 2 - 10) * PER}"
    sought = {"number": number, "name": "王小明", "institution": "京华银行"}
    found = {
        "mine": "/inbox/?view=mine", "available": "/inbox/?view=available", "team": "/inbox/?view=team",
        "by amount": "/inbox/?view=team&sort=-amount", "register": "/cases/",
    }
    found |= {f"inbox, {name}": f"/inbox/?view=team&q={quote(text)}" for name, text in sought.items()}
    return found | {f"register, {name}": f"/cases/?q={quote(text)}" for name, text in sought.items()}


class Desk:
    """Somebody signed in, who asks without a browser's own work."""

    def __init__(self, site: WebApp, login: str = LOGIN):
        browser = site.test_client()
        token = TOKEN.search(browser.get("/login").text)[1]
        assert browser.post("/login/demo", data={"login": login, "csrf_token": token}).status_code == 303
        self.site, self.cookie = site, f"sutiao={browser.get_cookie('sutiao').value}"

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds of processor time for a page, and the page."""
        environ, said = EnvironBuilder(path, headers={"Cookie": self.cookie}).get_environ(), []
        began = time.process_time()
        answer = self.site.wsgi_app(environ, lambda status, *_rest: said.append(status))
        body = b"".join(answer)
        answer.close()
        spent = (time.process_time() - began) * 1000
        gunicorn_settings.post_request(None, None, environ, None)
        assert said == ["200 OK"], f"{path}: {said}"
        return spent, body


@contextmanager
def filled(url: str, tasks: int, folder: Path) -> Iterator[WebApp]:
    """The application on a database with so many open tasks."""
    settings = Settings(data=folder, database_url=url, demo=True, secret_key="a key for measuring only")
    app = Flask("pages")
    engine.init_app(app, settings)
    with app.app_context():
        db.create_all()
        first = desk_world.begin(PER)
        desk_world.fill(first, 0, tasks)
        desk_world.mark(first, tasks)
    yield create_app(settings)


def measure(site: WebApp, tasks: int) -> Iterator[tuple[str, float, float, int]]:
    """For each page its name, the median, the 99th of a hundred, and its bytes."""
    desk = Desk(site)
    gunicorn_settings.post_worker_init(None)
    for name, path in pages(tasks).items():
        asked = [desk.get(path) for _time in range(WARMING + TIMES)][WARMING:]
        taken = [spent for spent, _body in asked]
        yield name, statistics.median(taken), p99(taken), len(asked[-1][1])


def main() -> None:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else TASKS
    with databases.postgresql() as url, tempfile.TemporaryDirectory() as folder, filled(url, tasks, Path(folder)) as site:
        print(f"{'CPU ms':24}{'median':>8}{'p99':>8}{'kB':>8}")
        for name, median, worst, size in measure(site, tasks):
            print(f"{name:24}{median:8.1f}{worst:8.1f}{size / 1000:8.0f}")


if __name__ == "__main__":
    main()
