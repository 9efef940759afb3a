"""What came of a soak: lost, doubled, stuck, how fast the calls of dead workers were taken over."""

import re
import time
from dataclasses import dataclass, field
from itertools import pairwise

from flask import Flask
from sqlalchemy import exists, select

from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import CallAttempt, UserTask
from tests.benchmarks.chaos import Chaos
from tests.benchmarks.clients import DirectPlay
from tests.benchmarks.demo_stack import Stack
from tests.benchmarks.patience import patiently
from tests.durability import invariants
from webapp.demo import report

QUIET_SECONDS = 90  # longer than a lease, a sweep and a pause between attempts
TAKE_OVER_SECONDS = 20
BROKE_DOWN = re.compile(r"HTTPError: 5(?!03)\d\d")  # INV11: away is 503, anything else is a fault


@dataclass
class Verdict:
    """What came of it."""

    report: report.Report
    chaos: Chaos
    seconds: float
    notes: list[str]
    taken_over: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults and self.report.is_good

    @property
    def slowest(self) -> float:
        """Of 100 calls of dead workers, 99 were worked on again within so many seconds."""
        ordered = sorted(self.taken_over)
        return ordered[max(int(len(ordered) * 0.99) - 1, 0)] if ordered else 0.0

    def lines(self) -> list[str]:
        """The play's table, what was broken meanwhile, and what is wrong."""
        broken = ", ".join(f"{name} {count}×" for name, count in sorted(self.chaos.done.items()))
        said = "Nothing stuck, nothing lost, nothing doubled." if self.is_good else "NOT GOOD."
        notes = [f"note: {note}" for note in dict.fromkeys(self.notes)]
        over = f"calls of dead workers taken over: {len(self.taken_over)}, p99 {self.slowest:.1f} s"
        return [*self.report.lines(), f"broken meanwhile: {broken}, in {self.seconds:.0f} s", over, *notes[:20],
                *(f"FAULT {fault}" for fault in self.faults), said]

    def told(self) -> dict:
        """The same as numbers."""
        play = self.report
        return {
            "good": self.is_good, "cases": play.cases, "seconds": round(self.seconds), "broken": dict(self.chaos.done),
            "outcomes": dict(play.outcomes), "callbacks_owed": play.owed, "callbacks_received": play.received,
            "doubled": play.doubled, "repeats_recognised": play.repeated, "stuck": play.stuck, "faults": self.faults,
            "documents": play.documents, "signatures": play.signatures, "requests_refused": len(self.notes),
            "taken_over": len(self.taken_over), "take_over_p99_seconds": round(self.slowest, 1),
        }


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
        wrong = invariants.broken()
    verdict = Verdict(told, chaos, time.monotonic() - began, play.failures, taken_over(chaos))
    verdict.faults += lost(cases, told) + left + wrong + play.ended_otherwise(case_ids) + unbroken(chaos)
    verdict.faults += [note for note in play.failures if BROKE_DOWN.search(note)]
    held_up = chaos.cluster is None and chaos.done["stop"]  # on SQLite one that stands still may hold everybody's lock
    if verdict.slowest > TAKE_OVER_SECONDS and not held_up:
        verdict.faults.append(f"calls of dead workers waited up to {max(verdict.taken_over):.1f} s, p99 {verdict.slowest:.1f} s")
    return verdict


def lost(referrals: int, told: report.Report) -> list[str]:
    """Referrals that became no case."""
    return [] if told.cases == referrals else [f"{referrals} referrals were in order, but there are {told.cases} cases"]


def halted(case_ids: list[int]) -> list[str]:
    """Cases that neither end nor come to wait for a person within a while, with nothing broken any more."""
    waits = exists().where(UserTask.case_id == Case.id, UserTask.status == "open")
    query = select(Case.number).where(Case.id.in_(case_ids), Case.closed_at.is_(None), ~waits)
    deadline = time.monotonic() + QUIET_SECONDS

    def numbers() -> list[str]:
        with transaction(write=False):
            return list(db.session.scalars(query))

    while True:
        found = patiently(numbers)
        if not found or time.monotonic() > deadline:
            return [f"case {number} is open and waits for nobody" for number in found]
        time.sleep(1)


def taken_over(chaos: Chaos) -> list[float]:
    """Seconds from each killing to the next attempt at a call that the worker had in hand."""
    with transaction(write=False):
        attempts = list(db.session.scalars(select(CallAttempt).order_by(CallAttempt.call_id, CallAttempt.number)))
    found = []
    for lost_one, following in pairwise(attempts):
        if lost_one.outcome != "lost" or lost_one.call_id != following.call_id:
            continue
        deaths = [at for pid, at in chaos.killed if lost_one.worker.endswith(f"-{pid}")]
        again = following.started_at
        found += [(again - at).total_seconds() for at in deaths if lost_one.started_at <= at < again]
    return found


def unbroken(chaos: Chaos) -> list[str]:
    """A soak in which too little was broken proves nothing."""
    left = len(chaos.plan) + len(chaos.undone)
    return [f"{left} of the planned faults did not happen before the cases had ended: take more of them"] if left else []
