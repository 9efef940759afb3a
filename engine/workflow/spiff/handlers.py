"""Event sub-processes: while a process or sub-process runs, a watcher waits for each; its event starts the one drawn inside.

A watcher is a token beside the tree: joins, data and the end of the process do not know of it.
"""

from engine.workflow.spiff import branches, events, moves, timers
from engine.workflow.spiff.event_steps import Catching
from engine.workflow.spiff.tokens import Token


class Watch(Catching):
    """Waits on behalf of an event sub-process; its element is the start event in there, `handler` the spec of the whole."""

    is_watch = True
    handler = None

    def begin(self, watcher, changes: dict) -> None:
        """The event came: go on in the event sub-process, instead of or beside everything else that goes on here."""
        workflow = watcher.workflow
        workflow.catch_up()
        data, frames = workflow.standing()
        if self.element.interrupting:
            for child in workflow.task_tree.children:
                moves.drop(child)
            workflow.ended = None
            workflow.disarm()
        else:
            frames = workflow.after_ended(data, _beside(workflow.task_tree.children))
        token = workflow.task_tree.spawn(self.handler)
        token.data, token.frames = dict(data), frames
        branches.write(token, changes)
        self.handler._update(token)
        if not self.element.interrupting:
            _wait_again(watcher)


def _beside(running) -> branches.Frames:
    """Frames of a new branch that knows all the others know and changed nothing so far."""
    if len(running) == 1:
        branches.fork(running)
    for token in running:
        moves.claim(token)
    shared = []
    for marks in zip(*([mark for mark, _keys in token.frames] for token in running), strict=False):
        if len(set(marks)) > 1:
            break
        shared.append((marks[0], frozenset()))
    return tuple(shared)


def _wait_again(watcher):
    now = watcher.workflow.script_engine.context.moment
    if watcher.element.event.kind == "timer" and not timers.advance(watcher.internal_data, now):
        watcher.workflow.disarm(watcher)


def arm(workflow, data: dict, but=()) -> None:
    """Let the watchers of a scope that begins wait; all `but` those that do already."""
    for spec in [each for each in workflow.spec.watches if each not in but]:
        watcher = Token(workflow, spec, data=data)
        events.listen(watcher)
        watcher.data = {}


def listening(workflow) -> list:
    """The watchers of a scope, in the order drawn."""
    return [token for token in workflow.tasks.values() if token.watches]
