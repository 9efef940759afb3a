"""External tasks and decisions: a topic becomes an operation, their parameters become its inputs."""

from engine import operations
from engine.expressions import ExpressionRefused, compile_expression
from engine.expressions.juel import from_juel
from engine.i18n import _
from engine.processes.importing.drawing import BPMN, SPIFF, Drawing, add, drop, extensions, local
from engine.processes.importing.kin import entries, said


def translate(drawing: Drawing) -> None:
    for task in list(drawing.inside("serviceTask", "sendTask", "businessRuleTask")):
        if said(task, "type") == "external":
            _external(drawing, task, said(task, "topic"))
    for event in drawing.inside("messageEventDefinition"):
        if said(event, "type") == "external":
            message = _("It works by the topic “%(topic)s”: draw a send task with an operation in its place.")
            drawing.refused(event, message, topic=said(event, "topic"))
    for task in drawing.inside("businessRuleTask"):
        _decision(drawing, task)


def _external(drawing, task, topic: str) -> None:
    """The operation of the topic, or of its name; without one the task stays without work and is named."""
    if task.tag == BPMN + "businessRuleTask":
        task.tag = BPMN + "serviceTask"
        drawing.changed(task, _("Who hears the topic decides it, and no table: it is a service task now."))
    name = drawing.operations.get(topic, topic)
    operation = operations.OPERATIONS.get(name)
    if operation is None:
        drawing.refused(task, _("No operation answers to the topic “%(topic)s”; say which one does (topic=operation)."),
                        topic=topic)
        return
    operator = add(extensions(task), SPIFF + "serviceTaskOperator", id=name, resultVariable=said(task, "resultVariable") or None)
    drawing.changed(task, _("The topic “%(topic)s” is the operation “%(operation)s”."), topic=topic, operation=name)
    _inputs(drawing, task, operator, set(operation.Inputs().fields))
    _outputs(drawing, task, operator)


def _inputs(drawing, task, operator, known: set[str]) -> None:
    place = add(operator, SPIFF + "parameters")
    for entry in _parameters(task, "inputParameter"):
        name, text = entry.get("name") or "", (entry.text or "").strip()
        if name not in known:
            drawing.refused(task, _("The operation has no input “%(name)s”."), name=name)
        elif len(entry):
            drawing.refused(task, _("The input “%(name)s” is worked out by a program."), name=name)
        else:
            _input(drawing, task, place, name, text)
        drop(entry)


def _input(drawing, task, place, name, text) -> None:
    try:
        add(place, SPIFF + "parameter", id=name, value=from_juel(text, drawing.names))
    except ExpressionRefused as error:
        drawing.refused(task, _("“%(text)s”: %(why)s"), text=text[:80], why=str(error))
    else:
        drawing.changed(task, _("“%(old)s” became “%(new)s”."), old=f"{name}: {text}"[:80], new=place[-1].get("value")[:120])


def _outputs(drawing, task, operator) -> None:
    """An operation's answers go into the data under their own names; another name needs a script after it."""
    for entry in _parameters(task, "outputParameter"):
        name, text = entry.get("name") or "", (entry.text or "").strip()
        if _is_name(text, name):
            drawing.understood(task, _("The answer “%(name)s” goes into the data under its name."), name=name)
        else:
            drawing.refused(task, _("The answer “%(name)s” is worked out from “%(text)s”: draw a script task after it."),
                            name=name, text=text[:80])
        drop(entry)
    for whole in entries(task, "inputOutput"):
        if not len(whole):
            drop(whole)


def _is_name(text: str, name: str) -> bool:
    try:
        return from_juel(text) == name and bool(compile_expression(name).names)
    except ExpressionRefused:
        return False


def _parameters(task, name: str) -> list:
    return [entry for whole in entries(task, "inputOutput") for entry in whole if local(entry) == name]


def _decision(drawing, task) -> None:
    decision = said(task, "decisionRef")
    if not decision:
        return
    add(extensions(task), SPIFF + "calledDecisionId", decision)
    drawing.changed(task, _("It asks the decision “%(name)s”; its answers go into the data under the names of the outputs."),
                    name=decision)
    for name in ("mapDecisionResult", "decisionRefBinding", "resultVariable"):
        if value := said(task, name):
            drawing.refused(task, _("“%(name)s” has nothing that answers to it here and was left out."), name=f"{name}={value}")
