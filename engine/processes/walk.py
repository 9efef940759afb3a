"""Walk a process step by step in memory: no database, no workers; what a scenario, a test or “try it” does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from marshmallow import fields

from engine import clock, operations
from engine.cases import regimes
from engine.deadlines import due_at, moment, terms
from engine.errors import Invalid
from engine.expressions import ExpressionFailed, ExpressionRefused, compile_expression, spans
from engine.forms.form import Form
from engine.i18n import _
from engine.workflow import spiff, versions

PARTIES = [{"id": 1, "side": "applicant", "name": "申请人甲"}, {"id": 2, "side": "respondent", "name": "被申请人乙银行"}]
FACTS = {
    "number": "ST202411050000018", "regime": "A", "procedure": "", "during_trial": False,
    "channel": "court", "stage": "received", "outcome": "", "agreed": False, "sector": "banking",
    "category": "credit_card", "claimant": "consumer",
    "cause": "信用卡纠纷", "region": "310115", "amount": Decimal("50000.00"), "court": "沪0115",
    "organisation": "", "institution": "", "requested_organisation": "", "designates_by": "rule",
    "received_at": "2026-01-05T09:00:00+08:00", "has_mediator": False, "accepted": True, "mediated": False,
    "confirmation": "", "confirmation_asked_again": False, "ending": "", "letter_possible": False,
    "court_decides_here": True, "court_has_system": False,
    "quality_check": False, "agreement_settled": False, "text_fixed": False, "mediator_in_question": False,
    "ruling": None, "deed": False, "consents": {}, "parties": PARTIES, "parties_to_ask": PARTIES, "served": [],
    "mediators": [{"id": 11, "name": "李调解"}], "panel": [11],
    "receipts": {}, "unserved": [], "spot_open": {}, "overdue": [],
}
MAX_CALLS = 200


class StepFailed(Invalid):
    """A step of a walk could not be done: the process stands elsewhere, or refused what it was given."""

    message = _("The process does not wait for this.")


class Walk:
    """One run of a process with everything it calls, driven by hand. Operations answer with examples unless told otherwise."""

    def __init__(self, key: str, folders: Mapping[str, Mapping[str, str]], case: Mapping | None = None,
                 data: Mapping | None = None, returns: Mapping[str, Mapping] | None = None, at: str | None = None,
                 stores: Mapping | None = None):
        self.loaded = versions.assembled(key, dict(folders))
        begin = self.loaded.definition.element(key, at) if at else None
        if at and (begin is None or begin.kind != "start_event" or begin.scope):
            raise StepFailed(_("There is no start event “%(name)s”."), name=at)
        self.facts = _complete({**FACTS, **(case or {})})
        self.returns = returns or {}
        self.stores = dict(stores or {})
        self.now = clock.now()
        self.stages: list[str] = []
        self.steps: list[spiff.Step] = []
        self.ends: list[str] = []
        self.stopped: set[str] = set()  # calls that failed for good and wait for an operator
        self.still_since: dict[str, datetime] = {}  # timers whose term stands still → since when
        self.moved: dict[str, timedelta] = {}  # timers whose term stood still → for how long
        self.run: spiff.Run | None = None
        given = {"parties": self.facts["parties"], **self._worked_out(data or {})}
        self.run = spiff.start(self.loaded.definition, given, self._context(), at)
        self._proceed()

    # what people and things outside do

    def complete(self, element: str, answers: Mapping | None = None, role: str = "", party: int | None = None) -> None:
        """A person hands in a user task; `party` picks the task of this participant."""
        tasks = [wait for wait in self.waiting("user_task", element) if party in (None, wait.detail.get("assignee"))]
        if not tasks:
            raise StepFailed(_("“%(element)s” is not open; open are: %(open)s."), element=element, open=self.standing())
        task = tasks[0]
        its_role = self.loaded.role(task.process_key, task.lane)
        if role and role != its_role:
            raise StepFailed(_("“%(element)s” is a task of the role “%(role)s”."), element=element, role=its_role)
        self.run.complete(task.token, self._checked(task, self._worked_out(answers or {})))
        self._proceed()

    def complete_all(self, element: str, answers: Mapping | None = None, role: str = "") -> None:
        """Everybody hands in the same answers."""
        for _task in range(max(len(self.waiting("user_task", element)), 1)):
            self.complete(element, answers, role)

    def finish_call(self, name: str, result: Mapping | None = None) -> None:
        """A worker did the operation; without a result it answers with its example."""
        call = self._call(name)
        self.stopped.discard(call.token)
        self.run.finish_call(call.token, self.example(call) if result is None else self._worked_out(result))
        self._proceed()

    def throw(self, name: str, code: str) -> None:
        """A worker was refused for good; a boundary event has to catch it."""
        call = self._call(name)
        if not self.run.throw(call.token, code):
            raise StepFailed(_("Nothing catches the error “%(code)s” of “%(element)s”."), code=code, element=call.element_id)
        self._proceed()

    def stop(self, name: str) -> None:
        """A worker could not do the operation, or got no answer in time: the call stays until it is tried again."""
        self.stopped.add(self._call(name).token)

    def retry(self, name: str) -> None:
        """An operator lets a call that stays be tried again."""
        call = self._call(name)
        if call.token not in self.stopped:
            raise StepFailed(_("The call of “%(name)s” did not fail."), name=name)
        self.stopped.discard(call.token)

    def run_calls(self, until: str = "") -> None:
        """Workers do everything that is waiting, up to an operation of this name."""
        for _round in range(MAX_CALLS):
            call = next((wait for wait in self._due_calls() if until not in (wait.detail["operation"], wait.element_id)), None)
            if call is None:
                return
            self.finish_call(call.element_id)
        raise StepFailed(_("The process keeps calling operations without end."))

    def fire(self, name: str) -> None:
        """The time of a timer comes: by its element, or by its term."""
        timer = next((wait for wait in self.waiting("timer") if name in (wait.element_id, wait.detail.get("term"))), None)
        if timer is None:
            raise StepFailed(_("No timer “%(name)s” is running."), name=name)
        if timer.token in self.still_since:
            raise StepFailed(_("The term of “%(name)s” stands still."), name=name)
        self.now = max(self.now, self._due(timer)) + timedelta(seconds=1)
        self.run.fire(timer.token)
        self._proceed()

    def let_pass(self, time) -> None:
        """The clock moves on by a span (`P3D`), or to a day or moment: everything due on the way happens in its order."""
        until = self._later(time)
        for _round in range(MAX_CALLS):
            self.run_calls()
            due = [timer for timer in self.waiting("timer") if timer.token not in self.still_since and self._due(timer) <= until]
            if not due:
                self.now = until
                self._proceed()
                return
            first = min(due, key=self._due)
            self.now = max(self.now, self._due(first))
            self.run.context = self._context()
            self.run.fire(first.token)
            self._proceed()
        raise StepFailed(_("Timers keep falling due without end."))

    def _later(self, time) -> datetime:
        time = self._worked_out(time)
        try:
            is_span = isinstance(time, str) and time.startswith("P")
            until = self.now + spans.duration(time) if is_span else spans.moment(time if isinstance(time, str) else str(time))
        except (ValueError, OverflowError):
            raise StepFailed(_("“%(time)s” is neither a span like P3D nor a day or moment."), time=str(time)[:80]) from None
        if until < self.now:
            raise StepFailed(_("The clock only moves on: it is %(now)s already."), now=self.now.isoformat())
        return until

    def deliver(self, message: str, payload: Mapping | None = None) -> None:
        """Another system says something."""
        wait = next((wait for wait in self.waiting("message") if wait.detail["message"] == message), None)
        if wait is None:
            raise StepFailed(_("Nothing waits for the message “%(name)s”."), name=message)
        self.run.deliver(wait.token, self._worked_out(payload or {}))
        self._proceed()

    def learn(self, facts: Mapping) -> None:
        """What is known of the case changes, and whatever waits for that happens."""
        self.facts = _complete({**self.facts, **self._worked_out(facts)})
        self._proceed()

    # where it stands

    def waiting(self, kind: str, element: str = "") -> list[spiff.Wait]:
        """Open waits of a kind."""
        return [wait for wait in self.run.waits() if wait.kind == kind and element in ("", wait.element_id)]

    def standing(self) -> str:
        """What it waits for, for a message."""
        names = dict.fromkeys(wait.detail["operation"] if wait.kind == "call" else wait.element_id for wait in self.run.waits())
        return ", ".join(names) or "-"

    def is_at(self, element: str) -> bool:
        """Whether something there is going on."""
        return any(element == place for _key, place in self.run.position())

    @property
    def data(self) -> dict:
        return self.run.data if self.run else {}

    @property
    def is_over(self) -> bool:
        return self.run.is_completed

    def example(self, call: spiff.Wait) -> dict:
        """What an operation answers: as the walk was told, else what it was given under the same name, else an example."""
        operation, inputs = call.detail["operation"], call.detail["inputs"]
        outputs = operations.get(operation).Outputs().fields
        answers = {name: inputs[name] if name in inputs else _example(kind, self.now) for name, kind in outputs.items()}
        return answers | self._worked_out(self.returns.get(operation, {}))

    # inside

    def _due_calls(self) -> list[spiff.Wait]:
        return [wait for wait in self.waiting("call") if wait.token not in self.stopped]

    def _context(self) -> spiff.Context:
        now, facts = self.now, self.facts
        functions = {
            "term": lambda name, since=None: due_at(regimes.term_of(facts, name), moment(since) if since else now),
            "now": lambda: now,
            "today": lambda: now.astimezone(clock.SHANGHAI).date(),
        }
        return spiff.Context(facts=lambda: self.facts, functions=functions, now=now,
                             stores=lambda name, _locks: self.stores.get(name))

    def _proceed(self) -> None:
        self.run.context = self._context()
        try:
            self.run.proceed()
        finally:
            self._note(self.run.steps[len(self.steps):])
            self.stores |= self.run.stored
        self._let_stand_still()

    def _let_stand_still(self) -> None:
        """The terms that `pauses` names stand still where the process now is; the others go on, later by that time."""
        here = [self.loaded.pausing[place] for place in self.run.position() if place in self.loaded.pausing]
        still = {term.id for element in here for word in element.pauses for term in terms.family(word)}
        for timer in self.waiting("timer"):
            token, key = timer.token, timer.detail.get("term")
            if key and terms.get(key).id in still:
                self.still_since.setdefault(token, self.now)
            elif token in self.still_since:
                self.moved[token] = self.moved.get(token, timedelta()) + self.now - self.still_since.pop(token)

    def _due(self, timer: spiff.Wait) -> datetime:
        return timer.detail["due_at"] + self.moved.get(timer.token, timedelta())

    def _note(self, new) -> None:
        self.steps += new
        self.ends = self.run.end_events
        for step in new:
            element = self.loaded.definition.element(step.process_key, step.element_id) if step.event == "entered" else None
            if element is not None and element.properties.get("stage"):
                self.stages.append(element.properties["stage"])

    def _call(self, name: str) -> spiff.Wait:
        call = next((wait for wait in self.waiting("call") if name in (wait.element_id, wait.detail["operation"])), None)
        if call is None:
            raise StepFailed(_("No call of “%(name)s” is waiting; open are: %(open)s."), name=name, open=self.standing())
        operations.get(call.detail["operation"]).load(call.detail["inputs"])
        return call

    def _checked(self, task: spiff.Wait, answers: dict) -> dict:
        name = task.properties.get("form")
        source = self.loaded.form(task.process_key, name) if name else None
        return Form.read(source, name).check(answers, task.detail["data"]) if source else answers

    def _worked_out(self, values):
        """Texts that begin with `=` are expressions: `"= today() + days(7)"`."""
        match values:
            case Mapping():
                return {key: self._worked_out(value) for key, value in values.items()}
            case list():
                return [self._worked_out(value) for value in values]
            case str() if values.startswith("="):
                return self._evaluated(values[1:])
        return values

    def _evaluated(self, source):
        context = self._context()
        try:
            value = compile_expression(source).evaluate({**self.data, "case": self.facts}, context.functions)
        except (ExpressionRefused, ExpressionFailed) as error:
            raise StepFailed(error.message, **error.details) from error
        return value.isoformat() if hasattr(value, "isoformat") else value


def _complete(facts: dict) -> dict:
    """With the mediation term that follows from regime and procedure."""
    known = regimes.every().get(facts["regime"])
    return facts | ({"mediation_term": known.term(facts["procedure"])} if known else {})


def _example(kind: fields.Field, now: datetime):
    match kind:
        case fields.Integer():
            return 1
        case fields.Boolean():
            return True
        case fields.AwareDateTime() | fields.DateTime():
            return now.isoformat()
        case fields.Date():
            return now.date().isoformat()
        case fields.List():
            return []
        case fields.Dict():
            return {}
    return "example"


__all__ = ["FACTS", "PARTIES", "StepFailed", "Walk"]
