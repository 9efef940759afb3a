"""Cases through the engine alone: use cases and the runner in one process, no HTTP, no queue. Prints one line of JSON.

    python -m tests.benchmarks.engine_leg CASES SECONDS      (database and data folder from SUTIAO_* settings)
"""

import json
import resource
import sys
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

import engine
from engine.cases import intake
from engine.config import Settings
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.documents import signing
from engine.documents.models import Signature
from engine.processes import library
from engine.workflow.models import CallAttempt, OperationCall, UserTask, Version
from tests import personas
from tests.benchmarks.recorded import Recorder, Stopwatch, milliseconds_per_step
from tests.journeys.walking import Walk

BPMN = Path(__file__).resolve().parents[2] / "bpmn"


def prepare() -> personas.World:
    """Tables, people, and the shipped processes in force."""
    db.create_all()
    with transaction():
        world = personas.world()
        db.session.get(CourtProfile, world.court.id).decides_here = True
        for key, files in library.read_folders(BPMN).items():
            db.session.add(Version(process_key=key, number=1, sha256=library.digest(files), title=key, files=files,
                                   calls=library.calls_of(files)))
    return world


def to_a_ruling(world: personas.World, number: int) -> None:
    """One case, from the court's referral through agreement and four signatures to the confirming ruling."""
    with transaction():
        case = intake.accept(world.actor("court_system"), personas.referral(f"BENCH-{number}"))
    walk = Walk(world, case)
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.to_a_ruling()
    walk.to_the_end()
    assert walk.case.is_closed


def counted() -> dict[str, int]:
    """Rows of all tables, and the bytes of the database."""
    with transaction(write=False):
        rows = sum(db.session.scalar(select(func.count()).select_from(table)) for table in db.metadata.sorted_tables)
        tasks = db.session.scalar(select(func.count(UserTask.id)).where(UserTask.status == "done"))
        calls = db.session.scalar(select(func.count(OperationCall.id)))
        signatures = db.session.scalar(select(func.count(Signature.id)))
        return {"rows": rows, "tasks": tasks, "calls": calls, "signatures": signatures, "bytes": _database_bytes()}


def _database_bytes() -> int:
    if db.engine.dialect.name == "postgresql":
        return db.session.scalar(text("SELECT pg_database_size(current_database())"))
    return db.session.scalar(text("PRAGMA page_count")) * db.session.scalar(text("PRAGMA page_size"))


def milliseconds_by_operation() -> dict[str, float]:
    """The mean time from claim to settlement of each operation."""
    spans: dict[str, list[float]] = {}
    with transaction(write=False):
        attempts = db.session.execute(select(OperationCall.operation, CallAttempt.started_at, CallAttempt.ended_at)
                                      .join(CallAttempt, CallAttempt.call_id == OperationCall.id))
        for operation, began, ended in attempts:
            spans.setdefault(operation, []).append((ended - began).total_seconds() * 1000)
    return {name: round(sum(found) / len(found), 1) for name, found in sorted(spans.items())}


def measure(cases: int, seconds: float) -> dict:
    """Walk cases one after another until there were enough, or the time is over."""
    world = prepare()
    with Recorder() as recorder:
        to_a_ruling(world, 0)  # the first one also parses diagrams and reads fonts
    before, began, cpu = counted(), time.perf_counter(), time.process_time()
    done = 0
    with Stopwatch(signing, "sign") as signature:
        while done < cases and time.perf_counter() - began < seconds:
            done += 1
            to_a_ruling(world, done)
    wall, cpu, after = time.perf_counter() - began, time.process_time() - cpu, counted()
    grown = {name: after[name] - before[name] for name in after}
    steps, operations = grown["tasks"] + grown["calls"], milliseconds_by_operation()
    return {
        "cases": done, "cases_per_second": done / wall, "tasks_per_second": grown["tasks"] / wall,
        "steps_per_second": steps / wall, "ms_per_step": wall * 1000 / steps,
        "bare_ms_per_step": milliseconds_per_step(recorder.steps), "cpu_ms_per_task": cpu * 1000 / grown["tasks"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **{f"{name}_per_case": grown[name] / done for name in grown}, "operations_ms": operations,
        "signature_ms": signature.milliseconds, "documents_per_second": 1000 / operations["documents.generate"],
    }


def main() -> None:
    app = Flask("bench")
    engine.init_app(app, Settings.from_env())
    with app.app_context():
        print(json.dumps(measure(int(sys.argv[1]), float(sys.argv[2]))))


if __name__ == "__main__":
    main()
