"""Events: what has happened, what is told, and what a token waits for."""

from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ReceiveTask,
    StartEvent,
)

from engine.workflow.spiff import compensation, events, moves
from engine.workflow.spiff.step import Step


class Beginning(Step, StartEvent):
    """Whatever started the process, it has happened when a token comes here."""


class Thrower(Step):
    """While a compensation or cancel event takes back, each activity that does so is a child token."""

    one_done = staticmethod(compensation.one_done)

    @property
    def takes_back(self) -> bool:
        return self.element.event.kind in ("compensate", "cancel")

    @property
    def is_many(self) -> bool:
        return self.takes_back

    def forget(self, token):
        if "undo" in token.internal_data:
            compensation.stop(token)


class Throwing(Thrower, IntermediateThrowEvent):
    def act(self, token):
        return events.throw(token)


class Ending(Thrower, EndEvent):
    """An end event; error and terminate ends act on everything around them."""

    def act(self, token):
        token.workflow.top_workflow.end_events.append(self.element.id)
        return events.throw(token)


class Catching(Step, IntermediateCatchEvent):
    """Waits for a message, a signal or a time."""

    def arrive(self, token):
        moves.guard(token)
        events.listen(token)
        return self.element.event.kind == "none"


class Receiving(Catching, ReceiveTask):
    pass


class Guard(Catching, BoundaryEvent):
    """A boundary event; its token waits as a child of the activity's token."""

    is_guard = True
