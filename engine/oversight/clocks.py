"""What happens to terms by the calendar alone: reminders before their end, and counting again when a year's file changed.

People are told by the process that begins by the message `term_near` or `term_moved`: designers say what it sends to whom.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from engine.access.models import Participant
from engine.db import database_now, db, locked
from engine.deadlines import clocks, reckoning, recounting, reminding, terms, yearly
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.deadlines.reckoning import last_day
from engine.deadlines.terms import Term
from engine.oversight import begun, overdue
from engine.workflow import incidents, waits
from engine.workflow.models import Incident, Instance, InstanceStatus, Timer, UserTask, WaitStatus

NEAR, MOVED = "term_near", "term_moved"
MISSING = "calendar_missing"  # the kind of incident that asks for a year's file
LIVE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)


def to_remind(limit: int) -> list[int]:
    """Running terms whose next reminder is due, the most urgent first; at its end one that has a timer is the timer's."""
    now = database_now()
    timed = exists().where(Timer.instance_id == Deadline.instance_id, Timer.token == Deadline.token,
                           Timer.status == WaitStatus.OPEN)
    return list(db.session.scalars(select(Deadline.id).where(
        Deadline.status == DeadlineStatus.RUNNING, Deadline.remind_at <= now, or_(Deadline.due_at > now, ~timed),
    ).order_by(Deadline.due_at).limit(limit)))


def remind(deadline_id: int) -> bool:
    """Tell whoever must act, and the parties where the table says so, that a term runs out; each reminder once. At its end,
    what stands at somebody's desk is brought before whoever supervises it.
    """
    row, now = _locked(deadline_id), database_now()
    if row.status != DeadlineStatus.RUNNING or row.remind_at is None or row.remind_at > now:
        return False
    term = terms.get(row.term)
    row.remind_at = reminding.next_look(term, row.due_at, now)
    if row.due_at <= now:
        return overdue.see_to(row)
    days, people = reminding.days_left(row.due_at, now), _concerned(row, term)
    _write(row, "term_reminded", days=days, due=row.due_at.isoformat(), to=people)
    if people:
        values = {"term": term.title.zh, "d": reckoning.spoken(row.due_at), "n": str(days)}
        _tell(row, NEAR, term.message or NEAR, people, values)
    return True


def to_recount(limit: int | None = None) -> list[int]:
    """Open terms that were counted by another calendar than the one in force."""
    query = select(Deadline.id).where(Deadline.status.in_(clocks.OPEN), Deadline.calendar != yearly.installed().sha256)
    return list(db.session.scalars(query.order_by(Deadline.id).limit(limit)))


@dataclass(frozen=True)
class Moved:
    """A term whose end is another one now; `is_kept`: its new end has passed already, so the one people know holds."""

    case_id: int
    term: str
    old: datetime
    new: datetime
    is_kept: bool = False


def recount(deadline_id: int, by: str) -> Moved | None:
    """Count an open term anew by the calendar in force; its timer follows, the case's history and the people are told."""
    row, now, calendar = _locked(deadline_id), database_now(), yearly.installed()
    if row.status not in clocks.OPEN or row.calendar == calendar.sha256:
        return None
    found, old = recounting.again(row, calendar), row.due_at
    if found is None:
        row.calendar = calendar.sha256
        return None
    if found.due_at != old and found.due_at <= now < old:
        clocks.keep(row, found, now)
        _write(row, "term_recounted", by, old=old.isoformat(), new=found.due_at.isoformat(), calendar=calendar.sha256, kept=True)
        return Moved(row.case_id, row.term, old, found.due_at, is_kept=True)
    clocks.tell(row, found, now)
    if row.due_at == old:
        return None
    if row.instance_id and row.token:
        waits.move_timer(db.session.get(Instance, row.instance_id), row.token, row.due_at)
    _write(row, "term_recounted", by, old=old.isoformat(), new=row.due_at.isoformat(), calendar=calendar.sha256)
    term = terms.get(row.term)
    if people := _concerned(row, term):
        values = {"term": term.title.zh, "d": reckoning.spoken(row.due_at), "old": reckoning.spoken(old)}
        _tell(row, MOVED, MOVED, people, values)
    return Moved(row.case_id, row.term, old, row.due_at)


def would_move(content: bytes) -> list[Moved]:
    """What a year's file would do to open terms. Raises CalendarRefused."""
    calendar, moved = yearly.with_file(content), []
    for row in db.session.scalars(select(Deadline).where(Deadline.status.in_(clocks.OPEN)).order_by(Deadline.due_at)):
        found = recounting.again(row, calendar)
        if found is not None and found.due_at != row.due_at:
            moved.append(Moved(row.case_id, row.term, row.due_at, found.due_at, found.due_at <= database_now() < row.due_at))
    return moved


def ask_for_calendars() -> list[int]:
    """Keep one incident open for each year that open terms need and no file is there for; returns the years."""
    latest = select(Deadline).where(Deadline.status.in_(clocks.OPEN)).order_by(Deadline.due_at.desc()).limit(5_000)
    rows = db.session.scalars(latest)
    years = {last_day(row.due_at).year: 0 for row in rows if clocks.is_provisional(row)}
    for year in years:
        incidents.report(f"calendar {year}", MISSING, f"Terms of open cases end in {year}, whose holidays are not installed: "
                         "their ends are provisional. `sutiao calendar add FILE` takes in the State Council's notice.")
    known = select(Incident).where(Incident.kind == MISSING, Incident.resolved_at.is_(None))
    for incident in db.session.scalars(known):
        if int(incident.subject.removeprefix("calendar ")) not in years:
            incidents.resolve(incident, "system", "It is no longer so.")
    return sorted(years)


def _locked(deadline_id: int) -> Deadline:
    """The term with the instances of its case before it, so that its process can be moved and another one begun."""
    row = db.session.get(Deadline, deadline_id)
    live = select(Instance.id).where(Instance.case_id == row.case_id, Instance.status.in_(LIVE)).order_by(Instance.id)
    for key in db.session.scalars(live).all():
        locked(Instance, key)
    return locked(Deadline, deadline_id)


def _concerned(row: Deadline, term: Term) -> list[int]:
    """Participants who must act within the term, and all parties where the term is everybody's."""
    query = select(Participant.id).where(Participant.case_id == row.case_id, Participant.is_current)
    if row.participant_id:
        return list(db.session.scalars(query.where(Participant.id == row.participant_id)))
    if term.tells != "parties":
        query = query.where(Participant.id.in_(_acting(row, term)))
    return list(db.session.scalars(query.where(Participant.role == "party").order_by(Participant.id)))


def _acting(row: Deadline, term: Term):
    """Of the task that the term is for, or of the tasks that its timer stands for."""
    timer = db.session.scalar(select(Timer).where(Timer.instance_id == row.instance_id, Timer.token == row.token))
    within = UserTask.token == row.token
    if timer is not None:
        stands = and_(UserTask.process_key == timer.process_key, UserTask.element == timer.attached_to)
        within = or_(UserTask.term == term.id, stands)
    return select(UserTask.participant_id).where(
        UserTask.instance_id == row.instance_id, UserTask.status == WaitStatus.OPEN, UserTask.participant_id.is_not(None), within)


def _tell(row: Deadline, name: str, template: str, people: list[int], values: dict) -> None:
    """Begin the process that tells people; when it cannot begin, an incident says so and the reminder is not lost on the page."""
    begun.begin(row, name, {"term": row.term, "template": template, "to": people, "values": values}, "reminder_failed")


def _write(row: Deadline, event: str, by: str = "clock", **detail) -> None:
    begun.write(row, event, by, **detail)
