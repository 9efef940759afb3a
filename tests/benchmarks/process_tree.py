"""What processes cost: peak memory and CPU, as the kernel counts them."""

import os
from contextlib import suppress
from pathlib import Path

from webapp.cli.children import children_of

TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on."""
    found = children_of(pid)
    return found + [below for child in found for below in descendants(child)]


def name_of(pid: int) -> str:
    """The name a process has in the kernel; empty when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def cpu_seconds(pids: list[int]) -> float:
    """CPU that these processes and the children they waited for have used."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(ticks) for ticks in fields[11:15])
    return total / TICKS


def peak_megabytes(pids: list[int]) -> float:
    """The largest resident set any of these processes ever had."""
    return max((_megabytes(pid, "VmHWM:") for pid in pids), default=0.0)


def resident_megabytes(pid: int) -> float:
    """What a process holds now."""
    return _megabytes(pid, "VmRSS:")


def _megabytes(pid: int, which: str) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(which):
                return int(line.split()[1]) / 1024
    return 0.0
