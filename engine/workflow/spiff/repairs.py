"""What an operator may do to a run that has to be helped: move, skip, repeat, change, open again."""

from engine.i18n import _
from engine.workflow.spiff import branches, compensation, events, moves, objects, remembering
from engine.workflow.spiff.budget import Budget
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.starved import reached
from engine.workflow.spiff.values import copied


class Repairs:
    """The part of a run that only operators use."""

    def begin_anew(self) -> None:
        """Whatever it did so far counts no more: who helps a run that went in circles gives it all it may do."""
        self._instance.budget = Budget()

    def change(self, changes: dict) -> None:
        """Set process data everywhere something is going on, so that no branch sees it differently."""
        changes = copied(changes)
        for workflow in self._instance.workflows():
            objects.changed(workflow, changes)
            if workflow.ended:
                data, frames = workflow.ended
                workflow.ended = ({**data, **changes}, frames)
            for token in workflow.task_tree.children:
                branches.write(token, changes)
                objects.tell_instances(token, changes)

    def move(self, token: str, element_id: str) -> None:
        """Take a waiting token away and go on with its data at another element of the same process or sub-process."""
        moved = self._instance.find(token)
        target = moved and _place(moved.workflow, element_id)
        if target is None or moved.leans or moved.is_instance:
            raise RunFailed(element_id, "cannot_move", _("The process cannot be moved to “%(element)s” from there."))
        moves.carry(moved, target, _arrow(moved, target))

    def skip(self, token: str) -> None:
        """Go on as if this were done, without answers or results; of events that wait side by side, take this one."""
        skipped = self._instance.find(token)
        refused = skipped is None or skipped.element is None or skipped.guards_an_activity or skipped.watches
        if refused or skipped.element.is_gateway:
            raise _refusal(skipped, "cannot_skip", _("“%(element)s” cannot be skipped: it is no step of its own."))
        if skipped.leans:
            return events.happen(skipped)
        skipped.data, skipped.frames = moves.current(skipped)
        _empty(skipped)
        kept = ("index", remembering.ROWS)
        skipped.internal_data = {key: value for key, value in skipped.internal_data.items() if key in kept}
        if compensation.is_cancel(skipped):
            return compensation.leave(skipped)
        skipped.complete()

    def repeat(self, token: str) -> None:
        """Begin this step again: inputs, waits and boundary events are worked out anew."""
        repeated = self._instance.find(token)
        refused = repeated is None or repeated.element is None or repeated.leans or repeated.is_instance
        if refused or repeated.element.is_gateway:
            raise _refusal(repeated, "cannot_repeat", _("“%(element)s” cannot be repeated: it is no step of its own."))
        moves.carry(repeated, repeated.task_spec)

    def reopen(self, element_id: str) -> None:
        """Go on with the data a run ended with at one element of its own process; whatever is still open is cancelled."""
        instance = self._instance
        target = _place(instance, element_id)
        if target is None:
            raise RunFailed(element_id, "cannot_reopen", _("The process cannot be opened again at “%(element)s”."))
        data, _frames = instance.standing()
        for token in instance.task_tree.children:
            moves.drop(token)
        instance.ended, instance.completed = None, False
        instance.spec.arm(instance, data)
        token = instance.task_tree.spawn(target)
        token.data = dict(data)
        target._update(token)

    def activities(self) -> list[tuple[str, str, str, bool]]:
        """Every token an operator may name: (token, process key, element id, whether it is one of many)."""
        drawn = [each for each in self._instance.everything() if each.element and not (each.guards_an_activity or each.watches)]
        everything = [one for each in drawn for one in (each, *each.task_spec.pending(each))]
        return [(each.id, each.element.process_key, each.element.id, each.is_instance) for each in everything]


def _place(workflow, element_id: str):
    """The spec of an element a token may be put on, or None."""
    spec = workflow.spec.task_specs.get(element_id)
    fit = spec is not None and spec.element is not None and spec.element.id == element_id and not spec.is_guard
    return spec if fit else None


def _arrow(token, target) -> str | None:
    """By which arrow a token that is put on a gateway where branches meet comes there: its own branch's, if that is told."""
    incoming = getattr(target, "incoming", ())
    taken = target.waiting(token.workflow) if incoming else {}
    free = [flow for flow in incoming if flow not in taken]
    direct = [flow.id for flow, spec in token.task_spec.exits if spec is target and flow.id in free]
    process = token.workflow.top_workflow.definition.processes[token.element.process_key]
    ahead = reached(process, {token.element.id}) if free else ()
    leads = [flow for flow in free if process.flows[flow].source in ahead]
    return next(iter(direct or leads or free), None)


def _empty(token) -> None:
    """Drop whatever goes on inside an activity: its sub-process, or the instances of many."""
    nested = token.workflow.top_workflow.subprocesses.pop(token.id, None)
    inside = nested.task_tree.children if nested is not None else []
    if nested is not None:
        remembering.look_inside(token, nested)
    for child in [*inside, *(each for each in token.children if each.is_instance)]:
        moves.drop(child)
    token.task_spec.forget(token)


def _refusal(token, code: str, message: str) -> RunFailed:
    return RunFailed(token.element_id if token is not None else None, code, message)
