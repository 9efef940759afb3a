"""Judicial confirmation: which court, within which time, the joint application, and what became of it (CPL 205–206)."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import clock, reading
from engine.access.models import Body
from engine.cases.models import Case
from engine.courts import series
from engine.courts.competence import competent
from engine.courts.models import ConfirmationApplication, CourtProfile
from engine.db import db, locked
from engine.deadlines import due_at
from engine.errors import Conflict, NotFound
from engine.i18n import _
from engine.mediation import agreement, consent
from engine.mediation.models import Agreement
from engine.workflow.models import MessageWait, UserTask, WaitStatus

DECISIONS = ("confirmed", "not_accepted", "rejected", "withdrawn", "deemed_withdrawn")
TERM = "T14"
PERFORMED = "fully_performed"  # heard while people are asked whether they apply


class NotApplicable(Conflict):
    """No application can be made for this case now."""


class NotEffective(NotApplicable):
    message = _("The agreement is not in effect.")


class TooLate(NotApplicable):
    message = _("The thirty days for the application ended on %(day)s.")


class NothingAppliedFor(NotFound):
    """The case has no application for confirmation."""

    message = _("There is no application for judicial confirmation in this case.")


def of_case(case_id: int | None) -> ConfirmationApplication | None:
    """The latest application of a case."""
    asked = select(ConfirmationApplication).where(ConfirmationApplication.case_id == case_id)
    return db.session.scalar(asked.order_by(ConfirmationApplication.id.desc()).limit(1))


def court_of(case_id: int | None) -> int | None:
    """The body id of the court that is asked to confirm, if the case has come that far."""
    application = of_case(case_id)
    return application.court_id if application else None


def is_asked_again(case: Case) -> bool:
    """Is everybody asked anew after a no or the lapse of the thirty days: does somebody wait to hear that all was performed?"""
    heard = select(MessageWait.id).where(
        MessageWait.case_id == case.id, MessageWait.name == PERFORMED, MessageWait.status == WaitStatus.OPEN)
    return case.confirmation in ("none", "lapsed") and db.session.scalar(heard.limit(1)) is not None


def apply(case: Case, court_code: str = "", until: str = "") -> ConfirmationApplication:
    """The application to the competent court; asking again for the same agreement gives the same one.

    What counts for the thirty days is when the last party joined, not when the papers were made. `until`: the last day to which a
    court extended them for good cause (CPL 86). Raises NotEffective, TooLate, NoCompetentCourt.
    """
    made = agreement.in_effect(case.id)
    if made is None:
        raise NotEffective()
    known = of_case(case.id)
    if known is not None and known.agreement_id == made.id and known.status in ("collecting", "sent"):
        return known
    last, asked_at = due_at(TERM, made.effective_at), _joined_at(made)
    if until:
        last = max(last, datetime.combine(date.fromisoformat(until[:10]) + timedelta(days=1), time(), clock.SHANGHAI))
    if asked_at > last:
        raise TooLate(day=(last - timedelta(seconds=1)).astimezone(clock.SHANGHAI).date().isoformat())
    application = ConfirmationApplication(case_id=case.id, agreement_id=made.id, court_id=competent(case, court_code).id,
                                          status="collecting", applied_at=asked_at)
    db.session.add(application)
    case.confirmation = "applied"
    db.session.flush()
    return application


def _joined_at(made: Agreement) -> datetime:
    """When the last party said that it applies (CPL 205: together); now, where nobody's word is on record."""
    said = consent.latest(made.case_id, "confirmation", since=made.effective_at).values()
    return max((row.at for row in said if row.is_given), default=clock.now())


def note_sent(application_id: int) -> None:
    """The court has the papers."""
    application = locked(ConfirmationApplication, application_id)
    if application.status == "collecting":
        application.status = "sent"


def accept(case_id: int, number: str = "") -> ConfirmationApplication:
    """The court took the application on; its review term runs from here. Raises NothingAppliedFor."""
    application = _known(case_id)
    if application.status in ("collecting", "sent"):
        application.status, application.accepted_at = "accepted", clock.now()
        application.number = number or application.number
        db.session.get(Case, case_id).confirmation = "accepted"
        db.session.flush()
    return application


def docket(case: Case) -> ConfirmationApplication:
    """A court whose people work here takes the application on under its next number. Raises NothingAppliedFor."""
    application = _known(case.id)
    return accept(case.id, number_for(case, db.session.get(Body, application.court_id)))


def decide(case_id: int, decision: str, number: str, reason: str, ruling_id: int | None = None,
           ground: str = "", ruled_on: date | None = None) -> ConfirmationApplication:
    """What the court decided is on record, on the application and in the register; `ruled_on`: the day of a ruling that was made
    before we heard of it. Raises NothingAppliedFor."""
    application = _known(case_id)
    if application.accepted_at is None and decision in ("confirmed", "rejected"):  # others may come before it was taken on
        application.accepted_at = _completed_at(case_id, "review_application_court") or application.applied_at
    is_earlier = ruled_on is not None and ruled_on < clock.today()
    application.status = decision
    application.decided_at = datetime.combine(ruled_on, time(), clock.SHANGHAI) if is_earlier else clock.now()
    application.number, application.reason = number or application.number, reason
    application.ground = ground
    application.ruling_id = ruling_id or application.ruling_id
    db.session.get(Case, case_id).confirmation = decision
    db.session.flush()
    return application


def note_receipt(case_id: int, participant_id: int, day: date) -> None:
    """The court's own system served its ruling, and says when a party received it. Raises NothingAppliedFor."""
    application = locked(ConfirmationApplication, _known(case_id).id)
    application.receipts = {**application.receipts, str(participant_id): day.isoformat()}
    db.session.flush()


def receipt_told(case_id: int, participant_id: int) -> date | None:
    """The day on which a party received the ruling, as the court's own system told it."""
    application = of_case(case_id)
    told = application.receipts.get(str(participant_id)) if application else None
    return reading.answered(told)


def set_aside(case_id: int, reason: str) -> ConfirmationApplication:
    """The court took its ruling back on an objection (CPL-Interp 372): the agreement is no longer confirmed."""
    application = _known(case_id)
    application.status, application.reason = "set_aside", reason
    db.session.get(Case, case_id).confirmation = "set_aside"
    db.session.flush()
    return application


def decides_here(application: ConfirmationApplication) -> bool:
    """Do the court's people decide in our inbox? Otherwise its own system makes its papers."""
    profile = db.session.get(CourtProfile, application.court_id)
    return bool(profile and profile.decides_here)


def _known(case_id: int) -> ConfirmationApplication:
    application = of_case(case_id)
    if application is None:
        raise NothingAppliedFor()
    return application


def number_for(case: Case, court: Body) -> str:
    """The court's next number for a confirmation case, or the one the application already has."""
    known = of_case(case.id)
    if known is not None and known.number:
        return known.number
    return series.next_number("confirmation", case.regime, court.code)


def who_accepted(case_id: int) -> str:
    """The clerk who looked at the application here."""
    return _completed_by(case_id, "review_supplement") or _completed_by(case_id, "review_application_court") or "书记员"


def who_decided(case_id: int) -> str:
    """The judge who decided here, else whoever decided on acceptance."""
    deciding = ("decide_withdrawal", "decide_overdue", "decide_confirmation", "verify_together")
    return next(filter(None, (_completed_by(case_id, element) for element in deciding)), "") or who_accepted(case_id)


def _completed_by(case_id: int, element: str) -> str:
    task = _completed(case_id, element)
    return task.completed_by if task else ""


def _completed_at(case_id: int, element: str) -> datetime | None:
    task = _completed(case_id, element)
    return task.closed_at if task else None


def _completed(case_id: int, element: str) -> UserTask | None:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == case_id, UserTask.element == element, UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.closed_at.desc()).limit(1))
