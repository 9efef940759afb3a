"""Places where a test lets the process die, to see that the next one goes on from there. Off unless SUTIAO_CRASH_AT names one."""

import os
import re
import signal
from collections.abc import Callable

from engine.config import SettingRefused

# who opens a transaction
DOORS = ("command", "claim", "answer", "settle", "failure", "reaper", "timers", "sentinel", "heart", "post", "turn", "attempt")
COMMIT = ("before_commit", "after_commit", "after_hints")
INSIDE = (
    "command.after_key", "claim.after_lease", "call.before_send", "call.after_send", "settle.after_lock", "settle.after_process",
    "reaper.after_return", "start.after_insert", "process.after_run", "process.after_rows", "process.after_save",
    "message.after_insert", "trace.after_insert", "publish.after_insert", "file.after_write", "file.after_sync",
    "file.after_rename", "file.after_folder", "shelf.after_row",
)
POINTS = (*(f"{door}.{moment}" for door in DOORS for moment in COMMIT), *INSIDE)

_reached: Callable[[str], None] | None = None


def point(*name: str) -> None:
    """The process may die here; its parts are joined by a dot."""
    if _reached is not None:
        _reached(".".join(name))


def arm(setting: str) -> None:
    """`settle.before_commit:3`: die when this point is reached for the third time; empty: nowhere. Raises SettingRefused."""
    if not setting:
        return watch(None)
    found = re.fullmatch(r"([a-z_.]+)(?::([1-9]\d*))?", setting)
    if found is None or found[1] not in POINTS:
        raise SettingRefused(f"SUTIAO_CRASH_AT names no crash point: {setting!r}; there are {', '.join(POINTS)}.")
    left = int(found[2] or 1)

    def reached(name: str) -> None:
        nonlocal left
        left -= name == found[1]
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return watch(reached)


def watch(reached: Callable[[str], None] | None) -> None:
    """Tell this function of every point that is reached; nobody (None) costs next to nothing."""
    global _reached
    _reached = reached
