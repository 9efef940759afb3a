"""The running terms of a case: start, pause, resume, extend, finish, miss. Each writes the row and explains itself.

Whoever lengthens a term or lets it go on also moves the timer that stands for it (`Deadline.token`): that is the caller's
work, because terms know nothing of processes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from engine import clock, statements
from engine.access.models import Participant
from engine.db import db, locked
from engine.deadlines import continuing, reckoning, recounting, reminding, saying, terms
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.deadlines.reckoning import Reckoning
from engine.deadlines.refusals import (
    DeadlineNotPaused,
    DeadlineNotRunning,
    DeadlineOver,
    ExtensionBeyondCap,
    ExtensionNeedsApproval,
    ExtensionNeedsConsent,
    ExtensionTooLong,
    TermNotExtendable,
)
from engine.deadlines.terms import Term
from engine.deadlines.yearly import installed

OPEN = (DeadlineStatus.RUNNING, DeadlineStatus.PAUSED)
MARK = {"zh": "；", "en": "; "}
MAX_EXTENSION = 365  # days at one time, where neither the law nor the table sets less


def start(
    case_id: int, instance_id: int | None, term: str, at: datetime | None = None, token: str = "", length: int | None = None,
    until: datetime | None = None, participant_id: int | None = None,
) -> Deadline:
    """Let a term run for a case; starting the same one (same timer) again returns the row that is already running.

    A mediation term that the case had already goes on where it stood (`continuing`).

    `participant_id`: it is this party's alone, and nobody else is reminded of it.

    `until` is the end that a court set or the parties agreed on, for terms the law gives no length.
    """
    term = terms.get(term)
    if running := _same(case_id, instance_id, term, token):
        return running
    at = at or clock.now()
    if before := continuing.earlier(case_id, term):
        return _gone_on(before, term, length, instance_id, token, at)
    if until is not None and length is None and not term.has_fixed_length:
        length = (reckoning.last_day(until) - at.astimezone(clock.SHANGHAI).date()).days
    found = reckoning.due(term, at, installed(), length)
    row = Deadline(case_id=case_id, instance_id=instance_id, term=term.id, token=token, starts_at=at, pauses=[], extensions=[],
                   length=length, status=DeadlineStatus.RUNNING, participant_id=participant_id)
    tell(row, found, at)
    db.session.add(row)
    db.session.flush()
    return row


def _gone_on(before: Deadline, term: Term, length: int | None, instance_id: int | None, token: str, at: datetime) -> Deadline:
    """The term under another timer: its start, its extensions and what did not count come along.

    Another procedure gives it another length, counted from the same start.
    """
    gap, is_same = continuing.gap(before, at), term.id == before.term
    row = Deadline(case_id=before.case_id, instance_id=instance_id, term=term.id, token=token, starts_at=before.starts_at,
                   pauses=continuing.pauses(before, gap), extensions=before.extensions,
                   length=before.length if is_same else length,
                   status=DeadlineStatus.RUNNING, participant_id=before.participant_id, due_at=before.due_at,
                   explanation=before.explanation, calendar=before.calendar)
    if not is_same and (found := recounting.again(row, installed())):
        tell(row, found, at)
    elif gap:
        found = reckoning.resumed(before.due_at, gap[1] - gap[0])
        tell(row, replace(found, is_provisional=is_provisional(before)), at, more=True)
    row.remind_at = reminding.next_look(terms.get(row.term), row.due_at, at)
    db.session.add(row)
    db.session.flush()
    return row


def pause(deadline_id: int, reason: str, at: datetime | None = None, key: str = "", reason_en: str = "") -> Deadline:
    """Stop the clock: time that is not counted begins (appraisal, suspension).

    Several reasons may hold at once, each under its `key`: the clock goes on when none is left.
    """
    at = at or clock.now()
    row = locked(Deadline, deadline_id)
    if row.status not in OPEN or key in row.standing_for:
        raise DeadlineNotRunning(term=row.term)
    if row.status == DeadlineStatus.RUNNING:
        if at >= row.due_at:
            raise DeadlineOver(term=row.term)
        row.status, row.paused_at = DeadlineStatus.PAUSED, at
    row.pauses = [*row.pauses, {"from": at.isoformat(), "to": None, "reason": reason, "reason_en": reason_en, "key": key}]
    return row


def resume(deadline_id: int, at: datetime | None = None, key: str = "") -> Deadline:
    """This reason holds no longer; with the last one the clock goes on, and the end moves by exactly the time it stood still."""
    at = at or clock.now()
    row = locked(Deadline, deadline_id)
    if row.status != DeadlineStatus.PAUSED or key not in row.standing_for:
        raise DeadlineNotPaused(term=row.term)
    row.pauses = [each | {"to": at.isoformat()} if _holds(each, key) else each for each in row.pauses]
    if row.standing_for:
        return row
    found = reckoning.resumed(row.due_at, max(at, row.paused_at) - row.paused_at)
    found = replace(found, is_provisional=is_provisional(row))
    row.status, row.paused_at = DeadlineStatus.RUNNING, None
    tell(row, found, at, more=True)
    return row


def extend(
    deadline_id: int, days: int, reason: str, consents: Sequence[dict] = (), at: datetime | None = None, asked_by: str = "",
) -> Deadline:
    """Lengthen a term within the law's cap, with everybody's consent where the law asks for it.

    A consent is `{"party": participant id, "name", "at", "channel"}`; an approval (court president, institution) has a name
    and no party. Raises what refuses it: TermNotExtendable, ExtensionTooLong, ExtensionBeyondCap, ExtensionNeedsConsent …
    """
    at = at or clock.now()
    row = locked(Deadline, deadline_id)
    if row.status not in OPEN:
        raise DeadlineNotRunning(term=row.term)
    if row.status == DeadlineStatus.RUNNING and at >= row.due_at:
        raise DeadlineOver(term=row.term)
    term = terms.get(row.term)
    _check_length(row, term, days, at)
    _check_consents(row, term, consents)
    old, found = row.due_at, reckoning.extended(term, row.due_at, days, installed())
    tell(row, found, at, more=True)
    record = {"days": days, "old": old.isoformat(), "new": found.due_at.isoformat(), "reason": reason,
              "asked_by": asked_by, "consents": list(consents), "at": at.isoformat()}
    row.extensions = [*row.extensions, record]
    return row


def check_extension(case_id: int, term: str, days: int) -> None:
    """Before anybody is asked: could a case's term become longer by so much? Raises what refuses it, but for missing consents."""
    row = running(case_id, term)
    if row is None:
        raise DeadlineNotRunning(term=term)
    _check_length(row, terms.get(row.term), days, clock.now())


def finish(
    instance_id: int, token: str, missed: bool | None = None, at: datetime | None = None, note: str = "",
    posted_on: date | None = None,
) -> Deadline | None:
    """End the term that stands behind a timer or a user task: met, or missed; None when it has ended already.

    Unless the caller knows, its own end decides; a term that stands still is not over, and what was given to the post in time
    is not late: the travel time of post does not count (CPL 85).
    """
    at = at or clock.now()
    row = db.session.scalar(select(Deadline).where(
        Deadline.instance_id == instance_id, Deadline.token == token, Deadline.status.in_(OPEN)))
    if row is not None:
        if missed is None:
            missed = row.status == DeadlineStatus.RUNNING and not reckoning.is_kept(row.due_at, at, posted_on)
        _end(row, DeadlineStatus.MISSED if missed else DeadlineStatus.MET, at, note)
    return row


def cancel_all(instance_id: int, note: str = "") -> None:
    """None of an instance's terms matters any more: it ended or was stopped."""
    for row in db.session.scalars(select(Deadline).where(Deadline.instance_id == instance_id, Deadline.status.in_(OPEN))):
        _end(row, DeadlineStatus.CANCELLED, clock.now(), note)


def paused_among(case_ids: Iterable[int]) -> set[tuple[int, str]]:
    """(case, term) of the terms that stand still in these cases, for lists."""
    return {tuple(row) for row in statements.ask(_PAUSED, cases=list(case_ids))}


_PAUSED = select(Deadline.case_id, Deadline.term).where(
    statements.among(Deadline.case_id, "cases"), Deadline.status == DeadlineStatus.PAUSED)


def overdue(case_id: int) -> list[int]:
    """The terms of a case whose end has passed and that nothing has ended yet, for diagrams that see to them."""
    return list(db.session.scalars(select(Deadline.id).where(
        Deadline.case_id == case_id, Deadline.status == DeadlineStatus.RUNNING, Deadline.due_at <= clock.now())
        .order_by(Deadline.id)))


def is_provisional(row: Deadline) -> bool:
    """Whether the end may still move because a year's notice on holidays was not out when it was counted."""
    return bool(row.explanation.get("provisional"))


def of_case(case_id: int) -> list[Deadline]:
    """All terms of a case, in the order they began."""
    return list(db.session.scalars(select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.starts_at, Deadline.id)))


def latest(case_id: int, word: str) -> Deadline | None:
    """The last term of this name or family that a case had, whether it still runs or not."""
    meant = [term.id for term in terms.family(word)]
    asked = select(Deadline).where(Deadline.case_id == case_id, Deadline.term.in_(meant)).order_by(Deadline.id.desc())
    return db.session.scalar(asked.limit(1))


def running(case_id: int, term: str) -> Deadline | None:
    """The term of this name or family that is open for a case, if any; the latest when there are several."""
    return db.session.scalar(_all_running(case_id, [term]).order_by(Deadline.id.desc()).limit(1))


def all_running(case_id: int, words: Iterable[str]) -> list[Deadline]:
    """The open terms of a case that any of these names or families mean."""
    return list(db.session.scalars(_all_running(case_id, words).order_by(Deadline.id)))


def _all_running(case_id: int, words: Iterable[str]):
    meant = {term.id for word in words for term in terms.family(word)}
    return select(Deadline).where(Deadline.case_id == case_id, Deadline.term.in_(meant), Deadline.status.in_(OPEN))


def last_day_of(case_id: int, term: str, since: datetime) -> date:
    """The last day of a case's term, for papers: of the one that runs, else as it will be counted from a moment."""
    row = running(case_id, term)
    due_at = row.due_at if row else reckoning.due(terms.get(term), since, installed()).due_at
    return reckoning.last_day(due_at)


def _same(case_id: int, instance_id: int | None, term: Term, token: str) -> Deadline | None:
    asked = select(Deadline).where(Deadline.case_id == case_id, Deadline.instance_id == instance_id, Deadline.term == term.id,
                                   Deadline.token == token, Deadline.status.in_(OPEN))
    return db.session.scalar(asked)


def _holds(pause: dict, key: str) -> bool:
    return pause["to"] is None and pause.get("key", "") == key


def tell(row: Deadline, found: Reckoning, at: datetime, more: bool = False) -> None:
    """Write a reckoning into a term's row: its end, its words, and when somebody is reminded next."""
    told = dict(found.explanation)
    if more:
        parts = {language: [row.explanation[language], told[language]] for language in told}
        told = {language: MARK[language].join(filter(None, both)) for language, both in parts.items()}
    if found.is_provisional:
        told["provisional"] = True
    row.due_at, row.explanation, row.calendar = found.due_at, told, installed().sha256
    row.remind_at = reminding.next_look(terms.get(row.term), row.due_at, at)


def keep(row: Deadline, found: Reckoning, at: datetime) -> None:
    """A new reckoning would have ended already: the end that people know holds, and is no longer provisional."""
    last = reckoning.last_day(row.due_at)
    tell(row, Reckoning(row.due_at, last, (saying.kept(found.last_day, last),), found.is_provisional), at, more=True)


def _end(row: Deadline, status: DeadlineStatus, at: datetime, note: str) -> None:
    row.status, row.ended_at, row.paused_at = status, at, None
    if row.standing_for:
        row.pauses = [each | {"to": each["to"] or at.isoformat()} for each in row.pauses]
    row.note = note or row.note or ""


def _check_length(row: Deadline, term: Term, days: int, at: datetime) -> None:
    if term.extension is None:
        raise TermNotExtendable(term=term.id)
    most = term.extension.at_once_days or MAX_EXTENSION
    if not 1 <= days <= most:
        raise ExtensionTooLong(most=most)
    cap = term.extension.cap_on(at.astimezone(clock.SHANGHAI).date())
    used = sum(extension["days"] for extension in row.extensions)
    if term.extension.cap_months:
        first = datetime.fromisoformat(row.extensions[0]["old"]) if row.extensions else row.due_at
        cap = reckoning.days_of_months(first, term.extension.cap_months)
    if cap is not None and used + days > cap:
        raise ExtensionBeyondCap(cap=cap, used=used)


def _check_consents(row: Deadline, term: Term, consents: Sequence[dict]) -> None:
    if term.extension.by != "all_parties":
        if not any(consent.get("name") for consent in consents):
            raise ExtensionNeedsApproval(term=term.id)
        return
    people = db.session.scalars(select(Participant).where(Participant.case_id == row.case_id, Participant.is_current))
    people = {person.id: person for person in people}
    agreed = {consent.get("party") for consent in consents}
    spoken_for = agreed | {people[id].represents_id for id in agreed if id in people}
    missing = [person.name for person in people.values() if person.role == "party" and person.id not in spoken_for]
    if missing:
        raise ExtensionNeedsConsent(who="、".join(missing))
