"""Break things while cases run, and see that nothing is stuck, lost or doubled.

    python -m tests.benchmarks.soak [--cases 200] [--kills 50] [--flushes 5] [--every 8] [--seed 1] [--workers 3]

A fresh demo world plays cases to their ends while workers are killed with SIGKILL and Valkey is emptied, in random order.
"""

import random
import sys
import threading
import time
from dataclasses import dataclass, field

import click
from flask import Flask
from sqlalchemy import exists, select

import engine
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import UserTask
from tests.benchmarks.chaos import Chaos
from tests.benchmarks.clients import DirectPlay
from tests.benchmarks.demo_stack import Stack, demo_stack
from webapp.demo import report
from webapp.demo.script import Script

QUIET_SECONDS = 90  # longer than a lease, a sweep and a pause between attempts
MEANT = {  # destiny → the outcomes it may have; who refuses first depends on who was asked
    "full": {"O01"}, "two_sessions": {"O01"}, "partial": {"O02"}, "on_the_spot": {"O05"}, "too_far": {"O11"},
    "applicant_leaves": {"O07"}, "unwilling": {"O10"}, "not_accepted": {"O16"}, "will_not_sign": {"O13"},
    "respondent_no": {"O07", "O08", "O10"},
}


@dataclass
class Verdict:
    """What came of it."""

    report: report.Report
    chaos: Chaos
    seconds: float
    notes: list[str]
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults and self.report.is_good

    def lines(self) -> list[str]:
        """The play's table, what was broken meanwhile, and what is wrong."""
        broken = f"{self.chaos.kills} workers killed, Valkey emptied {self.chaos.flushes} times, in {self.seconds:.0f} s"
        said = "Nothing stuck, nothing lost, nothing doubled." if self.is_good else "NOT GOOD."
        notes = [f"note: {note}" for note in dict.fromkeys(self.notes)]
        return [*self.report.lines(), broken, *notes[:20], *(f"FAULT {fault}" for fault in self.faults), said]


def soak(app: Flask, stack: Stack, chaos: Chaos, cases: int, seed: int, longest: float, say=lambda line: None) -> Verdict:
    """Play the cases on this stack while chaos reigns; the verdict is told after the dust has settled."""
    play = DirectPlay(app, stack.addresses, stack.court_setup, seed, say)
    began = time.monotonic()
    chaos.start()
    case_ids = play.refer(cases)
    play.perform(case_ids, longest=longest)
    chaos.stop()
    left = halted(case_ids)
    with transaction(write=False):
        told = report.of(case_ids, stack.addresses.court)
    verdict = Verdict(told, chaos, time.monotonic() - began, play.failures)
    verdict.faults += lost(cases, told) + left + wrongly_ended(case_ids, play.script) + unbroken(chaos)
    return verdict


def lost(referrals: int, told: report.Report) -> list[str]:
    """Referrals that became no case."""
    return [] if told.cases == referrals else [f"{referrals} referrals were in order, but there are {told.cases} cases"]


def halted(case_ids: list[int]) -> list[str]:
    """Cases that neither end nor come to wait for a person within a while, with nothing broken any more."""
    waits = exists().where(UserTask.case_id == Case.id, UserTask.status == "open")
    query = select(Case.number).where(Case.id.in_(case_ids), Case.closed_at.is_(None), ~waits)
    deadline = time.monotonic() + QUIET_SECONDS
    while True:
        with transaction(write=False):
            numbers = list(db.session.scalars(query))
        if not numbers or time.monotonic() > deadline:
            return [f"case {number} is open and waits for nobody" for number in numbers]
        time.sleep(1)


def wrongly_ended(case_ids: list[int], script: Script) -> list[str]:
    """Cases with another outcome than their people wanted: what happened without any fault must happen with faults."""
    with transaction(write=False):
        cases = list(db.session.scalars(select(Case).where(Case.id.in_(case_ids), Case.closed_at.is_not(None))))
    return [f"case {case.number} ended with {case.outcome}, its people wanted {script.destiny(case.number)}"
            for case in cases if case.outcome not in MEANT[script.destiny(case.number)]]


def unbroken(chaos: Chaos) -> list[str]:
    """A soak in which too little was broken proves nothing."""
    left = len(chaos.plan)
    return [f"{left} of the planned faults did not happen before the cases had ended: take more of them"] if left else []


@click.command()
@click.option("--cases", type=click.IntRange(1), default=200, show_default=True, help="How many run.")
@click.option("--kills", type=click.IntRange(0), default=50, show_default=True, help="How often a random worker is killed.")
@click.option("--flushes", type=click.IntRange(0), default=5, show_default=True, help="How often Valkey is emptied.")
@click.option("--every", type=float, default=8.0, show_default=True, help="Mean seconds between two faults.")
@click.option("--workers", type=click.IntRange(1), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Of referrals, answers and faults.")
@click.option("--longest", type=float, default=3600, show_default=True, help="Seconds after which it ends anyway.")
def main(cases, kills, flushes, every, workers, seed, longest):
    """Break things while cases run; exit code 1 when something is stuck, lost or doubled."""
    with demo_stack(workers=workers) as stack:
        app = Flask("soak")
        engine.init_app(app, stack.settings)
        chaos = Chaos(stack, kills, flushes, every, random.Random(seed), threading.Event())
        with app.app_context():
            verdict = soak(app, stack, chaos, cases, seed, longest, click.echo)
    click.echo("\n".join(verdict.lines()))
    sys.exit(0 if verdict.is_good else 1)


if __name__ == "__main__":
    main()
