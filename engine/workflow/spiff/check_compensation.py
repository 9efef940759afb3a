"""What must hold for compensation and cancelled transactions: who takes back what, and from where it can be reached."""

from engine.i18n import _
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.model import Element, Process

UNDOES = frozenset({"compensate", "cancel"})


def rule(process: Process, element: Element) -> list[Finding]:
    """All findings about one element."""
    found = _handler(process, element) if element.for_compensation or element.compensates else []
    if element.event is not None and element.event.kind in UNDOES:
        place = _boundary if element.kind == "boundary_event" else _thrower
        found += place(process, element)
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
    if len(handlers) == len(others) == 1 and not element.outgoing and not host.repeats and not host.for_compensation:
        return []
    message = _("It needs one association to the activity that takes back, no arrows, and an activity that is done once.")
    return [_refused(element, "compensation_unclear", message)]


def _thrower(process, element) -> list[Finding]:
    scope = process.elements.get(element.scope) if element.scope else None
    if element.event.kind == "cancel" and not (scope and scope.kind == "transaction" and _can_be_cancelled(process, scope)):
        message = _("Only a transaction with a cancel event on its border can be cancelled.")
        return [_refused(element, "cancel_here", message)]
    if scope is not None and scope.triggered:
        message = _("An event sub-process cannot take back what was done around it.")
        return [_refused(element, "compensation_here", message)]
    activity = element.event.name
    if activity and not (activity in process.scopes[element.scope] and _taken_back(process, activity)):
        message = _("“%(name)s” is no activity beside it with a compensation event.")
        return [_refused(element, "compensation_unknown", message, name=activity)]
    return [
        _refused(element, "compensation_nested",
                 _("What is done inside “%(name)s” cannot be taken back from here: draw a compensation event on it."),
                 name=process.elements[inside].name)
        for inside in sorted(_out_of_reach(process, element))
    ]  # fmt: skip


def _can_be_cancelled(process, transaction) -> bool:
    return any(each.event.kind == "cancel" for each in process.boundary(transaction.id))


def _taken_back(process, element_id) -> bool:
    return any(each.event.kind == "compensate" for each in process.boundary(element_id))


def _out_of_reach(process, thrower) -> set[str]:
    """Sub-processes beside the event whose inside knows how to take something back, while they do not."""
    found = set()
    for each in process.elements.values():
        if each.kind == "boundary_event" and each.event.kind == "compensate" and thrower.event.name is None:
            scope = each.scope
            while scope is not None and not _taken_back(process, scope):
                outer = process.elements[scope].scope
                if outer == thrower.scope:
                    found.add(scope)
                scope = outer
    return found


def _refused(element, code, message, **values) -> Finding:
    return Finding("error", element.id, element.name, code, message, values)
