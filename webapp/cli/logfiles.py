"""The children's log files: kept short, and read when somebody must be told why."""

from pathlib import Path

LONGEST = 20_000_000


def shorten(folder: Path) -> None:
    """Move a log that has grown too long aside; its writer goes on at the start of the emptied file (it appends)."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LONGEST:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            with log.open("r+b") as file:
                file.truncate(0)


def last_line(log: Path) -> str:
    """The last line that says something."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8000))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
