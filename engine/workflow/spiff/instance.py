"""The library's workflow classes, made light: a run of a process, and of the sub-processes and called processes inside it."""

from collections import Counter, deque
from types import MappingProxyType

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import branches, moves, remembering
from engine.workflow.spiff.budget import Budget
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.tokens import Token

MANY_FORKS = 8  # that a token came through and that are not over


class _Light:
    """What the top workflow and nested ones have in common."""

    ended = None  # data and frames of the tokens that came to an end
    objects = MappingProxyType({})  # what its data objects hold (`objects`)
    is_untidy = False  # a fork or an end since the last look: some forks may be over

    def plant(self, data, frames=(), at: str | None = None, is_armed: bool = True):
        """Begin: a root that all tokens hang from and that holds nothing itself, and the first token, bound for `at` if given."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.COMPLETED)
        if is_armed:
            self.spec.arm(self, data)
        first = self.task_tree.spawn(self.spec.start, state=TaskState.FUTURE)
        first.internal_data = {"at": at} if at else {}
        first._begin(data, frames)

    @property
    def process_key(self) -> str:
        return self.spec.name.partition("/")[0]

    @property
    def scope(self) -> str | None:
        """The id of the sub-process it is the inside of; None: a process."""
        return self.spec.name.partition("/")[2] or None

    def around(self) -> Token | None:
        """The token of the sub-process it is the inside of; none of a process, which knows nothing of who calls it."""
        outer = None if self is self.top_workflow else self.top_workflow.find(self.parent_task_id)
        return None if outer is None or outer.element and outer.element.kind == "call_activity" else outer

    @property
    def is_empty(self) -> bool:
        return not self.task_tree.children

    def in_order(self) -> list[Token]:
        """All tokens but the root, parents before children, in the order in which they are saved and loaded again."""
        tasks, stack, found = self.tasks, self.task_tree._children[::-1], []
        while stack:
            token = tasks[stack.pop()]
            found.append(token)
            stack.extend(token._children[::-1])
        if len(found) + 1 < len(tasks):
            found += [token for token in tasks.values() if token._parent is None and token is not self.task_tree]
        return found

    def disarm(self, *watchers) -> None:
        """Nothing starts these event sub-processes any more, or none of them."""
        for token in watchers or [each for each in self.tasks.values() if each.watches]:
            del self.tasks[token.id]

    def forget(self) -> None:
        """Nothing here will be taken back any more."""
        for token in [each for each in self.tasks.values() if each.remembers]:
            del self.tasks[token.id]

    def marks(self, *but) -> frozenset:
        """Forks that tokens other than these still share."""
        ids = {token.id for token in but}
        found = {mark for token in self.tasks.values() if token.id not in ids for mark, keys in token.frames}
        if self.ended:
            found.update(mark for mark, keys in self.ended[1])
        return frozenset(found)

    def end(self, token):
        """A token has nowhere to go: its data counts among what the workflow ends with."""
        self.ended = self._with_ended(token, token.data, token.frames)

    def catch_up(self) -> None:
        """Once only one token is left, it knows what the others, who came to their end, left behind."""
        running = self.task_tree.children if self.ended and self.spec.adhoc is None else ()
        if len(running) == 1:
            token, left = running[0], branches.changed(self.ended[1])
            data, token.frames = self._with_ended(token, *moves.current(token))
            token.data, self.ended = token.data | {key: data[key] for key in left}, None

    def _with_ended(self, token, data: dict, frames) -> tuple[dict, branches.Frames]:
        """Data and frames of a token together with what came to its end before."""
        found = [self.ended, (data, frames)] if self.ended else [(data, frames)]
        self.ended = None
        terminates = token.element is not None and token.element.event is not None and token.element.event.kind == "terminate"
        later_wins = terminates or self is self.top_workflow or self.spec.adhoc is not None
        try:
            return branches.merge(found, self.marks(token), later_wins)
        except branches.MergeConflict as conflict:
            raise RunFailed(
                token.element_id, "merge_conflict",
                _("Two branches that end here changed “%(key)s” differently (the second at “%(element)s”)."), key=conflict.key,
            ) from conflict  # fmt: skip

    def known_with(self, data: dict, frames) -> dict:
        """This data, and what came to its end before."""
        return dict(branches.merge([self.ended, (data, frames)], later_wins=True)[0] if self.ended else data)

    def after_ended(self, data: dict, frames) -> branches.Frames:
        """Frames of a branch that begins now with this data: whatever it changes comes after what has come to its end."""
        if self.ended is None or self.spec.adhoc is not None:  # there all see at once what is done
            return frames
        its_own, new = branches.after(self.ended[1], frames)
        if new is not frames:
            self.ended = dict(data), its_own
        return new

    def standing(self):
        """Data and frames as they stand: what ended, overlaid by what each live token changed."""
        found = [self.ended] if self.ended else []
        found += [moves.current(token) for token in self.task_tree.children]
        return branches.merge(found, self.marks(), later_wins=True) if found else ({}, ())

    def tidy(self):
        """Forget forks only one token came through, so that a loop of reminders does not grow."""
        if not self.is_untidy:
            return
        self.is_untidy = False
        tokens = [token for token in self.tasks.values() if token.frames]
        held = [token.frames for token in tokens] + ([self.ended[1]] if self.ended else [])
        shared = Counter(mark for frames in held for mark, _keys in frames)
        open_ = {mark for mark, count in shared.items() if count > 1}
        for token in self.task_tree.children:
            token.frames = branches.collapse(token.frames, open_)
        if max(map(len, held), default=0) > MANY_FORKS:
            self._fold(tokens)

    def _fold(self, tokens) -> None:
        held = branches.fold([token.frames for token in tokens] + ([self.ended[1]] if self.ended else []))
        for token, frames in zip(tokens, held, strict=False):
            token.frames = frames
        if self.ended:
            self.ended = self.ended[0], held[-1]

    def _remove_task(self, task_id):
        self.is_untidy = True
        super()._remove_task(task_id)

    def _task_completed_notify(self, task):
        if task.id in self.tasks:
            task.step_out()

    def collect_log_extras(self, dct=None):
        return dct or {}


class Instance(_Light, BpmnWorkflow):
    """The top workflow of a run."""

    def __init__(self, definition, evaluator):
        self.definition = definition
        self.ready = deque()
        self.budget = Budget()
        self.steps = []
        self.thrown = []
        self.stored = {}
        self.end_events = []
        super().__init__(definition.specs[definition.key], definition.specs, script_engine=evaluator, deserializing=True)

    def workflows(self):
        return [self, *self.subprocesses.values()]

    def everything(self) -> list[Token]:
        """All tokens, outermost workflow first."""
        return [token for each in self.workflows() for token in each.in_order() if not token.remembers]

    def nest(self, token, spec_name) -> "Nested":
        nested = self.subprocesses[token.id] = Nested(self.definition.specs[spec_name], token.id, self)
        return nested

    def find(self, token_id) -> Token | None:
        for workflow in self.workflows():
            token = workflow.tasks.get(token_id)
            if token is not None and token is not workflow.task_tree and not token.remembers:
                return token
        return self._pending(token_id)

    def _pending(self, token_id) -> Token | None:
        """One of many that had no token until somebody asks for it."""
        parent_id, _dot, index = token_id.rpartition(".")
        holder = self.find(parent_id) if parent_id else None
        return holder.task_spec.born(holder, index) if holder else None

    def get_task_from_id(self, task_id):
        return self.find(task_id)

    def finish(self):
        self.completed = True
        self.disarm()
        self.forget()


class Nested(_Light, BpmnSubWorkflow):
    """A sub-process or called process that runs inside a token."""

    def __init__(self, spec, parent_task_id, top_workflow):
        super().__init__(spec, parent_task_id, top_workflow, deserializing=True)

    def finish(self):
        """Hand what was changed inside to the activity and let it go on."""
        token = self.top_workflow.find(self.parent_task_id)
        if token is None or self.completed:
            return
        self.completed = True
        del self.top_workflow.subprocesses[token.id]
        data, frames = self.ended or ({}, ())
        remembering.look_inside(token, self)
        branches.write(token, token.task_spec.coming_back(token, data, frames, is_finished=True))
        if token.task_spec.is_revival:
            return token.task_spec.left(token)
        token.complete()  # no call more: sub-processes in one another end within each other's call
