"""Child processes: begun so that they never outlive their parent, and found again when they get lost."""

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
Program = Sequence[str] | Callable[[], None]

libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies, however that happens."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of whatever our descendants leave behind."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def begin(name: str, program: Program, env: Mapping[str, str], log: Path) -> int:
    """Start a program in a child process, its output appended to `log`; the answer is its process id.

    A program is a command, or a function of ours: that one starts in no time and shares our memory, because everything is
    imported already. Only for parents without threads and open connections.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _become(name, env, log, parent)
            status = _run(program)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def _become(name: str, env: Mapping[str, str], log: Path, parent: int) -> None:
    die_with_parent(parent)
    os.setsid()
    libc.prctl(PR_SET_NAME, f"sutiao-{name}"[:15].encode(), 0, 0, 0)
    target = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    for stream, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, target), (2, target)):
        os.dup2(file, stream)
    sys.stdout.reconfigure(line_buffering=True)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.environ.update(env)


def _run(program: Program) -> int:
    if not callable(program):
        os.execvp(program[0], program)
    status = 0
    try:
        program()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def children_of(parent: int) -> list[int]:
    """Process ids of the living and dead children of a process."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def kill_all() -> None:
    """Kill our children, and what they leave to us, until nobody is left."""
    with suppress(ChildProcessError):
        while True:
            for pid in children_of(os.getpid()):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with status {code}"
