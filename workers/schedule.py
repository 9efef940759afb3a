"""What runs when: due calls, due timers, the reaper and the sentinel. Every worker can do all of it; the rows decide who does."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from engine import write_log
from engine.db import db, transaction
from engine.workflow import duties
from workers import (
    archive,
    audit,
    calendar,
    conditions,
    exports,
    following,
    giving,
    handlers,
    long_runs,
    long_validity,
    looking,
    post,
    reaper,
    resume,
    retention,
    runner,
    sentinel,
    serving,
    task_batches,
    term_mails,
    timers,
    upgrades,
    vigil,
)
from workers.attempts import ME

log = logging.getLogger(__name__)

BUSY_SECONDS, IDLE_SECONDS = 1.0, 5.0
EVERY = {  # seconds → what
    "timers": (1.0, timers.fire_due),
    "post": (1.0, post.carry),
    "starts": (1.0, post.start_due),
    "true starts": (10.0, post.start_true),
    "reaper": (1.0, reaper.sweep),
    "presence": (5.0, reaper.be_seen),
    "sentinel": (30.0, sentinel.look),
    "vigil": (60.0, vigil.look),
    "kept messages": (5.0, post.look_again),
    "resume": (30.0, resume.look),
    "following": (1.0, following.look),
    "giving": (1.0, giving.look),
    "upgrades": (1.0, upgrades.look),
    "task batches": (1.0, task_batches.look),
    "exports": (1.0, exports.look),
    "conditions": (30.0, conditions.look),
    "calendar": (3600.0, calendar.recount),
    "reminders": (30.0, calendar.remind),
    "term mails": (60.0, term_mails.send),
    "serving": (5.0, serving.carry),
    "reconciliation": (3600.0, serving.account),
    "address papers": (10.0, serving.print_addresses),
    "long validity": (10.0, long_validity.extend),
    "time stamps": (30.0, long_validity.look),
    "earlier documents": (3600.0, long_validity.take_up),
    "retention": (3600.0, retention.forget),
    "old exports": (600.0, exports.forget),
    "archive": (3600.0, archive.put_away),
    "handlers": (3600.0, handlers.end_lapsed),
    "write-ahead log": (10.0, lambda: write_log.shorten(db.engine)),
    "audit": (5.0, audit.seal),
    "anchors": (60.0, audit.anchor),
}
ALONE = {  # what looks at everything at once: the worker whose turn it is does it for all
    "true starts", "sentinel", "vigil", "kept messages", "resume", "conditions", "calendar", "reminders", "reconciliation",
    "retention", "old exports", "archive", "address papers", "audit", "anchors", "long validity", "time stamps",
    "earlier documents", "term mails", "handlers",
}
WAITING = ("serving", "long validity", "time stamps", "term mails")  # they wait for others outside: each keeps its own time
LEAST_HOLD_SECONDS, MOST_HOLD_SECONDS = 30.0, 300.0  # a worker that dies over a duty keeps the others from it for so long

woken = threading.Event()  # there is something to be found at once: calls of a dead worker, or a long run


def work(app, stopping: threading.Event) -> None:
    """Take due calls and turns of long runs, one of each, until told to stop: at once after something was found, else after a
    second, five when idle for long."""
    idle_since = time.monotonic()
    while not stopping.is_set():
        if any([_guarded(app, "calls", runner.run_calls), _guarded(app, "long runs", long_runs.go_on)]):
            idle_since = time.monotonic()
            continue
        _rest(stopping, BUSY_SECONDS if time.monotonic() - idle_since < 30 else IDLE_SECONDS)


def _rest(stopping: threading.Event, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopping.is_set() and not woken.wait(0.2):
        pass
    woken.clear()


def begin(app, stopping: threading.Event) -> None:
    """Keep time in threads: one for what only our database is needed for, one for each duty that waits for somebody outside."""
    inside = tuple(name for name in EVERY if name not in WAITING)
    for names in (inside, *((name,) for name in WAITING)):
        threading.Thread(target=keep_time, args=(app, stopping, names), daemon=True).start()


def keep_time(app, stopping: threading.Event, names: tuple[str, ...]) -> None:
    """Do each of these periodic duties when its time has come."""
    due, busy, look = dict.fromkeys(names, 0.0), False, looking.Look()
    while not stopping.wait(0 if busy else 0.2):
        busy = False
        for name in names:
            seconds, duty = EVERY[name]
            if (began := time.monotonic()) >= due[name]:
                found = _guarded(app, name, partial(_do, name, look))
                due[name] = began + seconds
                busy = busy or bool(found and duty is timers.fire_due)  # after an hour down there are many more
                if found and duty is reaper.sweep:
                    woken.set()


def _do(name: str, look: looking.Look):
    """One duty, unless there is nothing to do for it or it is not this worker's turn."""
    seconds, duty = EVERY[name]
    if name in looking.DUTIES and not look.finds(name):
        return None
    return alone(name, seconds, duty) if name in ALONE else duty()


def alone(name: str, seconds: float, duty: Callable[[], object]):
    """Do it unless another worker does, or did within its time; None then."""
    with transaction(write=False):
        if not duties.is_free(name):
            return None
    began = time.monotonic()
    with transaction(door="duty"):
        if not duties.take(name, ME, min(max(seconds, LEAST_HOLD_SECONDS), MOST_HOLD_SECONDS)):
            return None
    try:
        return duty()
    finally:
        with transaction(door="duty"):
            duties.leave(name, ME, max(seconds - (time.monotonic() - began), 0))


def _guarded(app, name: str, duty: Callable[[], object]):
    """A duty that fails is logged and comes again; nothing ends a worker but its supervisor."""
    try:
        with app.app_context():
            return duty()
    except SQLAlchemyError as error:
        log.warning("%s: the database does not answer: %s", name, str(error).splitlines()[0])
    except Exception:
        log.exception("%s failed", name)
    time.sleep(0.5)
    return None
