"""Staff write an application down: an organisation's office for a person who comes or calls, an institution's staff for it.

The same intake as over the public page and the API, with the same checks. For which body somebody writes follows from their
role, never from a form: nobody applies for another institution, or takes an application down at another organisation.
"""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, Role, Side
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import claimants, intake
from engine.cases.intake import Noted
from engine.cases.models import ApplicationDraft, Case
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.inbox.asking import applying, recorded_forms
from engine.inbox.asking.applying import DAYS, AppliedBefore, StepMissing
from engine.inbox.asking.recorded_forms import OPTIONAL, STEPS
from engine.mediation import consent
from engine.mediation.models import OrganisationProfile
from engine.notices import addresses

ROLES = {"counter": Role.COORDINATOR, "institution": Role.INSTITUTION_HANDLER}


class NoConsumers(Conflict):
    """《商事调解条例》 leaves consumers' disputes out."""

    message = _("A commercial mediation organisation takes no consumers' disputes.")


def kinds(actor: Actor) -> list[str]:
    """What this person may write down."""
    return [kind for kind in ROLES if _bodies(actor, kind)]


def _bodies(actor: Actor, kind: str) -> set[int]:
    return {body for body in actor.bodies(ROLES[kind]) if body is not None}


def begin(actor: Actor, kind: str) -> ApplicationDraft:
    """A new draft, for the body where this person works. Raises Forbidden, NotFound, NoConsumers."""
    require(actor, Permission.APPLICATION_WRITE)
    own = _bodies(actor, kind) if kind in ROLES else set()
    if not own:
        raise NotFound()
    body = actor.body_id if actor.body_id in own else min(own)
    profile = db.session.get(OrganisationProfile, body)
    if kind == "counter" and not claimants.may_go_to("consumer", profile.kind if profile else ""):
        raise NoConsumers()
    draft = ApplicationDraft(token_hash=secrets.token_hex(32), phone="", told={}, unfinished={}, files=[], kind=kind,
                             user_id=actor.user_id, body_id=body, expires_at=clock.now() + timedelta(days=DAYS))
    db.session.add(draft)
    db.session.flush()
    return draft


def mine(actor: Actor) -> list[ApplicationDraft]:
    """What this person began and has not handed in, the newest first."""
    require(actor, Permission.APPLICATION_WRITE)
    rows = db.session.scalars(select(ApplicationDraft).where(
        ApplicationDraft.user_id == actor.user_id, ApplicationDraft.case_id.is_(None), ApplicationDraft.expires_at > clock.now()
    ).order_by(ApplicationDraft.id.desc()))
    return [row for row in rows if row.body_id in _bodies(actor, row.kind)]


def find(actor: Actor, draft_id: int) -> ApplicationDraft:
    """One's own draft, while one works where it was begun. Raises Forbidden, NotFound."""
    require(actor, Permission.APPLICATION_WRITE)
    row = db.session.get(ApplicationDraft, draft_id)
    if row is None or row.user_id != actor.user_id or row.kind not in ROLES or row.body_id not in _bodies(actor, row.kind):
        raise NotFound()
    if row.case_id is None and row.expires_at < clock.now():
        raise NotFound()
    return row


def _open(actor: Actor, draft_id: int) -> ApplicationDraft:
    draft = locked(ApplicationDraft, find(actor, draft_id).id)
    if draft.case_id is not None:
        raise NotFound()
    return draft


def keep(actor: Actor, draft_id: int, step: str, answers: dict) -> ApplicationDraft:
    """Keep the answers of a step once they are good. Raises Invalid with what is wrong."""
    draft = _open(actor, draft_id)
    if step not in STEPS[draft.kind]:
        raise NotFound()
    told = recorded_forms.form(step, draft.told).check(answers)
    _check(step, told)
    before = recorded_forms.category(draft.told)
    draft.told = {**draft.told, step: told}
    if before and recorded_forms.category(draft.told) != before:
        draft.told = {key: value for key, value in draft.told.items() if key != "dispute"}
    draft.updated_at = clock.now()
    db.session.flush()
    return draft


def _check(step: str, told: dict) -> None:
    """A person's identity, an institution's customer's: the number has its check, the way it was seen fits how they came."""
    if step == "who":
        applying.check_identity(told)
        if told["identity"] != told["channel"]:
            wrong = _("This is not how the identity of somebody who applies in this way is checked.")
            raise Invalid(problems=[problem("/identity", "identity", wrong)])
    elif step == "customer":
        if (told["id_type"] == "credit_code") != (told["kind"] == "legal"):
            wrong = _("A company has a credit code, a person another paper.")
            raise Invalid(problems=[problem("/id_type", "id_type", wrong)])
        applying.check_number(told)


def add_file(actor: Actor, draft_id: int, name: str, media_type: str, data: bytes) -> ApplicationDraft:
    """Keep a file of evidence. Raises TooManyFiles."""
    return applying.put_file(_open(actor, draft_id), name, media_type, data)


def drop_file(actor: Actor, draft_id: int, sha256: str) -> ApplicationDraft:
    """Take a file out again."""
    return applying.take_out(_open(actor, draft_id), sha256)


def drop(actor: Actor, draft_id: int) -> None:
    """Throw a draft away."""
    db.session.delete(_open(actor, draft_id))
    db.session.flush()


def missing(draft: ApplicationDraft) -> list[str]:
    """The steps that are not done yet."""
    return [step for step in STEPS[draft.kind] if step not in draft.told and step not in OPTIONAL]


def same_open_case(draft: ApplicationDraft) -> Case | None:
    """An open case of the same two about this kind of matter."""
    category = recorded_forms.category(draft.told)
    if draft.kind == "counter":
        return applying.open_case(draft.told.get("who", {}).get("id_number") or "",
                                  draft.told.get("against", {}).get("institution") or "", category)
    body = db.session.get(Body, draft.body_id)
    return applying.open_case(draft.told.get("customer", {}).get("id_number") or "", body.code, category, Side.RESPONDENT)


def submit(actor: Actor, draft_id: int, is_another: bool = False) -> Case:
    """Hand it in. Twice is once. Raises StepMissing, AppliedBefore, and what `intake.apply` raises."""
    draft = locked(ApplicationDraft, find(actor, draft_id).id)
    if draft.case_id is not None:
        return db.session.get(Case, draft.case_id)
    if missing(draft):
        raise StepMissing()
    known = same_open_case(draft)
    if known is not None and not is_another:
        raise AppliedBefore(number=known.number)
    case = (_of_person if draft.kind == "counter" else _of_institution)(actor, draft)
    applicant = next(one for one in case.participants if one.side == Side.APPLICANT and one.role == "party")
    addresses.keep(applicant, draft.told["address"], consent.CHANNELS["user"], actor.name)
    applying.shelve(case, draft, actor.name)
    draft.case_id, draft.told, draft.unfinished = case.id, {}, {}
    db.session.flush()
    return case


def _of_person(actor: Actor, draft: ApplicationDraft) -> Case:
    """At the counter or by telephone: at the writer's own organisation."""
    told, body = draft.told, db.session.get(Body, draft.body_id)
    who, said = told["who"], told["read_back"]
    whole = {**told, "against": {**told["against"], "organisation": body.code}, "consent": said}
    proof = {"channel": who["channel"], "identity": who["identity"], "source": said["source"], "read_back": bool(said["read"]),
             "remark": said.get("remark") or ""}
    case = intake.apply(actor, applying.application(f"desk-{draft.id}", whole, who["phone"]), who["channel"],
                        Noted(actor.name, proof, is_for_a_person=True))
    case.organisation_id = body.id
    return case


def _of_institution(actor: Actor, draft: ApplicationDraft) -> Case:
    """In the browser, for the institution where the writer works."""
    told, body = draft.told, db.session.get(Body, draft.body_id)
    customer = told["customer"]
    parties = [
        {"side": "applicant", "kind": "legal", "name": body.name, "body": body.code, "phone": body.phone, "address": body.address,
         "id_type": "credit_code" if body.credit_code else "", "id_number": body.credit_code,
         "consents": {"mediation": bool(told["declared"]["mediation"])}},
        {"side": "respondent", "kind": customer["kind"], "name": customer["name"], "id_type": customer["id_type"],
         "id_number": customer["id_number"], "phone": customer["phone"], "address": customer["home"]}]
    asked = applying.about(f"desk-{draft.id}", told, customer["category"], customer["organisation"]) | {"parties": parties}
    return intake.apply(replace(actor, body_id=body.id), asked, "web",
                        Noted(actor.name, {"channel": "institution"}, is_for_a_person=False))
