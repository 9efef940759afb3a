"""Where a party is served: the confirmation of the service address (送达地址确认书), with consent to electronic service in it.

Postcode, address and telephone are required (法院专递规定 4); consent to electronic service is confirmed here (CPL-Interp 136);
the address holds through appeal, retrial and enforcement unless changed in writing (CPL-Interp 137).
"""

import re
from pathlib import Path

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import may, reads, require
from engine.db import db
from engine.errors import Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.mediation import consent
from engine.notices.models import ServiceAddress
from engine.workflow import trace

KINDS = {  # what may be served electronically, and the documents of that kind
    "agreement": ("agreement", "mediation_proof", "confirmation_application", "oral_application"),
    "notices": ("acceptance_notice", "rights_notice", "mediation_notice", "termination_notice", "recusal_decision",
                "mediator_declaration"),
    "rulings": ("ruling", "mediation_letter", "docket_ruling", "procedure_ruling"),
    "court_papers": ("court_notice", "fee_notice", "fee_decision", "trial_notice", "payment_order"),
}
LINES = ("receiver", "phone", "postcode", "address", "email")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[\d -]{7,20}")


FORM = Form.read((Path(__file__).with_name("forms") / "service_address.json").read_text(encoding="utf-8"), "service_address")


class AddressUnusable(Invalid):
    message = _("The address for service cannot be used.")


def confirm(actor: Actor, participant_id: int, answers: dict) -> ServiceAddress:
    """Confirm the address of a party: the party itself, or staff who heard it. Raises AnswersRefused, AddressUnusable."""
    person = db.session.get(Participant, participant_id)
    if person is None:
        raise NotFound()
    require(actor, Permission.SERVICE_CONFIRM, person)
    if not may_speak_for(actor, person):
        raise NotFound()
    return keep(person, answers, consent.CHANNELS[actor.kind], actor.name)


def keep(person: Participant, answers: dict, channel: str, by: str) -> ServiceAddress:
    """Write the confirmation down, as this person gave it in this way. Raises AnswersRefused, AddressUnusable."""
    told = FORM.check(answers)
    _check(told)
    agrees = told["agrees"] == "yes"
    row = ServiceAddress(
        case_id=person.case_id, participant_id=person.id, agrees=agrees, channels=told.get("channels") or [],
        kinds=told.get("kinds") or [], is_secret=bool(told.get("is_secret")), channel=channel,
        recorded_by=by, **{name: told.get(name) or "" for name in LINES})
    db.session.add(row)
    consent.record(person, "e_service", agrees, "", row.channel, by, channels=row.channels, kinds=row.kinds)
    trace.write(None, "service_address_confirmed", by, case_id=person.case_id, participant=person.id)
    db.session.flush()
    return row


def audience_of(row: ServiceAddress) -> str:
    """Who reads where a party is served: its side, and those who serve it; the other side does not (PIPL 6)."""
    side = db.session.get(Participant, row.participant_id).side
    return f"side:{side}" if row.is_secret else f"service:{side}"


def may_read(actor: Actor, row: ServiceAddress) -> bool:
    """Its side, and those who serve it: a secret address is kept from the other side only."""
    return reads(actor, row.case_id, f"service:{db.session.get(Participant, row.participant_id).side}")


def may_speak_for(actor: Actor, person: Participant) -> bool:
    """Who speaks for it: a party for itself, an institution's staff for it, and staff who note what they were told."""
    return _is_own(actor, person) or actor.kind != "party" and may(actor, Permission.SERVICE_NOTE, person)


def _is_own(actor: Actor, person: Participant) -> bool:
    if actor.kind == "party":
        return actor.participant_id == person.id
    own = person.body_id is not None and person.body_id in actor.bodies(Role.INSTITUTION_HANDLER)
    return own or person.user_id is not None and person.user_id == actor.user_id


def _check(told: dict) -> None:
    faults = []
    if not re.fullmatch(r"\d{6}", told["postcode"]):
        faults.append(problem("/postcode", "postcode", _("A postcode has six digits.")))
    if not PHONE.fullmatch(told["phone"]):
        faults.append(problem("/phone", "phone", _("This is not a telephone number.")))
    if len(told["address"]) < 6:
        faults.append(problem("/address", "short", _("Give the whole address, to the door.")))
    by_mail = "email" in (told.get("channels") or [])
    if (told.get("email") or by_mail) and not EMAIL.fullmatch(told.get("email") or ""):
        faults.append(problem("/email", "email", _("Give an e-mail address that can be used.")))
    if faults:
        raise AddressUnusable(problems=faults)


def answers_of(actor: Actor, person: Participant) -> dict:
    """What the form begins with: the confirmation that holds, else what the register knows. Whoever only notes what a party says
    finds no telephone and no address of it here: those are revealed with a reason."""
    known, is_own = of(person.id), _is_own(actor, person)
    if known is None:
        return {"phone": person.phone, "email": person.email, "address": person.address} if is_own else {}
    told = {name: getattr(known, name) for name in (*(LINES if is_own else ()), "channels", "kinds", "is_secret")}
    return told | {"agrees": "yes" if known.agrees else "no"}


def of(participant_id: int) -> ServiceAddress | None:
    """The confirmation that holds for a party: the last one."""
    return db.session.scalar(select(ServiceAddress).where(
        ServiceAddress.participant_id == participant_id).order_by(ServiceAddress.id.desc()).limit(1))


def unprinted() -> ServiceAddress | None:
    """The oldest confirmation whose paper nobody has printed yet."""
    return db.session.scalar(select(ServiceAddress).where(
        ServiceAddress.document_id.is_(None)).order_by(ServiceAddress.id).limit(1))


def of_case(case_id: int) -> dict[int, ServiceAddress]:
    """The confirmations that hold in a case, by participant."""
    rows = db.session.scalars(select(ServiceAddress).where(ServiceAddress.case_id == case_id).order_by(ServiceAddress.id))
    return {row.participant_id: row for row in rows}


def agrees_to(address: ServiceAddress | None, kind: str) -> bool:
    """Is a document of this kind served electronically? Only by consent that was confirmed with the address (CPL-Interp 136)."""
    return bool(address and address.agrees and any(kind in KINDS[group] for group in address.kinds if group in KINDS))
