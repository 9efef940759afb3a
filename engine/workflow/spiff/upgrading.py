"""Take a run over to another drawing: what becomes of each element, what stands in the way, and the run as it would go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.i18n import _
from engine.workflow.spiff import branches, codec, events, moves, remembering
from engine.workflow.spiff.definition import Definition
from engine.workflow.spiff.evaluator import Context, Evaluator
from engine.workflow.spiff.instance import Instance
from engine.workflow.spiff.model import Element, Process
from engine.workflow.spiff.run import Run
from engine.workflow.spiff.starved import starved

Names = Mapping[tuple[str, str], str | None]  # (process key, old id of an element or arrow) → new id, or None: gone


@dataclass(frozen=True)
class Blocker:
    """Why a run cannot be taken over: one place where it is just now."""

    process_key: str
    element_id: str
    name: str
    code: str
    message: str
    values: dict = field(default_factory=dict)


def suggest(old: Definition, new: Definition) -> dict[tuple[str, str], str | None]:
    """What each old element and arrow is in the new drawings: by its id, else by kind and name, else by its neighbours."""
    found = {}
    for key, process in old.processes.items():
        if key in new.processes:
            names = _elements(process, new.processes[key])
            names |= _flows(process, new.processes[key], names)
            found |= {(key, id_): names.get(id_) for id_ in [*process.elements, *process.flows]}
        else:
            found |= dict.fromkeys([(key, id_) for id_ in [*process.elements, *process.flows]])
    return found


def _elements(old: Process, new: Process) -> dict[str, str]:
    names = {id_: id_ for id_, each in old.elements.items() if id_ in new.elements and new.elements[id_].kind == each.kind}
    for alike in (_by_name, _by_neighbours):
        for id_ in [each for each in old.elements if each not in names]:
            free = [each for each in new.elements.values() if each.id not in names.values()]
            fitting = [each.id for each in free if each.kind == old.elements[id_].kind and alike(old, new, id_, each, names)]
            if len(fitting) == 1:
                names[id_] = fitting[0]
    return names


def _by_name(old: Process, _new: Process, id_: str, candidate: Element, _names: dict) -> bool:
    name = old.elements[id_].name
    return name == candidate.name and name != id_


def _by_neighbours(old: Process, new: Process, id_: str, candidate: Element, names: dict) -> bool:
    """Between the same steps; not for boundary events, whose clocks would quietly come to mean something else."""
    if candidate.attached_to:
        return False
    before = {names.get(old.flows[flow].source) for flow in old.elements[id_].incoming}
    after = {names.get(old.flows[flow].target) for flow in old.elements[id_].outgoing}
    same_before = before == {new.flows[flow].source for flow in candidate.incoming}
    same_after = after == {new.flows[flow].target for flow in candidate.outgoing}
    return bool(before | after) and None not in before | after and same_before and same_after


def _flows(old: Process, new: Process, names: dict) -> dict[str, str]:
    found = {}
    for id_, flow in old.flows.items():
        ends = (names.get(flow.source), names.get(flow.target))
        alike = [each.id for each in new.flows.values() if (each.source, each.target) == ends]
        if id_ in alike or len(alike) == 1:
            found[id_] = id_ if id_ in alike else alike[0]
    return found


def blockers(run: Run, new: Definition, names: Names) -> list[Blocker]:
    """Every place where the run is that has no counterpart in the new drawings, or none it could go on at."""
    found = {}
    for token in run._instance.everything():
        if token.element is None or token.leans or token.watches:
            continue
        for code, message, values in _faults(token, new, names):
            element = token.element
            blocker = Blocker(element.process_key, element.id, element.name, code, message, {"element": element.name, **values})
            found.setdefault((element.process_key, element.id, code), blocker)
    return [*found.values(), *_forgotten(run, new, names), *_starved(run, new, names)]


def _starved(run: Run, new: Definition, names: Names):
    """Where branches would wait for one that the new drawing has more, and that begins before where the run is."""
    for workflow in run._instance.workflows():
        key, _slash, scope = workflow.spec.name.partition("/")
        if key not in new.processes:
            continue
        tokens = [token for token in workflow.task_tree.children if token.element]
        places = {token.element_id for token in tokens}
        arrived = {flow for token in tokens if token.element.is_gateway and (flow := token.internal_data.get("flow"))}
        before = starved(run.definition.processes[key], scope or None, places, arrived)
        its_scope, stands = names.get((key, scope)) if scope else None, {names.get((key, each)) for each in places}
        now = starved(new.processes[key], its_scope, stands, {names.get((key, each), each) for each in arrived})
        for each in sorted(now - {names.get((key, gateway)) for gateway in before}):
            element = new.processes[key].elements[each]
            message = _("“%(element)s” waits for one more branch now, which begins before the place where the process is.")
            yield Blocker(key, each, element.name, "branch_missing", message, {"element": element.name})


def _forgotten(run: Run, new: Definition, names: Names):
    """What was done and could be taken back, and could not be under the new drawing."""
    memories = {spec.element.id: spec for workflow in run._instance.workflows() for spec in remembering.specs(workflow)}
    for spec in memories.values():
        element = spec.element
        now, activity = _now(element, new, names), names.get((element.process_key, spec.activity))
        by = new.processes[now.process_key].taken_back_by.get(activity) if now else None
        if now is None or by is not now or _heard(now) != _heard(element):
            message = _("“%(element)s” was done and could not be taken back any more.")
            yield Blocker(element.process_key, spec.activity, element.name, "undo_gone", message, {"element": spec.activity})


def _faults(token, new: Definition, names: Names):
    element = token.element
    if element.process_key not in new.processes:
        return [("process_gone", _("“%(process)s” is not called any more."), {"process": element.process_key})]
    now = _now(element, new, names)
    if now is None:
        return [("element_gone", _("“%(element)s” is gone; say which step takes its place."), {})]
    if now.kind != element.kind:
        return [("kind_changed", _("“%(element)s” is of another kind now."), {})]
    return list(_differences(token, element, now, names))


def _differences(token, element: Element, now: Element, names: Names):
    key = element.process_key
    if now.scope != (names.get((key, element.scope)) if element.scope else None):
        yield "scope_changed", _("“%(element)s” has been moved into or out of a sub-process."), {}
    if now.operation != element.operation and "inputs" in token.internal_data:
        yield "operation_changed", _("“%(element)s” does “%(operation)s” now, and the former call is under way."), {
            "operation": now.operation or "-"}
    if now.called != element.called:
        yield "called_changed", _("“%(element)s” calls another process now."), {}
    if now.repeats != element.repeats:
        yield "repeats_changed", _("“%(element)s” is done a different number of times now."), {}
    if element.many and now.many and _brings(now) != _brings(element):
        yield "results_changed", _("“%(element)s” calls its items or results otherwise now, and some of them are under way."), {}
    if _heard(now) != _heard(element):
        yield "event_changed", _("“%(element)s” waits for something else now."), {}
    flow = token.internal_data.get("flow")
    if element.is_gateway and flow and names.get((key, flow), flow) is None:
        yield "arrow_gone", _("The arrow by which “%(element)s” was reached is gone."), {}


def _now(element: Element, new: Definition, names: Names) -> Element | None:
    return new.element(element.process_key, names.get((element.process_key, element.id)) or "")


def _heard(element: Element):
    """What an event waits for; a time that comes once is another thing than one that comes again and again."""
    event = element.event
    return event and (event.kind, event.name, bool(event.timer) and event.timer[0] == "cycle")


def _brings(element: Element):
    return element.many.item, element.many.result, element.many.results


def carry_over(run: Run, state: bytes, new: Definition, names: Names, context: Context) -> Run:
    """The run on the new drawings: its waits keep their tokens, boundary events that are new begin to wait, others go."""
    instance = Instance(new, Evaluator(context))
    codec.decode(state, instance, {**names, **_unfit(run, new, names)})
    heard = _heard_already(run, new, names)
    for token in instance.everything():
        if token.element is not None and not (token.leans or token.is_instance or token.watches):
            _arm(token, heard)
    known = {(key, new_id) for (key, _old), new_id in names.items()}
    for workflow in instance.workflows():
        _arm_handlers(workflow, heard)
        _offer(workflow, known)
    carried = Run(instance)
    carried.noted_as(run)
    carried.begin_anew()
    return carried


def _unfit(run: Run, new: Definition, names: Names) -> dict[tuple[str, str], None]:
    """Waiting boundary events, and events side by side, that have no counterpart where they stand: nobody waits for them now."""
    leaning = [token.element for token in run._instance.everything() if token.element and (token.leans or token.watches)]
    return {(each.process_key, each.id): None for each in leaning if _same(run, each, new, names) is None}


def _heard_already(run: Run, new: Definition, names: Names) -> set[tuple[str, str]]:
    """What the old drawing waits for too: it waits still, or has come as often as it may."""
    apart = [each for each in run.definition.elements.values() if each.attached_to or each.starts_handler]
    return {(now.process_key, now.id) for each in apart if (now := _same(run, each, new, names)) is not None}


def _same(run: Run, element: Element, new: Definition, names: Names) -> Element | None:
    """The counterpart of an event that waits beside others, if it waits at the same place for the same."""
    now = _now(element, new, names)
    if now is None or now.kind != element.kind or _heard(now) != _heard(element):
        return None
    beside, host = _beside(run.definition, element), _beside(new, now)
    return now if host == (beside and names.get((element.process_key, beside))) else None


def _beside(definition: Definition, element: Element) -> str | None:
    """The activity a boundary event stands on, or the sub-process that the event sub-process of a start event stands in."""
    if element.starts_handler:
        return definition.element(element.process_key, element.scope).scope
    return element.attached_to


def _arm(token, heard) -> None:
    spec, waiting = token.task_spec, [child.task_spec for child in token.children]
    if token.element.is_activity:
        for guard in spec.guards:
            if guard not in waiting and _place(guard) not in heard:
                moves.watch(token, guard)
    if token.element.kind == "event_based_gateway":
        behind = [target for _flow, target in spec.exits]
        for child in [each for each in token.children if each.task_spec not in behind]:
            moves.drop(child, quietly=True)
        for target in behind:
            if target not in waiting:
                events.listen(token.spawn(target))


def _arm_handlers(workflow, heard) -> None:
    """Event sub-processes that are new begin to wait too, but where one has interrupted everything else."""
    known = [spec for spec in workflow.spec.watches if _place(spec) in heard]
    going_on = [token.task_spec for token in workflow.task_tree.children]
    if _is_revived(workflow):
        return
    if going_on and not any(spec.element.interrupting and spec.handler in going_on for spec in workflow.spec.watches):
        workflow.spec.arm(workflow, workflow.standing()[0], known)


def _is_revived(workflow) -> bool:
    """A sub-process that is over, and stands again only to be taken back."""
    holder = workflow is not workflow.top_workflow and workflow.top_workflow.find(workflow.parent_task_id)
    return bool(holder) and holder.task_spec.is_revival


def _place(spec) -> tuple[str, str]:
    return spec.element.process_key, spec.element.id


def _offer(workflow, known) -> None:
    """Work that may be chosen freely, and is new, is offered beside the rest; not where it was enough already."""
    if workflow.spec.adhoc is None or _is_revived(workflow):
        return
    if workflow.top_workflow.find(workflow.parent_task_id).internal_data.get("is_enough"):
        return
    for spec in [spec for _flow, spec in workflow.spec.start.exits if (spec.element.process_key, spec.element.id) not in known]:
        token = workflow.task_tree.spawn(spec)
        token.data, token.frames = dict(workflow.standing()[0]), ((branches.BOTTOM, frozenset()),)
        spec._update(token)
