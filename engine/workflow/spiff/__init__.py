"""The only door to SpiffWorkflow: check a drawing, parse it, run it from wait to wait, keep its state in a few kilobytes.

`definition = parse("mediation", sources)`; `run = start(definition, {}, context)`; `run.proceed()`; `run.waits()`.
"""

from engine.workflow.spiff.asking import rests_on_case
from engine.workflow.spiff.budget import TURN
from engine.workflow.spiff.checks import check
from engine.workflow.spiff.codec import packed, unpacked
from engine.workflow.spiff.conditions import holds_before
from engine.workflow.spiff.correlation import as_line, as_text, named, said
from engine.workflow.spiff.definition import Definition, parse
from engine.workflow.spiff.evaluator import Context
from engine.workflow.spiff.findings import Finding, ModelRefused, RunFailed
from engine.workflow.spiff.model import Element, Process
from engine.workflow.spiff.moves import StepTaken as Step
from engine.workflow.spiff.run import Run, Wait, load, start
from engine.workflow.spiff.sources import Source, read
from engine.workflow.spiff.timers import first_time, next_time
from engine.workflow.spiff.upgrading import Blocker, blockers, carry_over, suggest
from engine.workflow.spiff.values import as_json, copied

__all__ = [
    "TURN",
    "Blocker",
    "Context",
    "Definition",
    "Element",
    "Finding",
    "ModelRefused",
    "Process",
    "Run",
    "RunFailed",
    "Source",
    "Step",
    "Wait",
    "as_json",
    "as_line",
    "as_text",
    "blockers",
    "carry_over",
    "check",
    "copied",
    "first_time",
    "holds_before",
    "load",
    "named",
    "next_time",
    "packed",
    "parse",
    "read",
    "rests_on_case",
    "said",
    "start",
    "suggest",
    "unpacked",
]
