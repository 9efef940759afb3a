"""Memories of what is done and could be taken back: tokens beside the tree, kept until then or until nobody could ask any more.

A memory holds the data of the moment its activity was done. That of a sub-process whose inside knows how to take things back
holds the memories of its inside too, as rows: the name of a memory's spec, its data, how deep it is.
"""

from collections.abc import Callable, Iterator

from SpiffWorkflow.util.task import TaskState

ROWS = "memories"


def remember(token) -> None:
    """An activity is done: what could be taken back is kept; of one of many, by the one that holds them all until it is done."""
    if token.task_spec.undo is None:
        return
    rows = _of(token)
    if token.is_instance:
        token.parent.internal_data.setdefault(ROWS, []).extend(rows)
    else:
        put(token.workflow, rows)


def _of(token) -> list:
    undo, inside = token.task_spec.undo, token.internal_data.get(ROWS, [])
    if token.task_spec.is_many or undo.is_default and not inside:
        return inside
    return _row(undo.name, token.data, inside)


def _row(name, data, inside) -> list:
    return [[name, dict(data), 0], *([each, its_data, level + 1] for each, its_data, level in inside)]


def look_inside(token, nested) -> None:
    """A sub-process is left: its activity takes the memories over, if it could be taken back by means of its inside."""
    if token.task_spec.undo is not None and token.task_spec.undo.inside:
        token.internal_data = {**token.internal_data, ROWS: rows(nested)}


def rows(workflow) -> list:
    """The memories of a scope, in the order in which things were done."""
    memories = [each for each in workflow.tasks.values() if each.remembers]
    return [row for each in memories for row in _row(each.task_spec.name, each.data, each.internal_data.get(ROWS, []))]


def put(workflow, kept: list) -> None:
    """Such rows as memories of a scope."""
    memory = None
    for name, data, level in kept:
        if level:
            memory.internal_data.setdefault(ROWS, []).append([name, data, level - 1])
        else:
            memory = type(workflow.task_tree)(workflow, workflow.spec.task_specs[name], state=TaskState.COMPLETED, data=data)


def renamed(kept: list, name_of: Callable[[str], str | None]) -> list:
    """The rows in the words of another drawing; what is gone from it is blocked before (`upgrading`)."""
    return [[f"({name_of(name[1:-1]) or name[1:-1]})", data, level] for name, data, level in kept]


def specs(workflow) -> Iterator:
    """The specs of all memories of a scope, also of those inside others."""
    of = workflow.top_workflow.definition.specs
    for token in workflow.tasks.values():
        kept = token.internal_data.get(ROWS, [])
        if token.remembers:
            yield from _specs(of, workflow.spec, _row(token.task_spec.name, token.data, kept))
        elif kept:
            yield from _specs(of, workflow.spec if token.task_spec.is_many else of[token.task_spec.spec], kept)


def _specs(of, spec, kept):
    outer = [spec]
    for name, _data, level in kept:
        memory = outer[level].task_specs[name]
        yield memory
        if memory.inside:
            outer[level + 1 :] = [of[memory.inside]]
