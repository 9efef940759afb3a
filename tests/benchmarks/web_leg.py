"""The benchmark process at the web's door: somebody signed in sends the form of a task. Prints one line of JSON.

    python -m tests.benchmarks.web_leg CASES      (database and data folder from SUTIAO_* settings)

The whole application answers in this process; counted is the processor time from the request to the end of its answer: cookie,
token against forgery, rights, form, the process's step, commit, hint to a worker, 303. The browser's own time is not.
"""

import dataclasses
import json
import re
import statistics
import sys
import time

from flask import Flask

import engine
from engine.access.models import User
from engine.config import Settings
from engine.db import db, transaction
from tests import databases
from tests.benchmarks import benchmark_process as process
from tests.benchmarks.rows_leg import WARMING, prepare, walk
from webapp import create_app
from webapp.app import WebApp

CLERK = "clerk"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Counting:
    """Stands between the browser and the application, and counts processor time."""

    def __init__(self, wsgi_app):
        self.wsgi_app, self.spent = wsgi_app, 0.0

    def __call__(self, environ, start_response):
        began = time.process_time()
        answer = self.wsgi_app(environ, start_response)
        try:
            return list(answer)
        finally:
            getattr(answer, "close", lambda: None)()
            self.spent = time.process_time() - began


class Desk:
    """The browser of a clerk of the court."""

    def __init__(self, app: WebApp):
        app.wsgi_app = self.counting = Counting(app.wsgi_app)
        self.browser = app.test_client()
        self.token = TOKEN.search(self.browser.get("/login").text)[1]
        assert self._send("/login/demo", login=CLERK).status_code == 303
        self.token = TOKEN.search(self.browser.get("/inbox/").text)[1]

    def _send(self, path: str, **form):
        return self.browser.post(path, data={**form, "csrf_token": self.token})

    def complete(self, task_id: int, answers: dict) -> float:
        """Seconds of processor time to hand in a task; the sentence for the next page is thrown away as if that had shown it."""
        with self.browser.session_transaction() as session:
            session.pop("_flashes", None)
        answer = self._send(f"/inbox/tasks/{task_id}/complete", note="看过了", **answers)
        assert answer.status_code == 303, answer.text
        return self.counting.spent


def measure(site: WebApp, cases: int) -> dict:
    case_id = prepare(process.staffed())
    with transaction():
        db.session.query(User).filter_by(login=CLERK).one().is_demo = True
    desk = Desk(site)
    for _case in range(WARMING):
        walk(case_id, desk.complete)
    taken = [spent for _case in range(cases) for spent in walk(case_id, desk.complete)]
    return {"cpu_ms_per_task": statistics.median(taken) * 1000}


def main() -> None:
    with databases.redis_url() as redis_url:
        settings, app = dataclasses.replace(Settings.from_env(), redis_url=redis_url), Flask("bench")
        engine.init_app(app, settings)
        with app.app_context():  # for what is done beside the requests
            print(json.dumps(measure(create_app(settings), int(sys.argv[1]))))


if __name__ == "__main__":
    main()
