"""The machine alone, beside the bare library on the same diagram: no database, no rows. Prints one line of JSON.

    python -m tests.benchmarks.memory_leg
"""

import json
import statistics
import time
from collections.abc import Callable

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.workflow import spiff
from tests.benchmarks import benchmark_process as process
from tests.engine.workflow.spiff.drawing import NOON, definition, gateway, many, node, user, xml

CONTEXT = spiff.Context(now=NOON)
CASES = 60


def seconds(act: Callable) -> float:
    """Processor time of one go."""
    began = time.process_time()
    act()
    return time.process_time() - began


class Bare:
    """The library as it comes: its own run loop, nothing saved."""

    def __init__(self):
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(process.drawn(stock=True)))
        self.spec, self.parts = parser.get_spec("P"), parser.get_subprocess_specs("P")

    def begin(self) -> None:
        self.workflow = BpmnWorkflow(self.spec, self.parts)
        self.workflow.task_tree.set_data(**process.DATA)
        self.workflow.do_engine_steps()

    def step(self, name: str, answers: dict) -> None:
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(task for task in ready if task.task_spec.bpmn_id == name)
        task.set_data(**answers)
        task.run()
        self.workflow.do_engine_steps()

    def settle(self) -> None:
        """It has no operations."""


class Ours:
    """Load, act, run to the next waits, tell what changed, save."""

    def __init__(self):
        sources = [spiff.Source("P", process.drawn()), spiff.Source("RECORD", process.called())]
        self.definition = spiff.parse("P", sources)

    def begin(self) -> None:
        run = spiff.start(self.definition, process.DATA, CONTEXT)
        run.proceed()
        self.state = run.save()

    def step(self, name: str, answers: dict) -> None:
        run = spiff.load(self.definition, self.state, CONTEXT)
        run.complete(next(wait.token for wait in run.waits() if wait.element_id == name), answers)
        run.proceed()
        run.changed()
        self.state = run.save()

    def settle(self) -> None:
        while calls := [wait for wait in self._load().waits() if wait.kind == "call"]:
            run = self._load()
            run.finish_call(calls[0].token, {})
            run.proceed()
            self.state = run.save()

    def _load(self) -> spiff.Run:
        return spiff.load(self.definition, self.state, CONTEXT)


def milliseconds_of_a_step(machine: Bare | Ours) -> float:
    """The median over all steps of a person in many cases."""
    taken = []
    for number in range(CASES + 10):
        machine.begin()
        answers = {name: list(given) for name, given in process.ANSWERS.items()}
        for name in process.WAY:
            given = answers[name].pop(0) if answers.get(name) else {}
            spent = seconds(lambda name=name, given=given: machine.step(name, given))
            if number >= 10:
                taken.append(spent)
            machine.settle()
    return statistics.median(taken) * 1000


def rounds_of_a_loop(rounds: int = 3000, facts: int = 0) -> tuple[list[float], int]:
    """Seconds per round of a loop with a person in it, and the bytes of its state at the end."""
    circle = definition(user("u"), gateway("exclusive", "t"), gateway("exclusive", "g"), "start > t > u > g",
                        "g > t [again and case['x'] != 'no']", "g > end [not again]")
    told = {"x": "yes", "more": [{"key": "v" * 40, "number": number} for number in range(facts // 60)]}
    context = spiff.Context(facts=lambda: told, now=NOON)
    run = spiff.start(circle, {}, context)
    run.proceed()
    state, taken = run.save(), []
    for number in range(rounds):
        began = time.process_time()
        run = spiff.load(circle, state, context)
        run.complete(run.waits()[0].token, {"again": True, "number": number})
        run.proceed()
        state = run.save()
        taken.append(time.process_time() - began)
    return taken, len(state)


def thousand(sequential: bool) -> float:
    """Seconds of a task for each of a thousand items, saved and loaded at each step, to its end."""
    drawing = definition(user("u", many(times="1000", sequential=sequential)), "start > u > end")
    run = spiff.start(drawing, {}, CONTEXT)
    began = time.process_time()
    run.proceed()
    open_, state = [wait.token for wait in run.changed().opened], run.save()
    while open_:
        run = spiff.load(drawing, state, CONTEXT)
        run.complete(open_.pop(0), {})
        run.proceed()
        open_ += [wait.token for wait in run.changed().opened]
        state = run.save()
    assert run.is_completed
    return time.process_time() - began


def sections(count: int = 100) -> float:
    """Seconds to start a process of so many forks and joins in a row."""
    parts, arrows = [], ["start > k0"]
    for number in range(count):
        after = f"k{number + 1}" if number < count - 1 else "end"
        parts += [gateway("parallel", f"k{number}"), gateway("parallel", f"j{number}"), user(f"a{number}"), user(f"b{number}")]
        arrows += [f"k{number} > a{number} > j{number} > {after}", f"k{number} > b{number} > j{number}"]
    drawing = definition(*parts, *arrows)
    return seconds(lambda: spiff.start(drawing, {}, CONTEXT).proceed())


def call_tree(depth: int = 20) -> float:
    """Seconds to start a process that calls one that calls one …"""
    inner = [node("callActivity", "c", calledElement="Q{}"), "start > c > end"]
    sources = [spiff.Source(f"Q{level}", xml(inner[0].format(level + 1), inner[1], key=f"Q{level}")) for level in range(depth)]
    sources.append(spiff.Source(f"Q{depth}", xml(user("u"), "start > u > end", key=f"Q{depth}")))
    drawing = spiff.parse("Q0", sources)
    return seconds(lambda: spiff.start(drawing, {}, CONTEXT).proceed())


def measure() -> dict:
    bare, ours = milliseconds_of_a_step(Bare()), milliseconds_of_a_step(Ours())
    rounds, state = rounds_of_a_loop()
    small, large = (statistics.median(rounds_of_a_loop(200, size)[0]) for size in (1_000, 1_000_000))
    return {
        "bare_ms": bare, "ours_ms": ours, "ours_to_bare": ours / bare,
        "late_to_early_round": statistics.median(rounds[-50:]) / statistics.median(rounds[5:55]), "state_bytes": state,
        "large_to_small_case": large / small, "parallel_thousand_s": thousand(False), "sequential_thousand_s": thousand(True),
        "sections_ms": sections() * 1000, "call_tree_ms": call_tree() * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
