"""A run: what the rest of the system does with a process instance. Load, act, proceed, save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import asking, branches, codec, events, moves, waiting
from engine.workflow.spiff.budget import Budget
from engine.workflow.spiff.conditions import fire_true
from engine.workflow.spiff.definition import Definition
from engine.workflow.spiff.evaluator import Context, Evaluator
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.instance import Instance
from engine.workflow.spiff.joins import Inclusive
from engine.workflow.spiff.repairs import Repairs
from engine.workflow.spiff.values import copied
from engine.workflow.spiff.waiting import Wait

CHASE = 50  # steps that a condition costs which has become true: each is a branch of its own, and they may not chase each other


@dataclass(frozen=True)
class Change:
    """What a stretch of the run did to its waits: `gone` are (kind, token) nobody acted on, `moves_clock` says timers differ."""

    opened: list[Wait]
    gone: set[tuple[str, str]]
    moves_clock: bool


def start(definition: Definition, data: dict, context: Context, at: str | None = None) -> "Run":
    """A new run with its first token before its start event, or before the one named `at`; `proceed()` moves it."""
    process = definition.processes[definition.key]
    if at is None and process.begins_only_by_event():
        start = process.starts_by_event()[0]
        raise RunFailed(start.id, "begins_by_event", _("The process begins only by what “%(element)s” waits for."))
    instance = Instance(definition, Evaluator(context))
    instance.plant(copied(data), at=at)
    return Run(instance, is_new=True)


def load(definition: Definition, state: bytes, context: Context) -> "Run":
    """A run as it was saved."""
    return Run(codec.decode(state, Instance(definition, Evaluator(context))))


class Run(Repairs):
    """One instance at work. After `RunFailed` throw it away: nothing of it was saved."""

    def __init__(self, instance: Instance, is_new: bool = False):
        self._instance = instance
        self._noted, self._acted_on = waiting.Places(None if is_new else instance), set()

    def save(self) -> bytes:
        """The state to keep: a few kilobytes, the same after any number of rounds."""
        return codec.encode(self._instance)

    def proceed(self, work: int | None = None) -> bool:
        """Run until everything waits for somebody; a process that runs in circles or into a dead end fails.

        With `work`, the most to be done in one turn (`budget`): False when there is more to do. What is saved then goes on later.
        """
        instance = self._instance
        instance.script_engine.meter, instance.budget.opened = instance.budget.meter, 0
        at_rest = self._run_on(instance.budget.left - work if work else None)
        for workflow in instance.workflows():
            workflow.tidy()
        if at_rest:
            instance.budget = Budget()
            self._refuse_dead_end()
        return at_rest

    def _run_on(self, until: int | None) -> bool:
        """Token by token, until everything waits (True), or so little is left of the budget."""
        instance, budget = self._instance, self._instance.budget
        while True:
            while instance.ready:
                if until is not None and budget.left <= until:
                    return False
                token = instance.ready.popleft()
                if token.is_next:
                    budget.spend(token)
                    token.run()
            if not self._open_inclusive():
                if (token := fire_true(instance)) is None:
                    return True
                budget.spend(token, CHASE)

    def _open_inclusive(self) -> bool:
        for workflow in reversed(self._instance.workflows()):
            for token in workflow.task_tree.children:
                waits = isinstance(token.task_spec, Inclusive) and token.is_in(TaskState.WAITING)
                if waits and token.task_spec.open_if_complete(workflow):
                    return True
        return False

    def _refuse_dead_end(self):
        if not self.is_completed and not waiting.Places(self._instance):
            stuck = next((token for token in self._instance.everything() if token.element), None)
            raise RunFailed(
                stuck and stuck.element_id, "dead_end", _("The process waits at “%(element)s” for a branch that will never come.")
            )

    # what it waits for, and the answers

    def waits(self) -> list[Wait]:
        """Everything somebody or something outside could do next."""
        return [waiting.as_wait(*place) for place in waiting.Places(self._instance)]

    def changed(self) -> Change:
        """How the waits differ from the last time this was asked, or from the load; a wait acted on may have come again."""
        now, before, acted_on = waiting.Places(self._instance), self._noted, self._acted_on
        opened = [waiting.as_wait(*place) for place in now.beyond(before, acted_on)]
        gone = before.gone(now, acted_on)
        moves_clock = any(kind == "timer" for kind, _id in (*acted_on, *gone)) or any(wait.kind == "timer" for wait in opened)
        self._noted, self._acted_on = now, set()
        return Change(opened, gone, moves_clock)

    def noted_as(self, former: "Run") -> None:
        """What this run waits for is compared with what another one waited for."""
        self._noted, self._acted_on = former._noted, set()

    def complete(self, token: str, answers: dict) -> None:
        """A person did a task: only the given keys change."""
        self._answer(token, "user_task", answers)

    def finish_call(self, token: str, result: dict) -> None:
        """A worker did an operation: the result goes under the element's result variable, or into the data."""
        name = self._expect(token, "call").element.result_variable
        self._answer(token, "call", {name: result} if name else result)

    def throw(self, token: str, code: str) -> bool:
        """A worker was refused with a BPMN error code; False (and nothing changed) when no boundary event catches it."""
        waiting = self._expect(token, "call")
        caught = events.catch_error(waiting, code)
        self._acted_on |= {("call", token)} if caught else set()
        return caught

    def deliver(self, token: str, payload: dict) -> None:
        """A message or signal came for this wait."""
        waiting = self._expect(token, "message")
        events.happen(waiting, copied(payload, waiting.element_id))
        self._acted_on.add(("message", token))

    def fire(self, token: str) -> None:
        """The time of this wait has come; whether it really has is the caller's judgement."""
        events.happen(self._expect(token, "timer"))
        self._acted_on.add(("timer", token))

    def asked_now(self, tokens: Sequence[str]) -> list[Wait]:
        """These waits for people, with what the diagram asks of them judged anew; nothing moves by it."""
        found = []
        for each in tokens:
            token = self._expect(each, "user_task")
            token.internal_data |= asking.of(token)
            found.append(waiting.as_wait("user_task", each, token))
        return found

    def move_timer(self, token: str, due_at: datetime) -> None:
        """A waiting timer is due at another time from now on."""
        self._expect(token, "timer").internal_data["due"] = due_at

    def cancel(self) -> None:
        """Everything open is cancelled; the run is over."""
        instance = self._instance
        instance.ended = instance.standing()
        for token in instance.task_tree.children:
            moves.drop(token)
        instance.ready.clear()
        instance.finish()

    def _expect(self, token_id: str, kind: str):
        token = self._instance.find(token_id)
        if token is None or waiting.waits_for(token) != kind:
            raise RunFailed(token and token.element_id, "not_waiting", _("“%(element)s” does not wait for this (any more)."))
        return token

    def _answer(self, token_id, kind, changes):
        token = self._expect(token_id, kind)
        self._acted_on.add((kind, token_id))
        branches.write(token, copied(changes, token.element_id))
        token.internal_data = {key: value for key, value in token.internal_data.items() if key == "index"}
        token.complete()

    # what it is like now

    @property
    def definition(self) -> Definition:
        return self._instance.definition

    @property
    def is_under_way(self) -> bool:
        """Was it loaded from the middle of a long run?"""
        return self._instance.budget.is_begun

    @property
    def is_completed(self) -> bool:
        return self._instance.is_empty

    @property
    def data(self) -> dict:
        """The process data as it stands; where parallel branches differ, the later branch is shown."""
        return dict(self._instance.standing()[0])

    @property
    def steps(self) -> list[moves.StepTaken]:
        """What happened since start or load, for the trace."""
        return self._instance.steps

    @property
    def end_events(self) -> list[str]:
        """Ids of the end events reached since start or load."""
        return self._instance.end_events

    @property
    def thrown(self) -> list[dict]:
        """Messages and signals thrown since start or load for others: kind, name, payload, element_id, keys, expires_at."""
        return self._instance.thrown

    @property
    def stored(self) -> dict:
        """What was written to data stores since start or load: name → value."""
        return self._instance.stored

    def position(self) -> list[tuple[str, str]]:
        """(process key, element id) of everything going on."""
        here = [token.element for token in self._instance.everything() if token.element and not token.leans]
        return list(dict.fromkeys((element.process_key, element.id) for element in here))

    @property
    def context(self) -> Context:
        """What the run may know besides its data; may be replaced before `proceed`."""
        return self._instance.script_engine.context

    @context.setter
    def context(self, context: Context) -> None:
        self._instance.script_engine = Evaluator(context)
