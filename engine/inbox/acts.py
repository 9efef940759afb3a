"""What staff may do to a case besides its tasks: ask for more time, note a withdrawal, write something down."""

import hashlib
import json

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant, Role, Side
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case, Note
from engine.db import db
from engine.errors import Conflict, Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.mediation import agreement
from engine.workflow import messages
from engine.workflow.models import MessageWait, WaitStatus

LONGEST_EXTENSION = 60
MEDIATOR_AUDIENCES = ("mediator", "mediation", "side:applicant", "side:respondent", "filing")
EXTENSION = Form.from_row({"id": "extension", "components": [
    {"key": "days", "type": "number", "label": "延长天数", "label_en": "Days", "required": True, "min": 1,
     "max": LONGEST_EXTENSION},
    {"key": "reason", "type": "textarea", "label": "理由", "label_en": "Reason", "required": True, "max_length": 500}]})
WITHDRAWAL = Form.from_row({"id": "withdrawal", "components": [
    {"key": "reason", "type": "textarea", "label": "理由", "label_en": "Reason", "required": True, "max_length": 500}]})


class NotPossibleNow(Conflict):
    """The process does not listen for this where it stands."""

    message = _("The case is at a point where this is not possible.")


REDRAFT = Form.from_row({"id": "redraft", "components": [
    {"key": "reason", "type": "textarea", "label": "理由", "label_en": "Reason", "required": True, "max_length": 500}]})
ACTS = {  # act → (permission, what the process listens for, form)
    "extension": (Permission.DEADLINE_EXTEND, "extension_requested", EXTENSION),
    "withdrawal": (Permission.CASE_WITHDRAW, "withdrawal", WITHDRAWAL),
    "redraft": (Permission.AGREEMENT_DRAFT, "redraft", REDRAFT),
    "confirmation_withdrawal": (Permission.CASE_WITHDRAW, "confirmation_withdrawal", WITHDRAWAL),
}


def offered(actor: Actor, case: Case) -> dict[str, Form]:
    """What this person could do to the case where it stands."""
    listened = set(db.session.scalars(select(MessageWait.name).where(
        MessageWait.case_id == case.id, MessageWait.kind == "message", MessageWait.status == WaitStatus.OPEN)))
    return {
        act: form for act, (permission, message, form) in ACTS.items()
        if message in listened and may(actor, permission, case)
    }


def tell(actor: Actor, case: Case, act: str, answers: dict) -> None:
    """Tell the process. Raises Invalid, NotPossibleNow; the same twice changes nothing."""
    if act not in ACTS:
        raise NotPossibleNow()
    permission, message, form = ACTS[act]
    require(actor, permission, case)
    payload = form.check(answers)
    if message in ("withdrawal", "confirmation_withdrawal"):
        payload["withdrawn_by"] = _side(actor, case)
    wait = db.session.scalar(select(MessageWait).where(
        MessageWait.case_id == case.id, MessageWait.kind == "message", MessageWait.name == message,
        MessageWait.status == WaitStatus.OPEN).limit(1))
    if wait is None:
        raise NotPossibleNow()
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
    if act == "redraft":
        agreement.void_unsigned(case.id)
    messages.receive(case.id, message, payload, f"user:{actor.user_id}", f"{wait.id}:{digest}", by=actor.name)


def _side(actor: Actor, case: Case) -> str:
    """Whose will it is: the applicant withdraws (O07), anybody else is unwilling to go on (O10). Staff note the applicant's."""
    own = select(Participant.side).where(Participant.case_id == case.id, Participant.is_current)
    if actor.kind == "party":
        own = own.where(Participant.id == actor.participant_id)
    else:
        own = own.where(Participant.role == "party", Participant.body_id.in_(actor.bodies(Role.INSTITUTION_HANDLER)))
    return db.session.scalar(own.limit(1)) or Side.APPLICANT


def audiences(actor: Actor, case: Case) -> tuple[str, ...]:
    """For whom this person's notes on the case may be."""
    if not may(actor, Permission.CASE_NOTE, case):
        return ()
    if case.mediator_id == actor.user_id:
        return MEDIATOR_AUDIENCES
    if actor.has(Role.COORDINATOR) and case.organisation_id in actor.bodies(Role.COORDINATOR):
        return ("organisation",)
    return ("court",) if actor.has(Role.CLERK) or actor.has(Role.JUDGE) else ()


def write_note(actor: Actor, case: Case, text: str, audience: str) -> Note:
    """Keep a note on the case for an audience. Raises Invalid."""
    require(actor, Permission.CASE_NOTE, case)
    form = Form.from_row({"id": "note", "components": [
        {"key": "text", "type": "textarea", "label": "记录", "required": True, "max_length": 5000}]})
    checked = form.check({"text": text})
    if audience not in audiences(actor, case):
        raise Invalid(problems=[problem("/audience", "choice", _("Choose who may read this."))])
    note = Note(case_id=case.id, author=actor.name, text=checked["text"], audience=audience)
    db.session.add(note)
    db.session.flush()
    return note
