"""One life of the system in one process: it publishes, starts, works and keeps time until everything has ended, or it is killed.

Whatever it finds done by an earlier life it leaves as it is; it sends the same requests under the same keys again.
"""

import json
import os
import traceback
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, g
from sqlalchemy import select

import engine
from engine import clock, config
from engine.access.actor import SYSTEM
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents.models import Document
from engine.processes.publish import publish
from engine.workflow import messages, runtime, spiff, trace, versions
from engine.workflow.models import CallAttempt, Incident, Instance, InstanceStatus, MessageWait, OperationCall, UserTask
from engine.workflow.said import Thrown
from engine.workflow.surroundings import context_of
from tests import factories
from tests.durability import invariants, models
from webapp.api.idempotency import once
from workers import claiming, long_runs, post, reaper, runner, sentinel, timers

INSTANCES = 2
ROUNDS = 200
STEP = timedelta(seconds=16)  # longer than a lease


class Life:
    """Born with its settings and a model; `live()` returns when everything has ended."""

    def __init__(self, settings: config.Settings, model: str):
        self.model, self.hour = model, settings.data / "clock.json"
        models.register()
        clock.reset()
        clock.move(timedelta(seconds=json.loads(self.hour.read_text()) if self.hour.exists() else 0))
        self.app = Flask("life")
        engine.init_app(self.app, settings)

    def live(self) -> None:
        """Do everything there is to do."""
        with self.app.app_context():
            with transaction():
                publish(SYSTEM, models.folders(self.model))
            self.numbers = {self._begin(number): number for number in range(1, INSTANCES + 1)}
            self._die_in_mid_call()
            for _round in range(ROUNDS):
                if not self._ahead():
                    return
                if not any([self._people(), self._messages(), self._calls(), timers.fire_due(), post.carry(),
                            long_runs.go_on()]):
                    self._wait()
            raise RuntimeError("it does not come to an end")

    def _begin(self, number: int) -> int:
        """One request with a key, however often it is sent; the instance it started."""
        with self.app.test_request_context(method="POST", path="/cases", headers={"Idempotency-Key": f"beginning-{number}"}):
            g.actor = SimpleNamespace(client_id=1, person=None)
            with transaction():
                return once(number, lambda: self._started(number)).get_json()["instance"]

    def _started(self, number: int) -> dict:
        data = {"n": number, "items": models.ITEMS}
        case = factories.case()
        return {"instance": runtime.start(self.model, case.id, data, by="court").id}

    def _die_in_mid_call(self) -> None:
        """Another worker took the first call, and was never heard of again."""
        with transaction(write=False):
            is_first = db.session.scalar(select(CallAttempt.id).limit(1)) is None
        if is_first:
            claiming.claim()

    def _ahead(self) -> bool:
        """Does anything still run, or has somebody said what nobody has heard yet?"""
        with transaction(write=False):
            runs = db.session.scalar(select(Instance.id).where(Instance.status == InstanceStatus.RUNNING).limit(1))
            return runs is not None or db.session.scalar(select(Thrown.id).where(Thrown.handled_at.is_(None))) is not None

    def _people(self) -> int:
        """Every open task is done, but the one that the clock must wait for."""
        with transaction(write=False):
            ids = [task.id for task in db.session.scalars(select(UserTask).where(UserTask.status == "open").order_by(UserTask.id))
                   if not (self.model == "waiting" and self.numbers[task.instance_id] == 2)]
        for key in ids:
            with transaction():
                runtime.complete_user_task(db.session.get(UserTask, key), {"answered": True}, by="Li")
        return len(ids)

    def _messages(self) -> int:
        """The court says its ruling to the first before it is waited for, to the others when it is; everything twice."""
        if self.model != "waiting":
            return 0
        with transaction(write=False):
            waiting = set(db.session.scalars(select(MessageWait.instance_id).where(MessageWait.status == "open")))
            cases = {row.id: row.case_id for row in db.session.scalars(select(Instance))}
        for key in sorted(waiting | {key for key, number in self.numbers.items() if number == 1}):
            for _twice in range(2):
                with transaction():
                    name = f"ruling-{self.numbers[key]}"
                    messages.receive(cases[key], "ruling", {"ruled": True}, "court", name, by="court")
        return len(waiting)

    def _calls(self) -> int:
        return sum(1 for _call in iter(runner.run_calls, False))

    def _wait(self) -> None:
        """Nothing to do: time goes by, for the next life too; the duties of a worker."""
        clock.move(STEP if self.model != "waiting" else timedelta(hours=1))
        self.hour.write_text(json.dumps(clock.offset().total_seconds()))
        reaper.sweep()
        post.look_again()
        sentinel.look()

    def tell(self) -> dict:
        """What came of it, in words that do not depend on numbers given by the database."""
        with self.app.app_context():
            post.look_again()
            sentinel.look()
            with transaction(write=False):
                rows = db.session.scalars(select(Instance).order_by(Instance.id)).all()
                return {
                    "instances": sorted((self._told(row) for row in rows), key=lambda told: (told["data"]["n"], told["path"])),
                    "calls": sorted(f"{call.element} {call.status}" for call in db.session.scalars(select(OperationCall))),
                    "papers": sorted(db.session.scalars(select(Document.title))),
                    "effects": sorted(row["what"] for row in models.Ledger(config.current().data).rows()),
                    "incidents": sorted(db.session.scalars(select(Incident.kind).where(Incident.resolved_at.is_(None)))),
                    "cases": len(db.session.scalars(select(Case.id)).all()),
                    "broken": invariants.broken(),
                }

    def _told(self, row: Instance) -> dict:
        run = spiff.load(versions.of_instance(row).definition, row.state, context_of(row))
        visited = sorted((f"{key}.{element}", count) for (key, element), count in trace.visited(row.id).items())
        return {"status": row.status, "end": row.end_event, "data": run.data, "path": visited}


def settings_of(folder: Path, database_url: str, crash_at: str = "") -> config.Settings:
    """A world of its own in a folder."""
    key = "a key for tests only, long enough"
    return config.Settings(data=folder, database_url=database_url, secret_key=key, crash_at=crash_at)


def in_a_child(act) -> int:
    """Do this in a child process; its exit code, negative when it was killed."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            act()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
