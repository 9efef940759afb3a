"""How tokens move: leave an element, are guarded by boundary events, are taken out of the run."""

from dataclasses import dataclass

from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff import branches, drawn_data, remembering
from engine.workflow.spiff.values import same

FORKS = 2  # open ones that a branch came through weigh as much as a step when it forks again: none forks in circles for long
LIVE = TaskState.FUTURE | TaskState.WAITING | TaskState.READY | TaskState.STARTED


@dataclass(frozen=True)
class StepTaken:
    """Something that happened since the run was started or loaded; for arrows the element id is the arrow's."""

    element_id: str
    event: str
    token: str
    process_key: str


def note(token, event: str, element_id: str | None = None) -> None:
    """Tell the trace; elements of the library's own making are nobody's business."""
    element = token.element
    if element is not None:
        token.workflow.top_workflow.steps.append(StepTaken(element_id or element.id, event, token.id, element.process_key))


def leave(token) -> None:
    """A token is done here: make the tokens that come after it."""
    note(token, "completed")
    if token.element is not None and (token.element.writes or token.element.shares):
        drawn_data.keep(token)
    for child in token.children:
        drop(child, quietly=True)
    remembering.remember(token)
    if token.is_instance:
        return token.parent.task_spec.one_done(token.parent, token)
    token.workflow.catch_up()
    exits = token.task_spec.exits_for(token)
    for flow, spec in exits:
        token.spawn(spec).internal_data["flow"] = flow.id
        note(token, "taken", flow.id)
    if len(exits) > 1:
        branches.fork(token.children)
        token.workflow.top_workflow.budget.spend(token, len(token.frames) // FORKS)
    if not exits:
        token.workflow.end(token)
    token.workflow.spec.done(token)


def guard(token) -> None:
    """The boundary events of an activity begin to wait with it."""
    if not token.is_instance:
        for spec in token.task_spec.guards:
            watch(token, spec)


def watch(token, spec):
    child = token.spawn(spec, state=TaskState.WAITING)
    spec.arrive(child)


def drop(token, quietly: bool = False) -> None:
    """Take a token and everything it started out of the run."""
    instance = token.workflow.top_workflow
    for child in token.children:
        drop(child, quietly)
    token.task_spec.forget(token)
    nested = instance.subprocesses.pop(token.id, None)
    if nested is not None:
        for child in nested.task_tree.children:
            drop(child)
    if token.is_in(LIVE):
        token._set_state(TaskState.CANCELLED)
        if not quietly and not token.leans:
            note(token, "cancelled")
    token.workflow._remove_task(token.id)


def current(token) -> tuple[dict, branches.Frames]:
    """A token's data as it stands, with what its sub-process, or those who take back for it, changed so far."""
    data, frames = token.data, token.frames
    nested = token.workflow.top_workflow.subprocesses.get(token.id)
    if nested is not None:
        inside, since = nested.standing()
        data, frames = branches.written(data, frames, token.task_spec.coming_back(token, inside, since, is_finished=False))
    for child in token.children if token.task_spec.takes_back else ():
        inside, since = current(child)
        data, frames = branches.written(data, frames, {key: inside[key] for key in branches.changed(since)})
    return data, frames


def take_over(activity, watcher, changes=None) -> None:
    """An interrupting boundary event fires: the activity is cancelled, its token goes on from the event."""
    watcher.data, watcher.frames = branches.written(*current(activity), changes or {})
    activity._children.remove(watcher.id)
    watcher._parent = activity._parent
    activity.parent._children.append(watcher.id)
    drop(activity)
    note(watcher, "entered")
    watcher._ready()


def carry(token, target, flow: str | None = None) -> None:
    """A token leaves its place without finishing and arrives at another spec with what it has, as if by that arrow."""
    data, frames = current(token)
    arrived = token.parent.spawn(target)
    arrived.data, arrived.frames = data, frames
    arrived.internal_data = {"flow": flow} if flow else {}
    drop(token)
    target._update(arrived)


def claim(activity) -> None:
    """What its inside has changed so far stays the activity's own: whoever branches off now only borrows it."""
    before = activity.data
    keys = {key for key, value in current(activity)[0].items() if key not in before or not same(before[key], value)}
    if keys and activity.frames:
        mark, known = activity.frames[-1]
        activity.frames = (*activity.frames[:-1], (mark, known | keys))


def branch_off(activity, watcher, changes) -> None:
    """A non-interrupting boundary event fires: a second token starts at the event, the activity goes on.

    It knows what the activity has changed so far, and what came to its end beside it.
    """
    workflow = activity.workflow
    workflow.catch_up()
    data, frames = current(activity)
    token = activity.parent.spawn(watcher.task_spec)
    token.data, token.frames = workflow.known_with(data, frames), frames
    branches.fork([activity, token])
    claim(activity)
    token.frames = workflow.after_ended(token.data, token.frames)
    branches.write(token, changes)
    note(token, "entered")
    token._ready()
