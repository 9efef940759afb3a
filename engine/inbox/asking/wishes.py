"""What a party may ask for after the agreement: each begins a process of its own by a message, also when the case is closed.

A wish is offered while the law and the case's state allow it; the process decides what becomes of it.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case
from engine.courts import applications, competence, complaints, confirmation, deeds, objections
from engine.courts import messages as court_messages
from engine.courts.models import CourtProfile
from engine.db import db
from engine.deadlines import due_at
from engine.deadlines.reckoning import last_day
from engine.documents import shelf
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox.asking import ruling_objections
from engine.inbox.asking.acts import NotPossibleNow
from engine.mediation import agreement, obligations
from engine.workflow import messages
from engine.workflow.models import Instance, Message, Version

WHY = {"key": "reason", "type": "textarea", "label": "理由", "label_en": "Reason", "required": True, "max_length": 1000}
REASON = Form.from_row({"id": "wish", "components": [WHY]})
OBSTACLE = Form.from_row({"id": "wish", "components": [WHY, {
    "key": "gone_on", "type": "date", "label": "障碍消除的日期", "label_en": "When the obstacle was gone", "required": True,
    "max": "today"}]})


@dataclass(frozen=True)
class Wish:
    """One thing a party may ask for: until when, or without a term."""

    message: str
    process: str
    title: str
    explained: str
    is_open: Callable[[Case, Participant], bool]
    until: Callable[[Case, Participant], datetime | None] = lambda case, own: None
    kept: Callable[[Case, Participant, str, list], dict] | None = None  # entered before the process begins, and told to it
    takes_files: bool = False
    readers: str = _("Only the court reads them.")
    form: Form = REASON
    counted: Callable[[dict], dict] | None = None  # what follows from the day that the form asks for
    ends: datetime | None = None  # of one that is offered to somebody
    button: str = _("Ask for it")


def _may_object(case: Case, own: Participant) -> bool:
    """Once, within 15 days of this party's own receipt of the ruling (CPL-Interp 372); no end while that is not on record."""
    if case.confirmation != "confirmed" or objections.of_party(own.id) is not None:
        return False
    ends = objections.ends_for(own)
    return ends is None or clock.now() < ends


def _may_have_deed(case: Case, own: Participant) -> bool:
    """Payments that are agreed, not yet performed, and not enforceable in another way."""
    made = agreement.in_effect(case.id)
    pays = made is not None and any(one.get("amount") for one in made.terms)
    return (pays and case.confirmation not in ("confirmed", "applied", "accepted") and not deeds.in_force(case.id)
            and not obligations.are_performed(case.id) and not _runs(case, "notarised_deed"))


def _about_mediator(case: Case, own: Participant, reason: str, files: list) -> dict:
    """Whose complaint, about whom: the mediator may be another one by the time it is decided, and reads none of the files."""
    profile = court_messages.profile_of(case.court_id)
    readers = "court" if profile is not None and (profile.decides_here or profile.callback_url) else "organisation"
    for file in files:
        title = file["name"].rpartition(".")[0] or file["name"]
        shelf.enter(case.id, complaints.EVIDENCE, title, file["sha256"], file["size"], readers, media_type=file["media_type"],
                    filename=file["name"], created_by=own.name)
    return {"side": own.side, "mediator": case.mediator.name, "mediator_id": case.mediator_id,
            "files": [file["name"] for file in files]}


def _may_be_confirmed(case: Case, own: Participant) -> bool:
    """Somebody said no, the thirty days are not over (CPL 205), there is something left to enforce and a court to ask."""
    made = agreement.in_effect(case.id)
    return (case.confirmation == "none" and made is not None and clock.now() < due_at(confirmation.TERM, made.effective_at)
            and not deeds.in_force(case.id) and not obligations.are_performed(case.id) and not _runs(case, "confirmation_wanted")
            and bool(competence.choices(case)))


def _until_thirty_days(case: Case, own: Participant) -> datetime:
    return due_at(confirmation.TERM, agreement.in_effect(case.id).effective_at)


def _since_effect(case: Case, own: Participant, reason: str, files: list) -> dict:
    return {"effective_at": agreement.in_effect(case.id).effective_at.isoformat()}


def _may_be_restored(case: Case, own: Participant) -> bool:
    """The thirty days went by, no court was asked to extend them yet, and one that can is there (CPL 86)."""
    return (case.confirmation == "lapsed" and agreement.in_effect(case.id) is not None and _restoring(case) != ""
            and applications.latest(case.id, "restoration") is None and not _runs(case, "restoration")
            and not deeds.in_force(case.id) and not obligations.are_performed(case.id))


def _restoring(case: Case) -> str:
    """The code of the court that decides on it: the first competent one whose people work here."""
    profiles = ((choice.court.code, db.session.get(CourtProfile, choice.court.id)) for choice in competence.choices(case))
    return next((code for code, profile in profiles if profile and profile.decides_here), "")


def _of_the_court(case: Case, own: Participant, reason: str, files: list) -> dict:
    return _since_effect(case, own, reason, files) | {"court": _restoring(case)}


def _ten_days(said: dict) -> dict:
    """Whether it was asked for in the ten days after the obstacle was gone, for the judge who decides."""
    gone = datetime.combine(date.fromisoformat(said["gone_on"]), time(), clock.SHANGHAI)
    last = last_day(due_at("TREST", gone))
    found = "在期限内提出" if clock.today() <= last else "已超过十日"
    return {"count": f"{gone:%Y-%m-%d}障碍消除，从次日起算，第十日为{last.isoformat()}；{clock.today().isoformat()}提出，{found}"}


def _runs(case: Case, process: str) -> bool:
    query = select(Instance.id).join(Version, Version.id == Instance.version_id).where(
        Instance.case_id == case.id, Version.process_key == process, Instance.status.in_(messages.LIVE))
    return db.session.scalar(query.limit(1)) is not None


WISHES = {wish.message: wish for wish in (
    Wish("ruling_objection", "ruling_objection", _("Object to the court's ruling"),
         _("If you think the ruling that confirms is wrong, object within 15 days of receiving it. The court looks into it and "
           "may take the ruling back or change it."), _may_object, lambda case, own: objections.ends_for(own),
         lambda case, own, reason, files: {"objection": ruling_objections.by_party(case, own, reason, files).id},
         takes_files=True),
    Wish("confirmation_wanted", "confirmation_wanted", _("Apply for judicial confirmation after all"),
         _("Within 30 days of the agreement taking effect you may ask again to apply together. Everybody is asked anew; if all "
           "agree, the application goes to the court."), _may_be_confirmed, _until_thirty_days, _since_effect),
    Wish("restoration_asked", "restoration", _("Ask the court to extend the missed thirty days"),
         _("If force majeure or another good cause kept you from applying for confirmation, say what it was and when it was "
           "gone, within ten days of that day. The court decides, and may ask for proof; if it allows it, everybody is asked "
           "anew."),
         _may_be_restored, kept=_of_the_court, form=OBSTACLE, counted=_ten_days),
    Wish("deed_wanted", "notarised_deed", _("Have the agreement made enforceable by a notary"),
         _("For payments without dispute: everybody declares before a notary to accept enforcement. After a default the "
           "creditor then needs no suit. The notary charges a fee."), _may_have_deed),
    Wish("mediator_complaint", "mediator_complaint", _("Complain about the mediator"),
         _("If the mediator put pressure on you, favoured a side, took gifts, leaked what was said or broke another rule, say "
           "what happened and how it can be shown. Somebody else looks into it and answers in 15 days; the mediation goes on "
           "meanwhile. To have another mediator, ask for that."), lambda case, own: case.mediator_id is not None,
         kept=_about_mediator, takes_files=True, readers=_("Only whoever decides on the complaint reads them."),
         button=_("Complain")),
)}


def offered(actor: Actor, case: Case) -> list[Wish]:
    """What this party, or the institution it is, could ask for now."""
    own = _own(actor, case)
    if own is None or not may(actor, Permission.AGREEMENT_SIGN, case):
        return []
    return [replace(wish, ends=wish.until(case, own)) for wish in WISHES.values() if wish.is_open(case, own)]


def tell(actor: Actor, case: Case, name: str, answers: dict, files: list[dict] | None = None) -> None:
    """Ask for it, with files (`sha256, name, media_type, size`) where it takes any; the same twice changes nothing.

    Raises Invalid, NotPossibleNow.
    """
    require(actor, Permission.AGREEMENT_SIGN, case)
    wish, own = WISHES.get(name), _own(actor, case)
    if wish is None or own is None:
        raise NotPossibleNow()
    said = wish.form.check({each.key: answers.get(each.key, "") for each in wish.form.questions})
    payload = {**said, "participant": own.id, "name": own.name}
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
    key, source = f"{name}:{case.id}:{digest}", f"participant:{own.id}"
    heard = db.session.scalar(select(Message.id).where(Message.source == source, Message.message_key == key))
    if heard is not None:
        return
    if not wish.is_open(case, own):
        raise NotPossibleNow()
    if wish.kept is not None:
        payload |= wish.kept(case, own, said["reason"], (files or []) if wish.takes_files else [])
    if wish.counted is not None:
        payload |= wish.counted(said)
    messages.receive(case.id, name, payload, source, key, by=own.name)


def _own(actor: Actor, case: Case) -> Participant | None:
    """The party this actor is, or works for."""
    query = select(Participant).where(Participant.case_id == case.id, Participant.is_current, Participant.role == "party")
    match actor.kind:
        case "party":
            query = query.where(Participant.id == actor.participant_id)
        case "user":
            own = Participant.body_id.in_([body for body in actor.bodies(Role.INSTITUTION_HANDLER) if body is not None])
            query = query.where(own | (Participant.user_id == actor.user_id))
        case _:
            return None
    return db.session.scalar(query.limit(1))
