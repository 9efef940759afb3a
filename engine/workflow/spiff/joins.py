"""Gateways where branches meet: each takes exactly the tokens that arrived for this round, whatever loops they came through."""

from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import branches
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.step import Step


class _Join(Step):
    """Keeps arriving tokens waiting until a round is complete, then goes on with one token and the merged data."""

    incoming = ()  # ids of the arrows that lead here

    def arrive(self, token):
        token._set_state(TaskState.WAITING)
        self.try_to_open(token.workflow)
        return False

    def waiting(self, workflow) -> dict[str, list]:
        """Tokens waiting here, by the arrow they came on, oldest first."""
        found = {}
        for token in workflow.task_tree.waiting_at(self):
            found.setdefault(token.internal_data.get("flow"), []).append(token)
        return found

    def open_with(self, tokens) -> None:
        """These tokens become one."""
        first, *others = tokens
        workflow = first.workflow
        if others:
            try:
                marks = workflow.marks(*tokens)
                first.data, first.frames = branches.merge([(each.data, each.frames) for each in tokens], marks)
            except branches.MergeConflict as conflict:
                raise RunFailed(
                    self.element.id, "merge_conflict",
                    _("Two branches that meet at “%(element)s” changed “%(key)s” differently."), key=conflict.key,
                ) from conflict  # fmt: skip
        for other in others:
            workflow._remove_task(other.id)
        first.internal_data.pop("flow", None)
        first._ready()


class Parallel(_Join, ParallelGateway):
    """Opens when a token waits on every incoming arrow; takes one from each."""

    def try_to_open(self, workflow):
        waiting = self.waiting(workflow)
        if len(waiting) >= len(self.incoming):
            self.open_with([tokens[0] for tokens in waiting.values()])
            if all(len(tokens) > 1 for tokens in waiting.values()):
                self.try_to_open(workflow)

    def exits_for(self, token):
        return list(self.exits)


class Inclusive(_Join, InclusiveGateway):
    """Opens when no token elsewhere could still reach an empty arrow (BPMN 2.0, 13.4.3)."""

    reach = {}  # arrow id → names of specs from which it can be reached without passing this gateway

    def try_to_open(self, workflow):
        """A gateway with one arrow in opens at once; the others are asked when nothing else can move."""
        if len(self.incoming) < 2:
            self.open_with([tokens[0] for tokens in self.waiting(workflow).values()])

    def open_if_complete(self, workflow) -> bool:
        waiting = self.waiting(workflow)
        if not waiting:
            return False
        full = [self.reach[flow] for flow in waiting if flow in self.reach]
        empty = [reach for flow, reach in self.reach.items() if flow not in waiting]
        for token in workflow.task_tree.children:
            name = token.task_spec.name
            if token.task_spec is self or any(name in reach for reach in full):
                continue
            if any(name in reach for reach in empty):
                return False
        self.open_with([tokens[0] for tokens in waiting.values()])
        return True

    def exits_for(self, token):
        if not self.exits:
            return []
        chosen = [each for each in self.exits if not each[0].is_default and (not each[0].condition or self.holds(token, each[0]))]
        chosen = chosen or [each for each in self.exits if each[0].is_default]
        if not chosen:
            raise RunFailed(self.element.id, "no_way_out", _("No condition after “%(element)s” holds and there is no default."))
        return chosen
