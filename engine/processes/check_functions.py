"""Every function that an expression of a diagram or a decision table calls must be there when the process runs."""

from collections.abc import Iterable, Iterator

from engine.expressions import FUNCTIONS, ExpressionRefused, compile_expression, compile_script
from engine.i18n import _
from engine.workflow import spiff
from engine.workflow.decisions import Decision

OF_THE_CASE = frozenset({"term", "now", "today"})  # what the runtime adds to the basic functions
# properties that are expressions
ASKED = ("assignee", "task_title", "priority", "due_by", "correlation", "payload", "ttl", "whose")


def elements(process: spiff.Process) -> Iterator[tuple]:
    """Unknown functions by element: severity, code, message, values, element id, element name."""
    for element in process.elements.values():
        for name in sorted(_called(_sources(element)) | _called([element.script], compile_script)):
            yield *_unknown(name), element.id, element.name
    for flow in process.flows.values():
        for name in sorted(_called([flow.condition])):
            yield *_unknown(name), flow.id, flow.name or flow.id


def tables(decisions: Iterable[Decision]) -> Iterator[tuple]:
    """The same for decision tables; the name says rule and column."""
    for decision in decisions:
        for rule, column, name in decision.calls():
            if name not in FUNCTIONS and name not in OF_THE_CASE:
                where = " / ".join(str(each) for each in (decision.name, rule, column) if each)
                yield *_unknown(name), decision.id, where


def _unknown(name: str) -> tuple:
    return "error", "function_unknown", _("There is no function “%(name)s”."), {"name": f"{name}()"}


def _sources(element) -> list[str | None]:
    many = element.many
    return [
        *element.parameters.values(), *(element.properties.get(name) for name in ASKED),
        *((many.collection, many.times, many.until) if many else ()),
        *(source for _name, source in (*element.ins, *element.outs)),
        element.loop.condition if element.loop else None,
        element.adhoc.until if element.adhoc else None,
        element.event.timer[1] if element.event and element.event.timer else None,
        element.event.condition if element.event else None,
    ]


def _called(sources, compile=compile_expression) -> set[str]:
    """Names of unknown functions; a text that is no expression is told by the engine's own checks."""
    found = set()
    for source in filter(None, sources):
        try:
            found |= compile(source).calls
        except ExpressionRefused:
            continue
    return found - set(FUNCTIONS) - OF_THE_CASE
