"""The library's task class, made light: a token per place where something happens, and no history.

The library keeps every finished task and predicts every future one as a tree. Here a finished task hands its place to its
successors and is gone, and nothing is predicted; so a process weighs the same after three thousand rounds as after one.
"""

from uuid import uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class Token(Task):
    """A task with a string id that survives save and load, its own data and the forks it came through (`branches`)."""

    def __init__(self, workflow, task_spec, parent=None, state=TaskState.FUTURE, id=None, data=None, frames=()):
        self.id = id or uuid4().hex
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = parent.id if parent is not None else None
        self._children = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0
        self.data = data if data is not None else {}
        self.frames = frames
        self.internal_data = {}
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._child_added_notify(self)

    @property
    def element(self):
        return self.task_spec.element

    @property
    def element_id(self) -> str | None:
        return self.element.id if self.element else None

    @property
    def is_instance(self) -> bool:
        """One of the many of a multi-instance activity."""
        return not self.task_spec.is_guard and self.parent is not None and self.parent.task_spec.is_many

    @property
    def guards_an_activity(self) -> bool:
        """A boundary event that waits with its activity."""
        return self.task_spec.is_guard and self._parent != self.workflow.task_tree.id

    @property
    def watches(self) -> bool:
        """Waits beside the tree for an event sub-process (`handlers`)."""
        return self._parent is None and self.task_spec.is_watch

    @property
    def remembers(self) -> bool:
        """Stands beside the tree for something done that can be taken back (`compensation`)."""
        return self._parent is None and self.task_spec.is_memory

    @property
    def leans(self) -> bool:
        """Waits on behalf of another token: a boundary event, or one of the events after an event-based gateway."""
        return self._parent != self.workflow.task_tree.id and not self.is_instance

    @property
    def is_next(self) -> bool:
        """Whether one that stood in line is still there to be run."""
        return self._state == TaskState.READY and self.workflow.tasks.get(self.id) is self

    def waiting_at(self, spec) -> list["Token"]:
        return [child for child in self.children if child.task_spec is spec and child._state == TaskState.WAITING]

    def is_in(self, states) -> bool:
        return bool(self._state & states)

    def spawn(self, spec, **more) -> "Token":
        """A token one step further, with a copy of this one's data."""
        return Token(self.workflow, spec, self, data=dict(self.data), frames=self.frames, **more)

    def _add_child(self, task_spec, state=TaskState.FUTURE):
        return self.spawn(task_spec, state=state)

    def _set_state(self, value):
        self._state = value

    def _inherit_data(self):
        """Data is copied when a token is made; the library's merging by index is never used."""

    def collect_log_extras(self, dct=None):
        return dct or {}

    def run(self):
        """One step; whatever has more to begin stands in line again."""
        super().run()
        if self._state == TaskState.STARTED and self.task_spec.goes_on(self):
            self._ready()

    def _begin(self, data, frames):
        self.data, self.frames = dict(data), frames
        self._ready()

    def step_out(self):
        """This token is done: its successors take its place in the tree."""
        parent, tasks = self.parent, self.workflow.tasks
        for child in self._children:
            tasks[child]._parent = parent.id
        parent._children.remove(self.id)
        parent._children.extend(self._children)
        del tasks[self.id]
        self.workflow.is_untidy |= len(self._children) != 1
