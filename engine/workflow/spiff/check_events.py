"""Which events may stand where, and what each must say to be able to happen."""

from contextlib import suppress

from engine.expressions import ExpressionRefused, compile_expression
from engine.i18n import _
from engine.workflow.spiff import timers
from engine.workflow.spiff.model import Event
from engine.workflow.spiff.reasons import WHY

TOLD = frozenset({"message", "signal"})  # come from outside, or from elsewhere in the instance
NAMED = TOLD | {"error", "escalation"}
# position (see `Element.position`) → the kinds of event that run there; everything else is refused
WHERE = {
    "start": TOLD | {"none", "timer", "conditional"},
    "catch": TOLD | {"timer", "conditional"},
    "throw": TOLD | {"none", "escalation", "compensate"},
    "end": TOLD | {"none", "error", "escalation", "terminate", "compensate", "cancel"},
    "boundary": TOLD | {"timer", "conditional", "error", "escalation", "compensate", "cancel"},
    "boundary_beside": TOLD | {"timer", "conditional", "escalation"},
    "handler": TOLD | {"timer", "conditional", "error", "escalation", "compensate"},
    "handler_beside": TOLD | {"timer", "conditional", "escalation"},
}
MUST_WAIT = frozenset({"catch", "boundary", "boundary_beside", "handler", "handler_beside"})


def check_event(checks) -> None:
    """Add to `checks` (a `check_elements.Checks`) what is wrong with the event of its element."""
    element, event = checks.element, checks.element.event
    _place(checks, element.position, event)
    if event.kind in NAMED and not event.name and not _catches_all(element, event):
        checks.error("event_unnamed", _("The event names no message, signal or code."))
    if event.kind == "conditional" and element.position in WHERE:
        checks.expression(event.condition, _("condition"))
        _without_case(checks, event.condition or "")
    if event.kind == "timer":
        _time(checks, event)
    if "ttl" in element.properties:
        _readable(checks, "duration", element.properties["ttl"])


def _place(checks, position, event: Event) -> None:
    match position:
        case "receive" if event.kind == "none":
            checks.error("event_unnamed", _("The event names no message, signal or code."))
        case "send" if event.kind == "none" and not checks.element.operation:
            checks.error("no_operation", _("The send task names neither a message nor an operation."))
        case "boundary_beside" | "handler_beside" if event.kind == "error":
            checks.error("error_interrupts", _("An error always interrupts."))
        case "receive" | "send":
            return
        case _ if event.kind == "link":
            message = _("A link leads from a throwing event to the one catching event of its name in the same process, and no"
                        " arrow leaves the one or leads to the other.")
            checks.error("link_loose", message)
        case _ if event.kind == "none" and position in MUST_WAIT:
            checks.error("event_unnamed", _("The event does not say what it waits for."))
        case "start" if event.kind not in WHERE["start"]:
            message = _("A process begins by a message, a signal, a condition or a time, or plainly; not by this event.")
            checks.error("start_by_event", message)
        case _ if event.kind not in WHERE[position]:
            tag = f"{event.kind}EventDefinition"
            checks.error("unsupported", WHY.get(tag, _("“%(tag)s” is not supported here.")), tag=tag)


def _alone(checks, text: str) -> None:
    """Before a process begins there is no data its time could depend on."""
    with suppress(ExpressionRefused):
        if checks.element.position == "start" and compile_expression(text).names:
            checks.error("start_time_needs_data", _("The time of a start event can use no data: nothing has begun yet."))


def _without_case(checks, text: str) -> None:
    """Before a process begins there are only data stores and the time to ask for."""
    with suppress(ExpressionRefused):
        if checks.element.position == "start" and "case" in compile_expression(text).names:
            checks.error("start_needs_case", _("The condition of a start event can ask data stores and the time, but no case."))


def _catches_all(element, event) -> bool:
    return event.kind in ("error", "escalation") and event.name is None and element.position in MUST_WAIT


def _time(checks, event) -> None:
    if event.timer is None or not event.timer[1]:
        checks.error("timer_empty", _("The timer says no time."))
        return
    kind, text = event.timer
    if (proposal := timers.instead_of_cron(text)) is not None:
        message = _("“%(text)s” is a cron text: write a cycle like %(proposal)s.")
        checks.error("cron_not_iso", message, text=text[:80], proposal=proposal)
        return
    _readable(checks, kind, text)


def _readable(checks, kind: str, text: str) -> None:
    if not timers.is_literal(text):
        checks.expression(text, _("time"))
        _alone(checks, text)
        return
    try:
        timers.check_literal(kind, text)
    except (ValueError, OverflowError) as error:
        checks.error("timer_unreadable", _("The time “%(text)s” cannot be used (%(why)s)."), text=text[:80], why=str(error))
