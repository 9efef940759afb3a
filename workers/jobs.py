"""What the queue may call. A hint names a call; whether there is work for it, the row says."""

from flask import Flask

from workers import runner, schedule

_app: Flask | None = None


def use(app: Flask) -> None:
    """Jobs of this process run in this application's context."""
    global _app
    _app = app


def run_call(call_id: int) -> bool:
    """Work on this call if it is still due; a stale or repeated hint does nothing."""
    with _app.app_context():
        return runner.run_calls(call_id)


def run_any(_key: int) -> bool:
    """There are more calls than workers: with both hands, this one and the one that goes through the rows by itself."""
    schedule.woken.set()
    with _app.app_context():
        return runner.run_calls()


def go_on(_instance_id: int) -> None:
    """There is a long run to go on with: it is found in the rows, like all there are."""
    schedule.woken.set()
