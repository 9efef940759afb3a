"""Wait for something to become so, and see whether a process lives."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Return as soon as it is so; fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Does the process run? A dead one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until_told(words: str, process: subprocess.Popen) -> str:
    """What a program says up to these words, or up to its end."""
    said = ""
    while words not in said and (line := process.stdout.readline()):
        said += line
    return said
