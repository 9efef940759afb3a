"""Judicial confirmation: which court, the joint application, and what became of it (CPL 205–206, DOMAIN §3)."""

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.errors import NotFound
from engine.i18n import _

DECISIONS = ("confirmed", "not_accepted", "rejected", "withdrawn")


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


def decide(case_id: int, decision: str, number: str, reason: str, ruling_id: int | None = None) -> ConfirmationApplication:
    """What the court decided is on record, on the application and in the register. Raises NothingAppliedFor."""
    application = of_case(case_id)
    if application is None:
        raise NothingAppliedFor()
    application.status, application.decided_at = decision, clock.now()
    application.number, application.reason = number or application.number, reason
    application.ruling_id = ruling_id or application.ruling_id
    db.session.get(Case, case_id).confirmation = decision
    db.session.flush()
    return application
