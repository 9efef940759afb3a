"""Compensation: what was completed in a scope is taken back, the last first, by the activities drawn for that.

A completed activity that can be taken back leaves a memory (`moves.remember`): a token beside the tree with its data of then.
Whoever takes back sees the data as it is now, and of what was known then, the values of then; but what those before have changed
while taking back stays as they left it.
"""

from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff import branches, moves


def begin(token):
    """A compensation or cancel event is reached: take back what its scope has completed, then go on."""
    activity = token.element.event.name
    done = [each for each in token.workflow.tasks.values() if each.remembers and activity in (None, each.element.attached_to)]
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
    token.workflow._remove_task(child.id)
    if not _take_back_next(token) and _finish(token):
        token.complete()


def _take_back_next(token) -> bool:
    left = token.internal_data["undo"]
    while left:
        memory = token.workflow.tasks.pop(left.pop(), None)
        if memory is not None:  # else another event took it back meanwhile
            child = token.spawn(memory.task_spec.handler)
            since = {key: token.data[key] for key in token.internal_data["undone"]}
            child.data, child.frames = {**token.data, **memory.data, **since}, ((branches.BOTTOM, frozenset()),)
            child.task_spec._update(child)
            return True
    return False


def _finish(token) -> bool | None:
    token.internal_data = {}
    return _leave(token) if token.element.event.kind == "cancel" else True


def _leave(token) -> None:
    """Everything is taken back: the transaction is left by its cancel event."""
    workflow = token.workflow
    transaction = workflow.top_workflow.find(workflow.parent_task_id)
    watcher = next(each for each in transaction.children if each.guards_an_activity and each.element.event.kind == "cancel")
    moves.note(token, "completed")
    token._set_state(TaskState.COMPLETED)
    moves.take_over(transaction, watcher)
