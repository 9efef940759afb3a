"""Conditional events: they happen when their condition becomes true, whoever changed the data."""

from SpiffWorkflow.util.task import TaskState

from engine.expressions import ExpressionFailed, Meter, compile_expression
from engine.workflow.spiff import branches, events
from engine.workflow.spiff.budget import MAX_EXPRESSION_STEPS
from engine.workflow.spiff.findings import RunFailed


def fire_true(instance):
    """Let one conditional event happen whose condition has become true; its token, or None when there is none.

    An event that does not interrupt happens again only after its condition was false in between.
    """
    if not instance.definition.is_conditional:
        return None
    first, known = None, {}
    for token in instance.everything():
        kept = token.internal_data
        if "condition" not in kept or not token.is_in(TaskState.WAITING):
            continue
        if not _holds(token, known):
            kept["condition"] = False
        elif not kept["condition"] and first is None:
            first = token
    if first is not None:
        first.internal_data["condition"] = True
        events.happen(first)
    return first


def holds_before(element_id: str, text: str, context) -> bool:
    """Whether the condition of a start event holds: its names are data stores. Raises RunFailed."""
    condition = compile_expression(text)
    held = {name: context.stores(name, ()) for name in condition.names}
    try:
        return bool(condition.evaluate(held, context.functions, Meter(MAX_EXPRESSION_STEPS)))
    except ExpressionFailed as error:
        raise RunFailed(element_id, "expression_failed", error.message, **error.details) from error


def _holds(token, known: dict) -> bool:
    evaluator, workflow = token.workflow.script_engine, token.workflow
    if workflow not in known:  # a thousand of many look at the same
        known[workflow] = seen(workflow, known)
    return bool(evaluator.evaluate(token, token.element.event.condition, known[workflow]))


def seen(workflow, known: dict) -> dict:
    """The data as it stands; a sub-process also sees what goes on around it, a called process only itself."""
    data, frames = workflow.standing()
    outer = workflow.around()
    if outer is None:
        return data
    if outer.workflow not in known:
        known[outer.workflow] = seen(outer.workflow, known)
    return {**data, **known[outer.workflow], **{key: data[key] for key in branches.changed(frames)}}
