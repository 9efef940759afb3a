"""Run several programs as one: start in order, restart what dies, stop all, leave nobody behind."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from webapp.cli import children, logfiles
from webapp.cli.children import Program

SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER = 0.2, 30.0, 30.0
START_SECONDS = 60.0
START_ATTEMPTS = 3
STOP_SECONDS = 6.0  # for those who work; those they work on then get two more
LAST_STOP_SECONDS = 2.0


class StartFailed(Exception):
    """A child or a step did not come up; the text says which and why."""


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass
class Child:
    """A program to keep running."""

    name: str
    program: Program
    env: Mapping[str, str]
    ready: Callable[[], bool] | None
    stage: int
    once: str = ""  # a step: what it does, in words

    pid: int = 0
    code: int | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = FIRST_PAUSE
    failures: int = 0
    was_ready: bool = False

    @property
    def is_running(self) -> bool:
        return self.pid > 0 and self.code is None

    def check_ready(self) -> bool:
        """Is it up? Without a question to ask, having lived for half a second counts."""
        if self.is_running and not self.was_ready:
            self.was_ready = self.ready() if self.ready else time.monotonic() - self.started_at > 0.5
        return self.was_ready


class Supervisor:
    """Children are started in the order added; a step runs to its end once all children before it are ready."""

    def __init__(self, logs: Path, tell: Callable[[str], None] = print):
        self.logs = logs
        self.tell = tell
        self.plan: list[Child] = []
        self.afterwards: list[Child] = []
        self.children: list[Child] = []
        self.stage = 0
        self.stopping = False

    def add(self, name: str, program: Program, env: Mapping[str, str] | None = None, ready: Callable[[], bool] | None = None):
        """Keep this program (a command or a function) running. `env` is added to ours; `ready` answers whether it is up."""
        self.plan.append(Child(name, program, env or {}, ready, self.stage))

    def step(self, name: str, title: str, program: Program, env: Mapping[str, str] | None = None):
        """Run this program once, to its end, before what is added later; a failure stops the start."""
        self.stage += 1
        self.plan.append(Child(name, program, env or {}, None, self.stage, once=title))

    def finally_once(self, name: str, title: str, program: Program, env: Mapping[str, str] | None = None):
        """Run this program once, beside the others, when everything is up; say how it ended."""
        self.afterwards.append(Child(name, program, env or {}, None, self.stage, once=title))

    def run(self, on_ready: Callable[[], None] | None = None) -> int:
        """Start, keep going until SIGINT or SIGTERM, stop everybody; the answer is the exit status."""
        self.logs.mkdir(parents=True, exist_ok=True)
        children.adopt_orphans()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self._start()
            if on_ready:
                on_ready()
            for child in self.afterwards:
                self.children.append(child)
                self._spawn(child)
            while True:
                self._wait(1.0)
                self._restart_due()
                logfiles.shorten(self.logs)
        except Stopped:
            return 0
        except StartFailed as error:
            self.tell(str(error))
            return 1
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _start(self):
        for child in self.plan:
            if child.once:
                self._await_ready()
                self._run_step(child)
            else:
                self.children.append(child)
                self._spawn(child)
        self._await_ready()

    def _await_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while not all([child.check_ready() for child in self.children]):
            if time.monotonic() > deadline:
                late = next(child for child in self.children if not child.was_ready)
                raise StartFailed(self._why(late.name, f"{late.name} was not ready within {START_SECONDS:.0f} seconds"))
            self._wait(0.05)
            self._restart_due()

    def _run_step(self, step: Child):
        self.children.append(step)
        self._spawn(step)
        next_line = 2.0
        while step.is_running:
            self._wait(0.2)
            if (seconds := time.monotonic() - step.started_at) > next_line:
                self.tell(f"{step.once} … {seconds:.0f} s")
                next_line += 10
        self.children.remove(step)
        if step.code:
            raise StartFailed(self._why(step.name, f"{step.once} failed"))

    def _spawn(self, child: Child):
        child.code = None
        child.pid = children.begin(child.name, child.program, child.env, self.logs / f"{child.name}.log")
        child.started_at, child.restart_at = time.monotonic(), 0.0

    def _wait(self, seconds: float):
        """Sleep until something happens; reap the dead; raise Stopped when asked to stop."""
        told = signal.sigtimedwait(SIGNALS, seconds)
        self._reap()
        if told and told.si_signo != signal.SIGCHLD and not self.stopping:
            raise Stopped

    def _reap(self):
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                for child in self.children:
                    if child.pid == ended[0]:
                        child.code = os.waitstatus_to_exitcode(ended[1])
                        self._ended(child)

    def _ended(self, child: Child):
        """Plan the restart of a child that died: soon at first, later if it keeps dying."""
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # what it left behind would be in the way
        if child in self.afterwards and not self.stopping:
            self.tell(self._why(child.name, f"{child.once} failed") if child.code else f"{child.once}: done.")
        if self.stopping or child.once:
            return
        now = time.monotonic()
        if now - child.started_at > STEADY_AFTER:
            child.pause = FIRST_PAUSE
        child.failures += 1
        child.restart_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _restart_due(self):
        for child in self.children:
            if child.is_running or not child.restart_at:
                continue
            if not child.was_ready and child.failures >= START_ATTEMPTS:
                raise StartFailed(self._why(child.name, f"{child.name} does not start"))
            if time.monotonic() >= child.restart_at:
                self.tell(f"{child.name} {children.ending(child.code)}; started again.")
                self._spawn(child)

    def _why(self, name: str, sentence: str) -> str:
        log = self.logs / f"{name}.log"
        last = logfiles.last_words(log)
        return f"{sentence}: {last} (all of it: {log})" if last else f"{sentence} (see {log})"

    def _stop(self):
        """End everybody, the latest stage first; who does not go in time is killed."""
        self.stopping = True
        for stage in sorted({child.stage for child in self.children}, reverse=True):
            members = [child for child in self.children if child.stage == stage and child.is_running]
            for child in members:
                os.kill(child.pid, signal.SIGTERM)
            deadline = time.monotonic() + (STOP_SECONDS if stage else LAST_STOP_SECONDS)
            while any(child.is_running for child in members) and time.monotonic() < deadline:
                self._wait(0.1)
            for child in members:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
        children.kill_all()
