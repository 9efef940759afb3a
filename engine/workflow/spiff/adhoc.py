"""Ad-hoc sub-processes: people choose what to do and in which order, again and again, until it is enough.

What no arrow leads to is offered at once, and again whenever it is done. Everything inside sees at once what the others did.
"""

from engine.expressions import ExpressionRefused, compile_expression
from engine.i18n import _
from engine.workflow.spiff import branches, moves
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.mappings import Inner
from engine.workflow.spiff.model import WORK


def done(token) -> None:
    """An activity inside is done: what it brought is there for all, and it is enough or goes on."""
    workflow = token.workflow
    holder = workflow.top_workflow.find(workflow.parent_task_id)
    others = [each for each in workflow.task_tree.children if each is not token]
    data = _share(token, others)
    if workflow.script_engine.evaluate(Inner(data, holder), workflow.spec.adhoc.until):
        holder.internal_data["is_enough"] = True
    if holder.internal_data.get("is_enough"):
        _stop(token, others)
    elif _is_offered(token):
        again = workflow.task_tree.spawn(token.task_spec)
        again.data, again.frames = dict(data), ((branches.BOTTOM, frozenset()),)
        token.task_spec._update(again)


def _share(token, others) -> dict:
    """The data of all, with what this token changed; nothing counts as changed by a single one afterwards."""
    workflow = token.workflow
    found = [workflow.ended] if workflow.ended else []
    workflow.ended = branches.merge([*found, (token.data, token.frames)], later_wins=True)
    data = workflow.ended[0]
    for each in token.children:
        each.frames = tuple((mark, frozenset()) for mark, _keys in each.frames)
    for each in (*others, *token.children):
        each.data = {**data, **{key: each.data[key] for key in branches.changed(each.frames)}}
    return data


def _stop(token, others) -> None:
    """Nothing is offered any more; what has begun is cancelled too, or still finished."""
    if token.workflow.spec.adhoc.cancels_others:
        for child in token.children:
            moves.drop(child, quietly=True)
    for each in others:
        if token.workflow.spec.adhoc.cancels_others or _is_offered(each):
            moves.drop(each)


def _is_offered(token) -> bool:
    """Nobody has begun its row yet: what may come first waits, or was just done."""
    return any(spec is token.task_spec for _flow, spec in token.workflow.spec.start.exits)


def rule(process, element) -> list[Finding]:
    """People begin everything, and it is said when it is enough."""
    if element.kind != "ad_hoc_sub_process":
        return []
    adhoc, inside, found = element.adhoc, [process.elements[each] for each in process.scopes[element.id]], []
    if not adhoc.until:
        found.append(_refused(element, "adhoc_endless", _("It does not say when it is enough: it needs a completion condition.")))
    try:
        compile_expression(adhoc.until or "true")
    except ExpressionRefused as error:
        found.append(
            _refused(element, "bad_expression", _("%(where)s: %(why)s"), where=_("completion condition"), why=str(error))
        )
    if adhoc.sequential and any(each.outgoing for each in inside):
        message = _("Work in a row, one thing at a time, cannot be drawn with arrows inside.")
        found.append(_refused(element, "adhoc_sequential", message))
    for each in inside:
        if each.kind in ("start_event", "end_event") or each.waits_apart:
            found.append(_refused(each, "adhoc_inside", _("It cannot stand directly in an ad-hoc sub-process.")))
        elif not each.incoming and each.kind != "boundary_event" and not _can_begin(process, each):
            message = _("Only a task that a person does once at a time, and nothing interrupts, can be chosen freely.")
            found.append(_refused(each, "adhoc_start", message))
    return found


def _can_begin(process, element) -> bool:
    interrupted = any(each.interrupting for each in process.boundary(element.id))
    return element.kind in WORK and not element.repeats and not interrupted


def _refused(element, code, message, **values) -> Finding:
    return Finding("error", element.id, element.name, code, message, values)
