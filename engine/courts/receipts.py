"""When a court ruled, and a party received what it serves itself: as the court tells, or as the organisation's office has proved.

A ruling that was made on this platform is served here, and the record of service alone says when it came.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from engine import clock
from engine.courts import confirmation
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.workflow.models import Message

BEFORE = _("The day lies before the application for confirmation or in the future.")
RULED = "confirmation_ruled"  # what the court's own system says of its decision


class ReceiptRefused(Invalid):
    """The day of receipt does not fit the ruling."""

    message = _("This day of receipt does not fit the ruling.")


class Misfit(NamedTuple):
    """Why a receipt cannot be as told; `field` is empty when it is not the day's fault."""

    field: str
    code: str
    why: str


def misfit(case_id: int, party_id: int, day: date) -> Misfit | None:
    """What stands against a party having received the court's confirming ruling on this day. The court itself may tell
    another day than before: it serves, and its later word corrects the earlier one."""
    asked, said = confirmation.of_case(case_id), _said_confirmed(case_id)
    if asked is None or asked.status != "confirmed" and said is None:
        return Misfit("", "no-ruling", _("The court has made no confirming ruling in this case."))
    if asked.ruling_id is not None:  # two ends of one term otherwise
        return Misfit("", "served-here", _("This ruling was made on this platform, whose record of service says when it came."))
    if not _ruled_on(asked, said) <= day <= clock.today():
        return Misfit("/received_on", "order", _("The day lies before the court's ruling or in the future."))
    return None


def check(case_id: int, party_id: int, answers: dict) -> None:
    """The answer of the office's task can be true. Raises ReceiptRefused."""
    if answers.get("receipt") == "received":
        day = date.fromisoformat(answers["received_on"])
        found = misfit(case_id, party_id, day) or _against_the_court(case_id, party_id, day)
        if found is not None:
            raise ReceiptRefused(problems=[problem(found.field or "/received_on", found.code, found.why)])


def _against_the_court(case_id: int, party_id: int, day: date) -> Misfit | None:
    """What the office found out never takes the place of what the court told."""
    told = confirmation.receipt_told(case_id, party_id)
    return Misfit("/received_on", "told", _("Another day was told for this party before.")) if told not in (None, day) else None


def check_ruling(case_id: int, answers: dict) -> None:
    """The day that the office enters for the court's ruling can be true. Raises ReceiptRefused."""
    if (day := answers.get("found_on")) and not is_after_application(case_id, date.fromisoformat(day)):
        raise ReceiptRefused(problems=[problem("/found_on", "order", BEFORE)])


def is_after_application(case_id: int, day: date) -> bool:
    """Can the court have ruled on this day?"""
    asked = confirmation.of_case(case_id)
    return (applied_on(asked) if asked else day) <= day <= clock.today()


def applied_on(asked: ConfirmationApplication) -> date:
    """The day on which the parties applied."""
    return (asked.applied_at or asked.created_at).astimezone(clock.SHANGHAI).date()


def _ruled_on(asked: ConfirmationApplication, said: Message | None) -> date:
    """Before which day nobody can have received the ruling: its own, where the court has told it or the office entered it. When
    we heard of it says nothing, for it may have been served before that; then only the application bounds it."""
    if said is None and asked.decided_at:
        return asked.decided_at.astimezone(clock.SHANGHAI).date()
    told = said.payload.get("ruled_on") if said else None
    return date.fromisoformat(told) if told else applied_on(asked)


def _said_confirmed(case_id: int) -> Message | None:
    """The court's word that it confirms, even if the case has not taken it in yet."""
    said = select(Message).where(Message.case_id == case_id, Message.name == RULED, Message.source.startswith("client:"))
    ruled = db.session.scalar(said.order_by(Message.id.desc()).limit(1))
    is_so = ruled is not None and ruled.delivered_at is not None and ruled.payload.get("decision") == "confirmed"
    return ruled if is_so else None
