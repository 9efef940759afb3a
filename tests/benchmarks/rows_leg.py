"""The benchmark process with its transactions, rows and trace, in one process. Prints one line of JSON.

    python -m tests.benchmarks.rows_leg CASES      (database and data folder from SUTIAO_* settings)
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

import engine
from engine.cases import intake
from engine.cases.models import Case
from engine.config import Settings
from engine.db import db, locked, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, OperationCall, UserTask, Version
from tests import personas
from tests.benchmarks import benchmark_process as process
from tests.benchmarks.engine_leg import counted

WARMING = 5


def prepare(files: dict[str, str] | None = None) -> int:
    """Tables, people, the process in force (or this folder of it), and a case; returns the case's id."""
    db.create_all()
    with transaction():
        world = personas.world()
        _publish("P", files or _folder(process.drawn()), ["RECORD"])
        _publish("RECORD", _folder(process.called()), [])
        _publish("court_mediation", _folder(process.waiting()), [])
    with transaction():
        return intake.accept(world.actor("court_system"), personas.referral("BENCH-ROWS")).id


def _folder(diagram: bytes) -> dict[str, str]:
    return {"process.bpmn": diagram.decode(), "process.toml": ""}


def _publish(key: str, files: dict[str, str], calls: list[str]) -> None:
    db.session.add(Version(process_key=key, number=1, sha256=key, title=key, calls=calls, files=files))


def walk(case_id: int, complete: Callable[[int, dict], float]) -> list[float]:
    """One instance from its start to its end; what `complete` tells of each task of a person."""
    taken, answers = [], {name: list(given) for name, given in process.ANSWERS.items()}
    with transaction():
        instance_id = runtime.start("P", case_id, process.DATA, "bench").id
    for name in process.WAY:
        task_id = _open_task(instance_id, name)
        taken.append(complete(task_id, answers[name].pop(0) if answers.get(name) else {}))
        _settle(instance_id)
    with transaction(write=False):
        assert db.session.get(Instance, instance_id).status == "completed"
    return taken


def _open_task(instance_id: int, name: str) -> int:
    db.session.remove()
    with transaction(write=False):
        query = select(UserTask.id).filter_by(instance_id=instance_id, element=name, status="open")
        task_id = db.session.scalar(query)
    db.session.remove()
    return task_id


def complete_directly(task_id: int, answers: dict) -> float:
    """As a door does it: find the task, hand in, commit; seconds of processor time."""
    began = time.process_time()
    with transaction():
        runtime.complete_user_task(locked(UserTask, task_id, inside=Instance), answers, "bench")
    return time.process_time() - began


def _settle(instance_id: int) -> None:
    with transaction():
        for call in list(db.session.scalars(select(OperationCall).filter_by(instance_id=instance_id, status="due"))):
            runtime.complete_call(call, {})


def measure(cases: int) -> dict:
    case_id = prepare()
    for _case in range(WARMING):
        walk(case_id, complete_directly)
    before, began = counted(), time.perf_counter()
    taken = [spent for _case in range(cases) for spent in walk(case_id, complete_directly)]
    wall, after = time.perf_counter() - began, counted()
    with transaction(write=False):
        assert db.session.scalar(select(func.count(Case.id))) == 1
    return {
        "cpu_ms_per_task": statistics.median(taken) * 1000, "tasks_per_second": len(taken) / wall,
        "rows_per_instance": (after["rows"] - before["rows"]) / cases,
        "bytes_per_instance": (after["bytes"] - before["bytes"]) / cases,
    }


def main() -> None:
    app = Flask("bench")
    engine.init_app(app, Settings.from_env())
    with app.app_context():
        print(json.dumps(measure(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
