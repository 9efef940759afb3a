"""Messages, signals, times, errors and escalations: begin to wait, be told, throw."""

from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import branches, compensation, correlation, drawn_data, moves, timers
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.values import copied

FUTURE = TaskState.FUTURE
STARTED = TaskState.STARTED
WAITING = TaskState.WAITING


def listen(token) -> None:
    """Remember what a token waits for; worked out once, kept in the state."""
    event, evaluator = token.element.event, token.workflow.script_engine
    token._set_state(WAITING)
    match event.kind:
        case "timer":
            token.internal_data.update(timers.due(token, token.element, evaluator) | timers.whose(token, evaluator))
        case "message":
            token.internal_data.update(message=event.name, correlation=correlation.held(token, event, evaluator))
        case "signal":
            token.internal_data.update(signal=event.name)
        case "conditional":
            token.internal_data.update(condition=False)  # whether it held when last looked at


def happen(token, payload: dict | None = None) -> None:
    """What the token waited for has come."""
    name = token.element.properties.get("variable")
    changes = {name: payload} if name and payload is not None else payload or {}
    if token.guards_an_activity:
        return _at_boundary(token, changes)
    if token.watches:
        return token.task_spec.begin(token, changes)
    if token.leans:
        _after_gateway(token, changes)
    else:
        branches.write(token, changes)
        token.complete()


def _at_boundary(watcher, changes):
    if watcher.element.interrupting:
        return moves.take_over(watcher.parent, watcher, changes)
    moves.branch_off(watcher.parent, watcher, changes)
    now = watcher.workflow.script_engine.context.moment
    if watcher.element.event.kind == "timer" and not timers.advance(watcher.internal_data, now):
        moves.drop(watcher, quietly=True)


def _after_gateway(token, changes):
    """The event that came first takes the gateway's place; the others are not waited for any more."""
    gateway, spec = token.parent, token.task_spec
    drawn_data.fill_in(gateway, token.element)
    branches.write(gateway, changes)
    flow = next(flow for flow, target in gateway.task_spec.exits if target is spec)
    for child in gateway.children:
        moves.drop(child, quietly=True)
    moves.note(gateway, "completed")
    moves.note(gateway, "taken", flow.id)
    gateway.task_spec = spec
    gateway.internal_data = {"flow": flow.id}
    moves.note(gateway, "entered")
    gateway.complete()


def throw(token):
    """Do what a throwing or ending event says; None when the token itself did not survive it."""
    event = token.element.event
    match event.kind:
        case "message" | "signal":
            return _send(token, event)
        case "error":
            return _fail(token, event)
        case "escalation":
            return _escalate(token, event)
        case "compensate":
            return compensation.begin(token)
        case "cancel":
            return compensation.cancel(token)
        case "terminate":
            return _terminate(token)
    return True


def _send(token, event):
    """Tell whoever waits in this instance; a message nobody here waits for goes out to the caller (`Run.thrown`)."""
    instance, evaluator = token.workflow.top_workflow, token.workflow.script_engine
    payload = _payload(token)
    keys = correlation.carried(token, event, payload, evaluator)
    listeners = [
        each for each in instance.everything()
        if each.internal_data.get(event.kind) == event.name and each.is_in(WAITING) and correlation.fits(each, payload, keys)
    ]
    for listener in listeners if event.kind == "signal" else listeners[:1]:
        if instance.find(listener.id) is listener:
            happen(listener, payload)
    if event.kind == "signal" or not listeners:
        instance.thrown.append({"kind": event.kind, "name": event.name, "payload": payload, "element_id": token.element_id,
                                "keys": keys, "expires_at": timers.until(token, evaluator)})
    return _lives(token)


def _lives(token):
    """True while the token goes on, None when what it threw took it out of the run."""
    return True if token.workflow.top_workflow.find(token.id) is token else None


def _escalate(token, event):
    """Tell the nearest who listens for it, from the token outwards; nobody has to."""
    listener = _listener(token, "escalation", event.name)
    if listener is not None:
        happen(listener)
    return _lives(token)


def _payload(token) -> dict:
    text = token.element.properties.get("payload")
    return copied(token.workflow.script_engine.evaluate(token, text), token.element_id) if text else {}


def _fail(token, event):
    if not catch_error(token, event.name):
        raise RunFailed(
            token.element_id,
            "error_not_caught",
            _("Nothing catches the error “%(error)s” of “%(element)s”."),
            error=event.name or "-",
        )
    return None


def catch_error(token, code: str | None) -> bool:
    """Find who catches an error of this code, the nearest first, and go on from there."""
    listener = _listener(token, "error", code)
    if listener is not None:
        happen(listener)
    return listener is not None


def _listener(token, kind: str, code: str | None):
    """Who listens for it: boundary events of the token, event sub-processes beside it (none hears itself), and so on outwards."""
    activity = token
    while activity is not None:
        found = _matching([child for child in activity.children if child.guards_an_activity], kind, code)
        if found is None and not activity.is_instance:
            beside = [each for each in activity.workflow.tasks.values() if each.watches]
            found = _matching([each for each in beside if each.task_spec.handler is not activity.task_spec], kind, code)
        if found is not None:
            return found
        activity = _around(activity)
    return None


def _matching(listeners, kind, code):
    """One for exactly this code, or else one for any."""
    waiting = [each for each in listeners if each.element.event.kind == kind]
    exact = [each for each in waiting if each.element.event.name == code]
    return next(iter(exact or [each for each in waiting if each.element.event.name is None]), None)


def _around(token):
    """The activity a token belongs to: its multi-instance activity, or the sub-process it is in."""
    if token.is_instance:
        return token.parent
    workflow = token.workflow
    outer = workflow.parent_task_id
    return workflow.top_workflow.find(outer) if outer else None


def _terminate(token):
    """End this process or sub-process at once: everything else in it is cancelled, also what is already due to run."""
    for other in token.workflow.task_tree.children:
        if other is not token:
            moves.drop(other)
    return True
