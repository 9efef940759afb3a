"""The children's log files: kept short, and read when somebody must be told why."""

import re
from pathlib import Path

LONGEST = 20_000_000
ERROR = re.compile(r"(sutiao: |[A-Za-z_.]*(Error|Exception|Refused|Failed|Exit)\b.*: )")


def shorten(folder: Path) -> None:
    """Move a log that has grown too long aside; its writer goes on at the start of the emptied file (it appends)."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LONGEST:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            with log.open("r+b") as file:
                file.truncate(0)


def last_words(log: Path) -> str:
    """The line that tells best why a program ended: its last error, otherwise the last line that says something."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.match(line)]
    return (errors or lines or [""])[-1][:300]
