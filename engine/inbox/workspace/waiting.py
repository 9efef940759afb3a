"""What a case at rest is waiting for: who, what, since when, by when and under which rule, and what follows if not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.access.models import Body, Participant, User
from engine.cases.models import Case
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.deadlines import terms
from engine.deadlines.models import Deadline
from engine.deadlines.terms import Term
from engine.inbox.workspace import internal
from engine.operations import OPERATIONS
from engine.workflow import versions
from engine.workflow.models import CallStatus, Instance, MessageWait, OperationCall, Timer, UserTask, WaitStatus


@dataclass(frozen=True)
class Waiting:
    """One thing a case waits for. `who`: a name, or for kind `system` and `message` empty."""

    kind: str  # person, team, party, system, stuck, message, timer
    what: str
    what_en: str
    since: datetime
    who: str = ""
    role: str = ""
    due_at: datetime | None = None
    starts_at: datetime | None = None
    term: Term | None = None
    deadline: Deadline | None = None  # the running term behind it
    pauses: tuple[dict, ...] = ()  # why its term stands still now, the oldest reason first
    is_own: bool = True  # False: no term of its own; what is told is the term that runs for the whole case
    task_id: int | None = None
    element: str = ""
    process_key: str = ""

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses)


def of_case(case: Case) -> list[Waiting]:
    """Everything that holds the case up, the most urgent first; what is merely possible (a withdrawal) is not waiting."""
    found = []
    for instance in db.session.scalars(select(Instance).where(
            Instance.case_id == case.id, Instance.status.in_(("running", "suspended")),
            Instance.id.not_in(internal.instances()))):
        found += of_instance(instance, case)
    far = datetime.max.replace(tzinfo=None)
    return sorted(found, key=lambda each: (each.due_at.replace(tzinfo=None) if each.due_at else far, each.since))


def of_instance(instance: Instance, case: Case | None = None) -> list[Waiting]:
    """The waits of one instance."""
    loaded = versions.of_instance(instance)
    timers = _open(Timer, instance)
    waits = [_task(task, timers) for task in _open(UserTask, instance)]
    waits += [_call(call, loaded) for call in _calls(instance)]
    if case is not None:
        waits += [_message(row, loaded, case) for row in _open(MessageWait, instance)
                  if not _is_attached(row, loaded) and not _is_beside(row, loaded)]
    waits += [_timer(timer, loaded) for timer in timers
              if not _is_attached(timer, loaded) and not _races(timer, loaded)]
    return waits


def of_task(task: UserTask) -> Waiting:
    """The wait that one open task is."""
    return _task(task, _open(Timer, task.instance))


def _open(model, instance: Instance) -> list:
    query = select(model).where(model.instance_id == instance.id, model.status == WaitStatus.OPEN)
    return list(db.session.scalars(query.order_by(model.opened_at, model.id)))


def _calls(instance: Instance) -> list[OperationCall]:
    waiting = (CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)
    return list(db.session.scalars(select(OperationCall).where(
        OperationCall.instance_id == instance.id, OperationCall.status.in_(waiting)).order_by(OperationCall.id)))


def _task(task: UserTask, timers: list[Timer]) -> Waiting:
    kind, who = _holder(task)
    return Waiting(kind, task.title, task.title_en, task.opened_at, who=who, role=task.role, task_id=task.id,
                   element=task.element, process_key=task.process_key, **_clock(task, timers))


def _holder(task: UserTask) -> tuple[str, str]:
    if task.participant_id:
        return "party", db.session.get(Participant, task.participant_id).name
    if task.assignee_id:
        return "person", db.session.get(User, task.assignee_id).name
    body = db.session.get(Body, task.body_id) if task.body_id else None
    return "team", body.name if body else ""


def _clock(task: UserTask, timers: list[Timer]) -> dict:
    """The task's own due time, or that of the timer standing on it which has a term or ends it: a reminder is neither."""
    if task.due_at:
        return _term(task.term, task.due_at, task.instance_id, task.token)
    place = (task.process_key, task.element)
    standing = next((timer for timer in timers if (timer.process_key, timer.attached_to) == place
                     and (timer.term or _ends(timer, task))), None)
    if standing:
        return _term(standing.term, standing.due_at, task.instance_id, standing.token)
    return _whole_case(task, timers)


def _ends(timer: Timer, task: UserTask) -> bool:
    """Is the task over when this timer fires?"""
    return versions.of_instance(task.instance).definition.element(timer.process_key, timer.element).interrupting


def _whole_case(task: UserTask, timers: list[Timer]) -> dict:
    """The nearest term around the task: of a larger part of the diagram that a timer stands on."""
    around = [timer for timer in timers if timer.attached_to and timer.term]
    if not around:
        return {}
    timer = min(around, key=lambda each: each.due_at)
    return {**_term(timer.term, timer.due_at, task.instance_id, timer.token), "is_own": False}


def _term(key: str, due_at, instance_id: int, token: str) -> dict:
    of_timer = select(Deadline).where(Deadline.instance_id == instance_id, Deadline.token == token)
    deadline = db.session.scalar(of_timer.limit(1)) if token else None
    return {"due_at": deadline.due_at if deadline else due_at, "starts_at": deadline.starts_at if deadline else None,
            "term": terms.get(key) if key else None, "deadline": deadline,
            "pauses": tuple(deadline.standing_for.values()) if deadline else ()}


def _call(call: OperationCall, loaded) -> Waiting:
    operation = OPERATIONS.get(call.operation)
    element = loaded.definition.element(call.process_key, call.element)
    kind = "stuck" if call.status == CallStatus.STUCK else "system"
    return Waiting(kind, element.name or call.operation, loaded.english_name(call.process_key, call.element) or
                   (str(operation.title) if operation else call.operation), call.created_at,
                   element=call.element, process_key=call.process_key)


def _message(row: MessageWait, loaded, case: Case) -> Waiting:
    element = loaded.definition.element(row.process_key, row.element)
    court = _court_asked(case) if row.kind == "message" else ""  # nobody is asked for a signal or a condition
    english = loaded.english_name(row.process_key, row.element)
    return Waiting("message", element.name or row.name, english, row.opened_at, who=court, element=row.element,
                   process_key=row.process_key)


def _court_asked(case: Case) -> str:
    """The court that was asked to confirm, else the one that referred."""
    asked = db.session.scalar(select(Body.name).join(
        ConfirmationApplication, ConfirmationApplication.court_id == Body.id).where(
        ConfirmationApplication.case_id == case.id).order_by(ConfirmationApplication.id.desc()).limit(1))
    return asked or (case.court.name if case.court else "")


def _timer(timer: Timer, loaded) -> Waiting:
    """The clock; when its time has come nobody is late, it is the system's turn."""
    element = loaded.definition.element(timer.process_key, timer.element)
    told = _term(timer.term, timer.due_at, timer.instance_id, timer.token)
    kind = "timer" if told["pauses"] or told["due_at"] > clock.now() else "system"
    return Waiting(kind, element.name or timer.element, loaded.english_name(timer.process_key, timer.element), timer.opened_at,
                   element=timer.element, process_key=timer.process_key, **(told if kind == "timer" else {}))


def _is_attached(row: MessageWait | Timer, loaded) -> bool:
    """A boundary event or the start of an event sub-process: it may come, but nobody waits for it."""
    element = loaded.definition.element(row.process_key, row.element)
    return element.attached_to is not None or element.starts_handler


def _races(timer: Timer, loaded) -> bool:
    """Does this timer stand behind an event-based gateway, beside what is really waited for?"""
    process = loaded.definition.processes[timer.process_key]
    sources = [process.elements[process.flows[flow].source] for flow in process.elements[timer.element].incoming]
    gateways = [source for source in sources if source.kind == "event_based_gateway"]
    beside = [process.elements[process.flows[flow].target] for gateway in gateways for flow in gateway.outgoing]
    return any(each.id != timer.element and not each.properties.get("correlation") for each in beside)


def _is_beside(row: MessageWait, loaded) -> bool:
    """A word that another process of ours may give (it finds us by its keys) is merely possible: nobody outside is waited for."""
    properties = loaded.definition.element(row.process_key, row.element).properties
    return bool(properties.get("correlation")) and properties.get("from") != "court"

