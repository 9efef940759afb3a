"""Specs for taking back: what an activity leaves behind when it is done, and what goes back into a sub-process that is over."""

from SpiffWorkflow.bpmn.specs.defaults import IntermediateThrowEvent, NoneTask
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.workflow.spiff import branches, compensation, remembering
from engine.workflow.spiff.event_steps import Thrower
from engine.workflow.spiff.model import Element, Process
from engine.workflow.spiff.step import Step
from engine.workflow.spiff.work import Inside

EVERYTHING = "(undo)"


class Memory(Step, NoneTask):
    """`handler` could take the activity back: until then its token stands beside the tree, with the data of that moment."""

    is_memory = True
    handler = None
    activity = None  # the id of what it takes back
    inside = None  # the name of the spec in there, if that is where it is taken back

    @property
    def is_default(self) -> bool:
        """Nobody is drawn who takes the sub-process back: what was done in it is taken back one by one."""
        return self.element.id == self.activity


class Revival(Inside):
    """A sub-process that was left stands again, with what it knew and remembered, for those that take it back from within."""

    is_revival = True
    by = None  # the name of the spec in there that does it

    def act(self, token):
        if "is_left" in token.internal_data:
            return True
        nested = token.workflow.top_workflow.nest(token, self.spec)
        nested.plant(token.data, ((branches.BOTTOM, frozenset()),), at=self.by, is_armed=False)
        remembering.put(nested, token.internal_data.get(remembering.ROWS, []))
        token.internal_data = {}
        return None

    def left(self, token):
        """The inside is over: its turn comes again, so that a hundred in one another do not end within each other's call."""
        token.internal_data = {"is_left": True}
        token._ready()


class TakingBack(Inside):
    """An event sub-process that begins when what it stands in is taken back.

    What is thrown in it takes back what was done around it: each activity that does so is a child of its token.
    """

    is_many = takes_back = takes_back_around = True
    one_done = staticmethod(compensation.one_done_around)


class Everything(Thrower, IntermediateThrowEvent):
    """Takes back all that was done in a sub-process which is drawn without anybody for that."""

    takes_back = True

    def act(self, token):
        return compensation.begin(token)


def wire(spec, process: Process, element: Element, inner: str) -> None:
    """Let an activity leave a memory of its inside when it is done, and know how to go back in there."""
    by = process.taken_back_by[element.id]
    memory = Memory(spec, f"({by.id})")
    memory.element, memory.activity, memory.inside = by, element.id, inner
    who, entry = (by.scope, by.scope) if by is not element else (by.id, EVERYTHING)
    memory.handler = Revival(spec, f"{who} [undo]", subworkflow_spec=inner)
    memory.handler.by = entry
    leave(spec.task_specs[element.id], memory)


def leave(whole, memory: Memory) -> None:
    """An activity leaves this memory when it is done; of one that is repeated, each of the many does."""
    for each in (whole, getattr(whole, "one", None)):
        if each is not None:
            each.undo = memory


def add_everything(spec) -> None:
    """The spec in a scope that takes back all that was done in it."""
    Everything(spec, EVERYTHING, event_definition=NoneEventDefinition())
