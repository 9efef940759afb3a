"""Objections to a confirming ruling from outside the case, and on paper: handed in, opened or declined by the court's clerk.

Whoever hands one in names the ruling by its number and learns nothing of the case: the answer is a receipt, whether there is such
a ruling or not. Its file lies with the court alone; only once a clerk has opened it does it become part of the case.
"""

from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from engine import clock, reading
from engine.access.actor import Actor
from engine.access.models import Body, Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import archive, court_numbers, identity
from engine.cases.models import Case
from engine.courts import confirmation, objections
from engine.courts.models import ConfirmationApplication, RulingObjection
from engine.db import db
from engine.documents import shelf
from engine.errors import DomainError, Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.notices.addresses import PHONE
from engine.workflow import messages, trace

FORMS = Path(__file__).with_name("forms")
OUTSIDER, PAPER = (Form.read((FORMS / f"{name}.json").read_text(encoding="utf-8"), name)
                   for name in ("outsider_objection", "paper_objection"))
DECLINING = Form.from_row({"id": "declining", "components": [
    {"key": "court_reason", "type": "textarea", "label": "不予审查的理由（答复异议人）",
     "label_en": "Why it is not taken up (the objector reads this)", "required": True, "max_length": 1000}]})
MESSAGE, READ, EVIDENCE = "ruling_objection", "objection_ruling_read", "objection_evidence"
PERSON = ("name", "kind", "id_type", "id_number", "phone", "address", "interest", "reason")
SHOWN = 200


class ObjectionRefused(Invalid):
    message = _("This objection cannot be taken.")


class NoSuchRuling(Invalid):
    message = _("The court has made no confirming ruling under this number.")


def hand_in(answers: dict, files: list[dict]) -> RulingObjection:
    """Somebody outside the case objects: kept for the court of the number, with the files (`sha256, name, media_type, size`).

    Raises Invalid for what is wrong with the form; never says whether the ruling exists.
    """
    told = OUTSIDER.check(answers)
    number, court = objections.court_of_number(told["ruling_number"], "ruling_number")
    told["id_number"] = _checked_person(told)
    row = objections.enter(court.id, "interested", "web", ruling_number=number, files=files, **_person(told),
                           agrees=bool(told.get("agrees")))
    trace.write(None, "objection_handed_in", "public", objection=row.id, court=court.code)
    return row


def _person(told: dict) -> dict:
    return {**{key: told.get(key) or "" for key in PERSON}, "knew_on": date.fromisoformat(told["knew_on"])}


def _checked_person(told: dict) -> str:
    """The identity number as it is kept. Raises ObjectionRefused."""
    faults, number = [], ""
    if (told["kind"] == "legal") != (told["id_type"] == "credit_code"):
        faults.append(problem("/id_type", "kind", _("An organisation has a social credit code, a person an identity document.")))
    try:
        number = identity.check(told["id_type"], told["id_number"])
    except DomainError as wrong:
        faults.append(problem("/id_number", "id_number", wrong.message, **wrong.details))
    if not PHONE.fullmatch(told["phone"]):
        faults.append(problem("/phone", "phone", _("This is not a telephone number.")))
    if faults:
        raise ObjectionRefused(problems=faults)
    return number


def received(actor: Actor) -> list[RulingObjection]:
    """What came to the actor's courts, what is still to be opened first."""
    require(actor, Permission.CASE_MESSAGE)
    rows = db.session.scalars(select(RulingObjection).where(
        RulingObjection.court_id.in_(_courts(actor))).order_by(RulingObjection.id.desc()).limit(SHOWN))
    return sorted(rows, key=lambda row: row.status not in objections.OPEN)


def get(actor: Actor, objection_id: int, lock: bool = False) -> RulingObjection:
    """An objection at one of the actor's courts. Raises NotFound."""
    require(actor, Permission.CASE_MESSAGE)
    found = db.session.get(RulingObjection, objection_id)
    if found is None or found.court_id not in _courts(actor):
        raise NotFound()
    return objections.get(objection_id) if lock else found


def _courts(actor: Actor) -> list[int]:
    if actor.is_court_system:
        return [actor.body_id]
    return [body for body in actor.bodies(Role.CLERK) if body is not None]


def case_of(row: RulingObjection) -> Case | None:
    """The case whose ruling it names; for the court's people only."""
    if row.case_id:
        return db.session.get(Case, row.case_id)
    named = objections.ruling_named(row)
    return db.session.get(Case, named.case_id) if named else None


def open_up(actor: Actor, objection_id: int) -> RulingObjection:
    """Take it up: it joins the case, its evidence the case's shelf, and the court's process begins.

    Raises ObjectionSettled, NoSuchRuling.
    """
    row = get(actor, objection_id, lock=True)
    if row.status != "filed":
        raise objections.ObjectionSettled()
    named = objections.ruling_named(row)
    if named is None:
        raise NoSuchRuling()
    return _opened(actor, row, db.session.get(Case, named.case_id))


def decline(actor: Actor, objection_id: int, answers: dict) -> RulingObjection:
    """Do not take it up, and say why on its receipt: no such ruling, no interest shown. Raises ObjectionSettled."""
    row = get(actor, objection_id, lock=True)
    said = DECLINING.check(answers)
    if row.status != "filed":
        raise objections.ObjectionSettled()
    row.status, row.court_reason, row.opened_by, row.opened_at = "declined", said["court_reason"], actor.name, clock.now()
    row.decided_at = row.opened_at
    trace.write(None, "objection_declined", actor.name, objection=row.id)
    db.session.flush()
    return row


def register(actor: Actor, answers: dict, files: list[dict]) -> RulingObjection:
    """An objection that came on paper, with the day it was received: of a party or of somebody else; opened at once. Raises
    Invalid."""
    require(actor, Permission.CASE_MESSAGE)
    told = PAPER.check(answers)
    number, court = _named_court(actor, told["ruling_number"])
    named = objections.confirmed_under(number, court.id) if court.id in _courts(actor) else None
    if named is None:
        raise NoSuchRuling(problems=[problem("/ruling_number", "unknown", NoSuchRuling.message)])
    case = db.session.get(Case, named.case_id)
    row = objections.enter(court.id, told["capacity"], "api" if actor.kind == "client" else "paper", ruling_number=number,
                           files=files, **_from_paper(told, case, named))
    return _opened(actor, row, case)


def _named_court(actor: Actor, text: str) -> tuple[str, Body]:
    """The number and its court; a court's own system registers what came to that court, wherever its people work. Raises
    Invalid."""
    if not actor.is_court_system:
        return objections.court_of_number(text, "ruling_number")
    try:
        return str(court_numbers.parse(text)), db.session.get(Body, actor.body_id)
    except Invalid as wrong:
        raise Invalid(problems=[problem("/ruling_number", wrong.code, wrong.message, **wrong.details)]) from None


def _from_paper(told: dict, case: Case, named: ConfirmationApplication) -> dict:
    """Columns of an objection on paper. Raises ObjectionRefused."""
    dates = {"received_at": objections.received(date.fromisoformat(told["received_on"])),
             "posted_on": reading.answered(told.get("posted_on"))}
    if told["received_on"] < named.decided_at.astimezone(clock.SHANGHAI).date().isoformat():
        raise ObjectionRefused(problems=[problem("/received_on", "order", _("The ruling had not been made by then."))])
    if told.get("posted_on") and told["posted_on"] > told["received_on"]:
        raise ObjectionRefused(problems=[problem("/posted_on", "order", _("It was posted before it was received."))])
    if told["capacity"] == "interested":
        told["id_number"] = _checked_person(told)
        return {**_person(told), **dates}
    party = db.session.scalar(select(Participant).where(
        Participant.case_id == case.id, Participant.role == "party", Participant.name == told["name"]).limit(1))
    if party is None:
        raise ObjectionRefused(problems=[problem("/name", "unknown", _("No party of this case has this name."))])
    return {**_of_party(party), "reason": told["reason"], **dates}


def _of_party(party: Participant) -> dict:
    return {"participant_id": party.id, "name": party.name, "kind": party.kind, "id_type": party.id_type,
            "id_number": party.id_number, "phone": party.phone, "address": party.address}


def by_party(case: Case, party: Participant, reason: str, files: list[dict]) -> RulingObjection:
    """A party objects on its page, by its own ruling's number; its evidence is for the court."""
    named = confirmation.of_case(case.id)
    row = objections.enter(named.court_id, "party", "case", reason=reason, ruling_number=named.number, case_id=case.id,
                           status="opened", opened_at=clock.now(), agrees=True, files=files, **_of_party(party))
    _shelve(row)
    return row


def note_read(row: RulingObjection) -> None:
    """The ruling was fetched with the receipt: whoever did so has it, and nobody need serve it on paper any longer (在线诉讼规则
    31)."""
    if row.read_at is None and row.capacity != "party" and not row.agrees:
        messages.receive(row.case_id, READ, {"objection": row.id}, "objection", f"read-{row.id}", by=row.name,
                         keys={"objection": row.id})
    row = objections.get(row.id)
    if row.read_at is None:
        row.read_at = clock.now()
        trace.write(None, "document_received", row.name, case_id=row.case_id, document=row.document_id)


def _opened(actor: Actor, row: RulingObjection, case: Case) -> RulingObjection:
    if case.archived_at is not None:
        archive.take_out(case, actor.name, row.ruling_number or row.capacity)
    row.case_id, row.status, row.opened_by, row.opened_at = case.id, "opened", actor.name, clock.now()
    _shelve(row)
    objections.count(row)
    messages.receive(case.id, MESSAGE, {"objection": row.id}, "objection", f"objection-{row.id}", by=actor.name)
    return row


def _shelve(row: RulingObjection) -> None:
    """Its evidence lies on the case's shelf, for the court."""
    for file in row.files:
        title = file["name"].rpartition(".")[0] or file["name"]
        shelf.enter(row.case_id, EVIDENCE, title, file["sha256"], file["size"], "court", media_type=file["media_type"],
                    filename=file["name"], created_by=row.name)


def waiting(actor: Actor) -> int:
    """How many are still to be opened at the actor's courts."""
    return db.session.scalar(select(func.count()).where(
        RulingObjection.court_id.in_(_courts(actor)), RulingObjection.status == "filed"))
