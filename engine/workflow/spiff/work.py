"""Activities: what people, workers, tables and other processes do while a token stands at them."""

from SpiffWorkflow.bpmn.specs.defaults import (
    CallActivity,
    ManualTask,
    NoneTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubWorkflowTask,
    UserTask,
)

from engine.workflow.spiff import asking, branches, events, mappings, moves
from engine.workflow.spiff.step import Step


class _Work(Step):
    """Somebody has to do it."""

    is_asked = True

    def arrive(self, token):
        moves.guard(token)
        token.internal_data |= self.asks(token)
        return True

    def asks(self, token):
        return asking.of(token)

    def _on_ready_hook(self, token):
        """Not for the run loop: `Run.complete` ends it."""


class Work(_Work, UserTask):
    pass


class ManualWork(_Work, ManualTask):
    pass


class PlainWork(_Work, NoneTask):
    pass


class Operation(Step, ServiceTask):
    """A worker has to do it: the inputs are worked out once and kept; `Run.finish_call` or `Run.throw` ends it."""

    is_asked = True

    def act(self, token):
        token.internal_data |= self.asks(token)
        return None  # SpiffWorkflow reads None as "started, not finished"

    def asks(self, token):
        evaluate = token.workflow.script_engine.evaluate
        return {"inputs": {name: evaluate(token, text) for name, text in self.element.parameters.items()}}


class Sending(Step, SendTask):
    """A send task: an operation if it names one, else it throws its message."""

    asks = Operation.asks

    @property
    def is_asked(self):
        return self.element.operation is not None

    def act(self, token):
        return Operation.act(self, token) if self.element.operation else events.throw(token)


class Script(Step, ScriptTask):
    """Assignments in our language; never Python."""

    def act(self, token):
        branches.write(token, token.workflow.script_engine.execute(token, self.script))
        return True


class Deciding(Step, NoneTask):
    """A business rule task: a decision table answers, its outputs become data."""

    def act(self, token):
        decision = token.workflow.top_workflow.definition.decisions[self.element.process_key, self.element.decision]
        branches.write(token, decision.as_data(token.workflow.script_engine.decide(token, decision)))
        return True


class Inside(Step, SubWorkflowTask):
    """An embedded sub-process, or the process a call activity names: runs as its own workflow with a copy of the data."""

    def act(self, token):
        nested = token.workflow.top_workflow.nest(token, self.spec)
        nested.plant(self.going_in(token), ((branches.BOTTOM, frozenset()),))
        return None

    def going_in(self, token) -> dict:
        return token.data

    def coming_back(self, token, data, frames, is_finished) -> dict:
        """What the inside changed, of all that it holds as it stands."""
        return {key: data[key] for key in branches.changed(frames)}


class Calling(Inside, CallActivity):
    """A call activity: mappings may say what goes in and what comes back."""

    going_in = staticmethod(mappings.going_in)
    coming_back = staticmethod(mappings.coming_back)
