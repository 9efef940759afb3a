"""What each kind of element does with a token: the library's task specs with our own arrival, action and departure.

`arrive` decides whether a token may run at once, `act` runs it (None: it stays until somebody answers), `exits_for` chooses the
arrows it leaves by. Nothing is predicted and nothing is merged by the library.
"""

from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ManualTask,
    NoneTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import branches, compensation, events, mappings, moves, stores
from engine.workflow.spiff.findings import RunFailed

READY = TaskState.READY
STARTED = TaskState.STARTED


class Step:
    """Stands before a library spec class; `element`, `exits` and `guards` are filled in after parsing."""

    element = None
    is_many = False
    is_guard = False
    is_watch = False
    is_memory = False
    is_asked = False  # somebody outside does it, and is told what `asks` says
    exits = ()  # (Flow, spec) in document order
    guards = ()  # specs of boundary events
    undo = None  # the spec of the memory it leaves when it is done, if something is drawn to take it back

    def arrive(self, token) -> bool:
        moves.guard(token)
        return True

    def act(self, token):
        return True

    def asks(self, token) -> dict:
        """What somebody outside has to know, worked out once and kept."""
        return {}

    def goes_on(self, token) -> bool:
        """Is there more to begin for a token that was run? Then it has another turn."""
        return False

    def pending(self, token):
        """Instances that wait without tokens of their own (`many`)."""
        return ()

    def born(self, token, index: str):
        """One of these as a token, if it waits."""
        return None

    def forget(self, token) -> None:
        """The token is taken away, and such instances with it."""

    def exits_for(self, token):
        """Every arrow without condition; of the others those that hold, or else the default."""
        open_ = [each for each in self.exits if not each[0].condition and not each[0].is_default]
        chosen = [each for each in self.exits if each[0].condition and self.holds(token, each[0])]
        conditional = any(flow.condition for flow, _spec in self.exits)
        if not chosen and (conditional or not open_):
            chosen = [each for each in self.exits if each[0].is_default]
        picked = {flow.id for flow, _spec in open_ + chosen}
        if self.exits and not picked:
            raise no_way_out(self.element)
        return [each for each in self.exits if each[0].id in picked]

    def holds(self, token, flow) -> bool:
        return bool(token.workflow.script_engine.evaluate(token, flow.condition))

    # the library's life cycle, bent to the three above

    def test(self):
        """Drawings are checked before they are published, not each time a token comes by."""

    def _predict(self, *args, **kwargs):
        """The library would build all futures as a tree: 2ⁿ tasks for n forks in a row."""

    def _update(self, token):
        moves.note(token, "entered")
        if self.element is not None and self.element.reads:
            stores.fill_in(token)
        if self.arrive(token):
            token._ready()

    def _on_ready_hook(self, token):
        token.workflow.top_workflow.ready.append(token)

    def _run_hook(self, token):
        if self.element is not None and self.element.reads and "begun" not in token.internal_data:
            stores.fill_in(token)  # what stood in line for its turn begins only now
        return self.act(token)

    def _on_complete(self, token):
        """Leave, hand the place in the tree to the successors, then let these arrive."""
        moves.leave(token)
        successors = token.children
        token.workflow._task_completed_notify(token)
        for child in successors:
            if child._state == events.FUTURE:
                child.task_spec._update(child)
        if token.workflow.is_empty:
            token.workflow.finish()


def no_way_out(element) -> RunFailed:
    return RunFailed(element.id, "no_way_out", _("No condition after “%(element)s” holds and there is no default."))


class Start(Step, BpmnStartTask):
    """Where a workflow begins; leads to its start event, or to everything no arrow leads to, or to the event that started it."""

    def exits_for(self, token):
        at = token.internal_data.get("at")
        return [(self.entry(at), self._wf_spec.task_specs[at])] if at else list(self.exits)


class Finish(Step, SimpleBpmnTask):
    """The library wants an end to exist; no token ever comes here."""


class _Work(Step):
    """Somebody has to do it."""

    is_asked = True

    def arrive(self, token):
        moves.guard(token)
        token.internal_data |= self.asks(token)
        return True

    def asks(self, token):
        assignee = self.element.properties.get("assignee")
        return {"assignee": token.workflow.script_engine.evaluate(token, assignee)} if assignee else {}

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


class Choice(Step, ExclusiveGateway):
    """The first arrow whose condition holds, in the order drawn in the file."""

    def exits_for(self, token):
        for each in self.exits:
            if each[0].condition and not each[0].is_default and self.holds(token, each[0]):
                return [each]
        default = [each for each in self.exits if each[0].is_default] or [each for each in self.exits if not each[0].condition]
        if self.exits and not default:
            raise no_way_out(self.element)
        return default[:1]


class Beginning(Step, StartEvent):
    """Whatever started the process, it has happened when a token comes here."""


class _Thrower(Step):
    """While a compensation or cancel event takes back, each activity that does so is a child token."""

    one_done = staticmethod(compensation.one_done)

    @property
    def is_many(self) -> bool:
        return self.element.event.kind in ("compensate", "cancel")


class Throwing(_Thrower, IntermediateThrowEvent):
    def act(self, token):
        return events.throw(token)


class Ending(_Thrower, EndEvent):
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


class Listening(Step, EventBasedGateway):
    """Waits for whichever of the events after it comes first."""

    def connect(self, child):
        """The library would move the events into the gateway; here they stay with their own elements."""

    def arrive(self, token):
        token._set_state(events.STARTED)
        for _flow, spec in self.exits:
            events.listen(token.spawn(spec))
        return False


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
