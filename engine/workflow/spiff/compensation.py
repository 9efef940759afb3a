"""Compensation: what was completed in a scope is taken back, the last first, by the activities drawn for that.

A completed activity that can be taken back leaves a memory (`remembering`): a token beside the tree with its data of then.
Whoever takes back sees the data as it is now, and of what was known then, the values of then; but what those before have changed
while taking back stays as they left it.

An event sub-process that begins by compensation may take back what was done around it. These activities stand where they are
drawn, outside it: their tokens are children of its own token, which knows for whom each works (`FOR`).
"""

from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff import branches, moves, remembering

FOR = "for"


def begin(token):
    """A compensation or cancel event is reached: take back what its scope has completed, then go on."""
    activity = token.element.event.name if token.element else None
    done = [memory for holder in _holders(token) for memory in holder.workflow.tasks.values()
            if memory.remembers and activity in (None, memory.task_spec.activity)]
    token.internal_data = {**token.internal_data, "undo": [each.id for each in done], "undone": []}
    return None if _take_back_next(token) else _finish(token)


def cancel(token):
    """A cancel end event: nothing else in the transaction goes on, and what it completed is taken back."""
    for other in token.workflow.task_tree.children:
        if other is not token:
            moves.drop(other)
    return begin(token)


def one_done(token, child) -> None:
    """One thing is taken back: go on with the one that was done before it."""
    changes = {key: child.data[key] for key in branches.changed(child.frames)}
    branches.write(token, changes)
    token.internal_data["undone"] = sorted({*token.internal_data["undone"], *changes})
    child.workflow._remove_task(child.id)
    if not _take_back_next(token) and _finish(token):
        token.complete()


def one_done_around(holder, child) -> None:
    """The same for what stands around an event sub-process: somebody inside it waits for that."""
    one_done(holder.workflow.top_workflow.find(holder.internal_data[FOR].pop(child.id)), child)


def stop(token) -> None:
    """Whoever was taking back is taken away, and with it who does so in its place around it."""
    for holder in _holders(token)[:-1]:
        for child_id in [each for each, thrower in holder.internal_data.get(FOR, {}).items() if thrower == token.id]:
            del holder.internal_data[FOR][child_id]
            if child_id in holder.workflow.tasks:
                moves.drop(holder.workflow.tasks[child_id])


def _holders(token) -> list:
    """Who the activities that take back for this token are children of: what was done around it was done first."""
    instance = token.workflow.top_workflow
    around = token.workflow is not instance and instance.find(token.workflow.parent_task_id)
    return [around, token] if around and around.task_spec.takes_back_around else [token]


def _take_back_next(token) -> bool:
    left = token.internal_data["undo"]
    while left:
        id_ = left.pop()
        for holder in _holders(token):
            memory = holder.workflow.tasks.pop(id_, None)
            if memory is not None:  # else another event took it back meanwhile
                _take_back(memory, token, holder)
                return True
    return False


def _take_back(memory, token, holder):
    child = holder.spawn(memory.task_spec.handler)
    since = {key: token.data[key] for key in token.internal_data["undone"]}
    child.data, child.frames = {**token.data, **memory.data, **since}, ((branches.BOTTOM, frozenset()),)
    child.internal_data = {key: memory.internal_data[key] for key in (remembering.ROWS,) if key in memory.internal_data}
    if holder is not token:
        holder.internal_data.setdefault(FOR, {})[child.id] = token.id
    child.task_spec._update(child)


def _finish(token) -> bool | None:
    token.internal_data = {}
    return leave(token) if is_cancel(token) else True


def is_cancel(token) -> bool:
    """Is it a cancel end event, which does not end its transaction but leaves it?"""
    return token.element is not None and token.element.event is not None and token.element.event.kind == "cancel"


def leave(token) -> None:
    """Everything is taken back: the transaction is left by its cancel event."""
    workflow = token.workflow
    transaction = workflow.top_workflow.find(workflow.parent_task_id)
    watcher = next(each for each in transaction.children if each.guards_an_activity and each.element.event.kind == "cancel")
    moves.note(token, "completed")
    token._set_state(TaskState.COMPLETED)
    moves.take_over(transaction, watcher)
