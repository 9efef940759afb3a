"""The benchmark process with its transactions, rows and trace, in one process. Prints one line of JSON.

    python -m tests.benchmarks.rows_leg CASES      (database and data folder from SUTIAO_* settings)
"""

import json
import statistics
import sys
import time

from flask import Flask
from sqlalchemy import func, select

import engine
from engine.cases import intake
from engine.cases.models import Case
from engine.config import Settings
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, OperationCall, UserTask, Version
from tests import personas
from tests.benchmarks import benchmark_process as process
from tests.benchmarks.engine_leg import counted

WARMING = 5


def prepare() -> int:
    """Tables, people, the process in force, and a case; returns the case's id."""
    db.create_all()
    with transaction():
        world = personas.world()
        _publish("P", process.drawn(), ["RECORD"])
        _publish("RECORD", process.called(), [])
        _publish("court_mediation", process.waiting(), [])
    with transaction():
        return intake.accept(world.actor("court_system"), personas.referral("BENCH-ROWS")).id


def _publish(key: str, diagram: bytes, calls: list[str]) -> None:
    files = {"process.bpmn": diagram.decode(), "process.toml": ""}
    db.session.add(Version(process_key=key, number=1, sha256=key, title=key, calls=calls, files=files))


def walk(case_id: int) -> list[float]:
    """One instance from its start to its end; seconds of processor time per task of a person."""
    taken, answers = [], {name: list(given) for name, given in process.ANSWERS.items()}
    with transaction():
        instance_id = runtime.start("P", case_id, process.DATA, "bench").id
    for name in process.WAY:
        taken.append(_complete(instance_id, name, answers[name].pop(0) if answers.get(name) else {"note": "seen"}))
        _settle(instance_id)
    with transaction(write=False):
        assert db.session.get(Instance, instance_id).status == "completed"
    return taken


def _complete(instance_id: int, name: str, answers: dict) -> float:
    """As a door does it: find the task, hand in, commit."""
    db.session.remove()
    with transaction(write=False):
        query = select(UserTask.id).filter_by(instance_id=instance_id, element=name, status="open")
        task_id = db.session.scalar(query)
    db.session.remove()
    began = time.process_time()
    with transaction():
        runtime.complete_user_task(db.session.get(UserTask, task_id), answers, "bench")
    return time.process_time() - began


def _settle(instance_id: int) -> None:
    with transaction():
        for call in list(db.session.scalars(select(OperationCall).filter_by(instance_id=instance_id, status="due"))):
            runtime.complete_call(call, {})


def measure(cases: int) -> dict:
    case_id = prepare()
    for _case in range(WARMING):
        walk(case_id)
    before, began = counted(), time.perf_counter()
    taken = [spent for _case in range(cases) for spent in walk(case_id)]
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
