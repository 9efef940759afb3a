"""What another system says about a case, and who may say what."""

from datetime import date, timedelta

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import BodyKind, Participant, Side
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import referral_rules
from engine.cases.models import Case
from engine.courts import applications, complaints, confirmation, objections, receipts
from engine.courts.models import ConfirmationApplication
from engine.db import database_now, db
from engine.errors import Forbidden, Invalid, problem
from engine.i18n import _
from engine.mediation import agreement
from engine.workflow import messages, trace
from engine.workflow.models import Message

WITHDRAWAL = "withdrawal"
MATERIAL_RETURNED = "material_returned"  # what the end of a failed delegated mediation says, and docketing begins by
ACCEPTED = "confirmation_accepted"
RULED = receipts.RULED
DESIGNATED = "organisation_designated"
OBJECTION_DECIDED = "ruling_objection_decided"  # the court that ruled says what became of an objection to its ruling
RECEIVED = "ruling_received"  # the court whose own system serves its ruling says when a party received it
CORRECTED_FOR = timedelta(days=2)  # a corrected day is for a period that runs; nobody is to find it later
DOCKETING_DECIDED = "docketing_decided"  # the court that referred a dispute says whether it dockets the suit
DOCKET_DECIDED = "docket_decided"  # the court that entrusted a docketed case says how it ended
LETTER_DECIDED = "letter_decided"  # the court that was asked for a letter before docketing says whether it is in force
COMPLAINT_DECIDED = "complaint_decided"  # the inviting court says what it made of a complaint about its mediator
CONFIRMATION = (ACCEPTED, "confirmation_not_accepted", RULED, "confirmation_supplement", "confirmation_hearing", RECEIVED)
COURT_ANSWERS = (RULED, DOCKET_DECIDED, LETTER_DECIDED, OBJECTION_DECIDED, DOCKETING_DECIDED)  # what processes wait for
ASKED = {  # said by the court before which a party brought an application of this kind
    "payment_order_admission": "payment_order", "payment_order_decision": "payment_order",
    "payment_order_service": "payment_order", "payment_order_objection": "payment_order",
    "payment_order_objection_decision": "payment_order",
    "enforcement_admission": "enforcement",
    LETTER_DECIDED: "letter",
}


class NotYoursToSay(Forbidden):
    """The message is another sender's to send."""

    message = _("This message can only come from the court that decides, or from the applicant who withdraws.")


class MessageRefused(Invalid):
    """What the message says does not fit the case."""

    message = _("This message does not fit the case.")


def hear(actor: Actor, case: Case, name: str, payload: dict, message_key: str) -> tuple[Message, bool]:
    """Keep a message and deliver it when the case waits for it; tells whether it is new.

    The same key again changes nothing; with other content it raises MessageChanged.
    """
    require(actor, Permission.CASE_WITHDRAW if name == WITHDRAWAL else Permission.CASE_MESSAGE, case)
    _require_sender(actor, case, name, payload.get("objection"))
    if name == DESIGNATED and not referral_rules.is_body(payload["designated"], BodyKind.ORGANISATION):
        fault = problem("/payload/designated", "unknown-organisation", referral_rules.NO_ORGANISATION)
        raise referral_rules.ReferralRefused(problems=[fault])
    source = f"client:{actor.client_id}"
    known = db.session.scalar(select(Message).where(Message.source == source, Message.message_key == message_key))
    keys = _keys(case, name, payload) if known is None else known.keys or None
    if known is None:
        _require_fits(case.id, name, payload, keys)
    corrected = name == RECEIVED and known is None and confirmation.receipt_told(case.id, keys["party"]) is not None
    message = messages.receive(case.id, name, payload, source, message_key, by=actor.name, keys=keys,
                               begins_by=MATERIAL_RETURNED if name == DOCKETING_DECIDED else "",
                               expires_at=clock.now() + CORRECTED_FOR if corrected else None)
    if name == DOCKETING_DECIDED and known is None and message.result == "too_late":
        _note_late_decision(message)
    if name == ACCEPTED and known is None and confirmation.of_case(case.id) is not None:
        confirmation.accept(case.id, str(payload.get("number") or ""))
    if name == RECEIVED and known is None:
        _note_receipt(case.id, keys["party"], date.fromisoformat(payload["received_on"]), actor.name)
    if name in ASKED and known is None and payload.get("number"):
        applications.note_number(case.id, ASKED[name], payload["number"])
    return message, known is None


def _note_receipt(case_id: int, party_id: int, day: date, by: str) -> None:
    """Since when a party's fifteen days run. Another day than before corrects it: what hangs on it is counted again."""
    before = confirmation.receipt_told(case_id, party_id)
    confirmation.note_receipt(case_id, party_id, day)
    if before not in (None, day):
        objections.recount(case_id, party_id)
        trace.write(None, "ruling_receipt_corrected", by, case_id=case_id, participant=party_id,
                    note=f"{before.isoformat()} → {day.isoformat()}")


def _keys(case: Case, name: str, payload: dict) -> dict | None:
    """By what the instance is found that a message is for, besides its case."""
    match name:
        case "ruling_objection_decided":
            return {"objection": payload["objection"]}
        case "ruling_received":
            return {"party": _receiver(case, payload).id}
        case "complaint_decided":
            return {"paper": payload["paper"]}
    return None


def _receiver(case: Case, payload: dict) -> Participant:
    """The party that is said to have received the ruling. Raises MessageRefused."""
    named = select(Participant).where(Participant.case_id == case.id, Participant.role == "party", Participant.is_current,
                                      Participant.name == payload["name"])
    if payload.get("side"):
        named = named.where(Participant.side == payload["side"])
    found = list(db.session.scalars(named.order_by(Participant.id).limit(2)))
    if not found:
        raise _misfit("/name", "unknown", _("No party of this case has this name."))
    if len(found) > 1:
        raise _misfit("/name", "ambiguous", _("Several parties of this case have this name. Say on which side this one is."))
    return found[0]


def _require_fits(case_id: int, name: str, payload: dict, keys: dict | None) -> None:
    """What is told can be true of this case. Raises MessageRefused."""
    ruled_on = payload.get("ruled_on") if name == RULED else None
    if ruled_on and not receipts.is_after_application(case_id, date.fromisoformat(ruled_on)):
        raise _misfit("/ruled_on", "order", receipts.BEFORE)
    if name in (LETTER_DECIDED, DOCKET_DECIDED) and payload.get("in_force_on"):
        _require_letter_fits(case_id, date.fromisoformat(payload["in_force_on"]), payload.get("decided_on"))
    if name == COMPLAINT_DECIDED and payload["paper"] not in complaints.of_case(case_id):
        raise _misfit("/paper", "unknown", _("No complaint of this case has this number."))
    if name == RECEIVED:
        found = receipts.misfit(case_id, keys["party"], date.fromisoformat(payload["received_on"]))
        if found is not None:
            raise _misfit(*found)


def _require_letter_fits(case_id: int, in_force_on: date, decided_on: str | None) -> None:
    """A mediation letter is made on an agreement, and is in force once all have signed for it, which they have (CPL 100)."""
    made = agreement.in_effect(case_id)
    first = made.effective_at.astimezone(clock.SHANGHAI).date() if made else date.min
    days = [("/decided_on", date.fromisoformat(decided_on))] if decided_on else []
    for field, day in [*days, ("/in_force_on", in_force_on)]:
        if not first <= day <= clock.today():
            raise _misfit(field, "order", _("The day lies before the agreement took effect, before the decision or in the "
                                            "future."))
        first = day


def _misfit(field: str, code: str, why: str) -> MessageRefused:
    return MessageRefused(problems=[problem(f"/payload{field}", code, why)])


def _note_late_decision(message: Message) -> None:
    """The process has given up waiting (180 days): what the court says at last is on record all the same."""
    asked, told = applications.latest(message.case_id, "docketing"), message.payload
    if asked is None or asked.status != "filed" or told["decision"] == "supplement":
        return
    applications.decide(message.case_id, "docketing", told["decision"], told.get("reason") or "")
    if told.get("number"):
        applications.note_number(message.case_id, "docketing", told["number"])
    message.result, message.delivered_at = "delivered", database_now()


def _require_sender(actor: Actor, case: Case, name: str, objection: int | None = None) -> None:
    if actor.is_court_system and name in CONFIRMATION:
        if _confirming_court(case) not in (None, actor.body_id):
            raise NotYoursToSay()
    elif actor.is_court_system and name == OBJECTION_DECIDED:
        if not objections.is_before(case.id, objection, actor.body_id):
            raise NotYoursToSay()
    elif actor.is_court_system and name in ASKED:
        asked = applications.latest(case.id, ASKED[name])
        if asked is None or asked.court_id != actor.body_id:
            raise NotYoursToSay()
    elif actor.is_court_system:
        if case.court_id != actor.body_id:
            raise NotYoursToSay()
    elif name != WITHDRAWAL or not _is_applicant(actor, case):
        raise NotYoursToSay()


def _confirming_court(case: Case) -> int | None:
    query = select(ConfirmationApplication.court_id).where(ConfirmationApplication.case_id == case.id)
    return db.session.scalar(query.order_by(ConfirmationApplication.id.desc()).limit(1))


def _is_applicant(actor: Actor, case: Case) -> bool:
    own = select(Participant.id).where(Participant.case_id == case.id, Participant.body_id == actor.body_id)
    return db.session.scalar(own.where(Participant.side == Side.APPLICANT).limit(1)) is not None
