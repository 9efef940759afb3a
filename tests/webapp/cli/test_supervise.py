"""Real processes: what dies comes back, what is stopped is gone, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.webapp.cli.watching import is_alive, until, until_told
from webapp.cli.children import children_of

PROGRAM = """
import sys
from pathlib import Path
from webapp.cli.supervise import Supervisor

folder = Path(sys.argv[1])
supervisor = Supervisor(folder / "log", lambda text: print(text, flush=True))

SLEEPER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
PARENT = (
    "import subprocess, sys; orphan = [sys.executable, '-c', sys.argv[2], sys.argv[1] + '-child']; "
    "subprocess.Popen(orphan, start_new_session=True); " + SLEEPER
)

def keep(name, code=SLEEPER, **options):
    supervisor.add(name, [sys.executable, "-c", code, str(folder / name), SLEEPER], **options)

def step(name, code):
    supervisor.step(name, name, [sys.executable, "-c", code, str(folder)])

exec((folder / "plan.py").read_text())
sys.exit(supervisor.run(lambda: print("all ready", flush=True)))
"""


class Running:
    """A supervisor in a process of its own, with the plan a test wrote."""

    def __init__(self, folder: Path, plan: str):
        self.folder = folder
        (folder / "plan.py").write_text(plan)
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True)

    def pids(self, name: str) -> list[int]:
        """The process ids a sleeper has had, in order."""
        file = self.folder / name
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def pid(self, name: str, life: int = 1) -> int:
        """The id of a sleeper's so-manieth life, once it has begun."""
        until(lambda: len(self.pids(name)) >= life)
        return self.pids(name)[life - 1]

    def stop(self, how=signal.SIGTERM) -> float:
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=15)
        return time.monotonic() - began


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(plan: str) -> Running:
        started.append(Running(tmp_path, plan))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.stop()
        running.process.stdout.close()


def test_a_killed_child_is_started_again(supervise):
    running = supervise("keep('one'); keep('two')")
    os.kill(running.pid("one"), signal.SIGKILL)

    assert is_alive(running.pid("one", life=2))
    assert len(running.pids("two")) == 1


def test_sigterm_stops_everybody(supervise):
    running = supervise("keep('one'); keep('two')")
    children = [running.pid("one"), running.pid("two")]

    assert running.stop() < 10
    assert running.process.returncode == 0
    assert not any(is_alive(pid) for pid in children)


def test_a_child_that_does_not_want_to_go_is_killed_in_time(supervise):
    running = supervise("step('before', ''); keep('rock', STUBBORN)")
    rock = running.pid("rock")

    assert running.stop(signal.SIGINT) < 10
    assert not is_alive(rock)


def test_a_supervisor_killed_hard_leaves_no_children(supervise):
    running = supervise("keep('one'); keep('two')")
    children = [running.pid("one"), running.pid("two")]
    running.stop(signal.SIGKILL)

    until(lambda: not any(is_alive(pid) for pid in children), seconds=2)


def test_what_a_child_left_behind_goes_too(supervise):
    running = supervise("keep('parent', PARENT)")
    parent, orphan = running.pid("parent"), running.pid("parent-child")
    assert children_of(parent) == [orphan]
    running.stop()

    assert not is_alive(orphan)


def test_a_step_runs_after_those_before_it_are_ready_and_before_those_after(supervise):
    running = supervise("""
keep("first", ready=lambda: (folder / "first").exists())
step("copy", "import shutil, sys; shutil.copy(sys.argv[1] + '/first', sys.argv[1] + '/seen')")
keep("last", ready=lambda: (folder / "seen").exists())
""")
    assert "all ready" in until_told("all ready", running.process)
    assert running.pids("seen") == running.pids("first")


def test_a_failed_step_stops_the_start_and_says_why(supervise):
    running = supervise("""keep("one"); step("Migrating", "raise SystemExit('no such table')")""")

    output, _ = running.process.communicate(timeout=15)
    assert "Migrating failed: no such table" in output
    assert running.process.returncode == 1
    assert not any(is_alive(pid) for pid in running.pids("one"))


def test_a_child_that_never_comes_up_stops_the_start_and_says_why(supervise):
    running = supervise("""keep("web", "raise SystemExit('bad key')", ready=lambda: False)""")

    output, _ = running.process.communicate(timeout=30)
    assert "web does not start: bad key" in output
    assert running.process.returncode == 1


def test_output_of_children_goes_to_their_logs(supervise):
    running = supervise("""step("talker", "print('你好')")""")
    until_told("all ready", running.process)

    assert (running.folder / "log" / "talker.log").read_text() == "你好\n"


def test_what_is_to_be_done_once_everything_is_up_says_how_it_ended(supervise):
    running = supervise("""
keep("one")
supervisor.finally_once("good", "Filling", [sys.executable, "-c", ""])
supervisor.finally_once("bad", "Breaking", [sys.executable, "-c", "raise SystemExit('no paper')"])
""")
    told = [running.process.stdout.readline() for _line in range(3)]

    assert told[0] == "all ready\n"
    assert "Filling: done.\n" in told
    assert any(line.startswith("Breaking failed: no paper") for line in told)
    assert is_alive(running.pid("one"))
