"""What every kind of element does with a token: the library's task specs with our own arrival, action and departure.

`arrive` decides whether a token may run at once, `act` runs it (None: it stays until somebody answers), `exits_for` chooses the
arrows it leaves by. Nothing is predicted and nothing is merged by the library.
"""

from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import drawn_data, events, moves
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
    is_revival = False  # goes back into a sub-process that is over (`memories`)
    takes_back = False  # its children are activities that take back what was done
    takes_back_around = False  # … around it, for somebody inside it
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
        if self.element is not None and (self.element.reads or self.element.uses):
            drawn_data.fill_in(token)
        if self.arrive(token):
            token._ready()

    def _on_ready_hook(self, token):
        token.workflow.top_workflow.ready.append(token)

    def _run_hook(self, token):
        reads = self.element is not None and (self.element.reads or self.element.uses)
        if reads and "begun" not in token.internal_data:
            drawn_data.fill_in(token)  # what stood in line for its turn begins only now
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
