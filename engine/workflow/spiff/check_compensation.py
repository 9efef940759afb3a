"""What must hold for compensation and cancelled transactions: who takes back what, and from where it can be reached."""

from engine.i18n import _
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.model import Element, Process

UNDOES = frozenset({"compensate", "cancel"})


def rule(process: Process, element: Element) -> list[Finding]:
    """All findings about one element."""
    found = _handler(process, element) if element.for_compensation or element.compensates else []
    if element.event is not None and element.event.kind in UNDOES:
        found += _PLACES.get(element.position, _thrower)(process, element)
    return found


def _handler(process, element) -> list[Finding]:
    """Who takes back stands apart and belongs to one activity."""
    fit = element.for_compensation and element.compensates and element.is_activity and not element.triggered
    apart = not (element.incoming or element.outgoing or process.boundary(element.id))
    if fit and apart and process.elements[element.compensates].scope == element.scope:
        return []
    message = _("It must be an activity without arrows that an association leads to from a compensation event.")
    return [_refused(element, "compensation_loose", message)]


def _boundary(process, element) -> list[Finding]:
    host = process.elements.get(element.attached_to)
    if host is None:
        return []
    if element.event.kind == "cancel":
        fit = host.kind == "transaction" and not host.repeats
        message = _("A cancel event stands on a transaction that is not repeated.")
        return [] if fit else [_refused(element, "cancel_here", message)]
    handlers = [each for each in process.elements.values() if each.compensates == host.id]
    others = [each for each in process.boundary(host.id) if each.event.kind == "compensate"]
    if len(handlers) == len(others) == 1 and not element.outgoing and not host.for_compensation:
        return []
    message = _("It needs one association to the activity that takes back, no arrows, and an activity that takes nothing back.")
    return [_refused(element, "compensation_unclear", message)]


def _start(process, element) -> list[Finding]:
    """The start of an event sub-process that takes back what it stands in: a sub-process that can be done and over."""
    if element.event.kind == "cancel":
        return []  # refused by its place already
    host = process.elements.get(process.elements[element.scope].scope)
    if host is None:
        message = _("A process is not taken back as a whole: draw the event sub-process into the sub-process it takes back.")
        return [_refused(element, "compensation_whole", message)]
    if host.waits_apart or process.taken_back_by[host.id] is not element:
        message = _("“%(name)s” is not taken back, or by something else: by one event sub-process, or by an activity beside it.")
        return [_refused(element, "compensation_unclear", message, name=host.name)]
    return []


def _thrower(process, element) -> list[Finding]:
    scope = process.elements.get(element.scope) if element.scope else None
    if element.event.kind == "cancel" and not (scope and scope.kind == "transaction" and _can_be_cancelled(process, scope)):
        message = _("Only a transaction with a cancel event on its border can be cancelled.")
        return [_refused(element, "cancel_here", message)]
    if scope is not None and scope.triggered and not process.takes_back(scope.id):
        message = _("Only an event sub-process that begins by compensation can take back what was done around it.")
        return [_refused(element, "compensation_here", message)]
    activity, reached = element.event.name, process.asks_to_take_back(element)
    if activity and not any(activity in process.scopes[each] and activity in process.taken_back_by for each in reached):
        message = _("“%(name)s” is no activity beside it that can be taken back.")
        return [_refused(element, "compensation_unknown", message, name=activity)]
    return []


_PLACES = {"boundary": _boundary, "boundary_beside": _boundary, "handler": _start, "handler_beside": _start}


def _can_be_cancelled(process, transaction) -> bool:
    return any(each.event.kind == "cancel" for each in process.boundary(transaction.id))


def _refused(element, code, message, **values) -> Finding:
    return Finding("error", element.id, element.name, code, message, values)
