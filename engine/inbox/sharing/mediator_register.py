"""An organisation keeps its register of mediators: what each knows, speaks, on which courts' lists they stand; whether a lot
assigns."""

from collections.abc import Mapping

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.cases import causes
from engine.cases.languages import LANGUAGES
from engine.db import db, locked
from engine.errors import NotFound
from engine.forms.form import Form
from engine.inbox.sharing import absences
from engine.mediation.models import MediatorProfile, OrganisationProfile
from engine.workflow import trace

SECTORS = {"banking": ("银行", "Banking"), "insurance": ("保险", "Insurance")}


def form() -> Form:
    """What is kept of a mediator."""
    subjects = {key: (row.zh, row.en) for key, row in causes.categories().items()}
    courts = db.session.scalars(select(Body).where(Body.kind == BodyKind.COURT, Body.is_active).order_by(Body.code))
    return Form.from_row({"id": "mediator_profile", "components": [
        _list("specialities", "专长", "Specialities", SECTORS | subjects),
        _list("languages", "语言（汉语以外）", "Languages besides Chinese", {k: v for k, v in LANGUAGES.items() if k != "zh"}),
        _list("courts", "列入哪些法院的特邀调解员名册（都不选：随组织入册）",
              "On the lists of these courts (none: as the organisation is)",
              {court.code: (court.name, court.name_en or court.name) for court in courts}),
        {"key": "register_no", "type": "text", "label": "特邀调解员名册编号（写入调解证明）",
         "label_en": "Number on the courts' register (stands in proofs of mediation)", "max_length": 64}]})


def _list(key: str, label: str, label_en: str, choices: Mapping[str, tuple[str, str]]) -> dict:
    values = [{"value": value, "label": zh, "label_en": en} for value, (zh, en) in choices.items()]
    return {"key": key, "type": "checklist", "label": label, "label_en": label_en, "values": values}


def get(actor: Actor, user_id: int) -> MediatorProfile:
    """A mediator on a register that the actor keeps. Raises NotFound, Forbidden."""
    user = absences.on_roster(actor, user_id)
    profile = db.session.get(MediatorProfile, user.id)
    if profile is None or profile.body_id not in absences.keeps(actor):
        raise NotFound()
    return profile


def keep(actor: Actor, user_id: int, answers: Mapping) -> MediatorProfile:
    """Change what is kept of a mediator; draws that have been made stay as they were. Raises Invalid, NotFound, Forbidden."""
    profile = locked(MediatorProfile, get(actor, user_id).user_id)
    told = form().check(answers)
    profile.specialities, profile.languages, profile.courts = (list(told.get(key) or []) for key in (
        "specialities", "languages", "courts"))
    if "register_no" in answers:
        profile.register_no = (told.get("register_no") or "").strip()
    trace.write(None, "mediator_profile_set", actor.name, user=user_id)
    db.session.flush()
    return profile


def organisations(actor: Actor) -> list[Body]:
    """The mediation organisations whose register the actor keeps."""
    return list(db.session.scalars(select(Body).where(Body.id.in_(absences.keeps(actor)), Body.kind == BodyKind.ORGANISATION)))


def by_lot(actor: Actor) -> bool | None:
    """Does the actor's organisation assign by lot? None: they keep no organisation's register."""
    bodies = organisations(actor)
    profile = db.session.get(OrganisationProfile, bodies[0].id) if bodies else None
    return None if not bodies else profile is not None and profile.assigns_by_lot


def set_lot(actor: Actor, is_on: bool) -> None:
    """From now on mediators are drawn by lot, or chosen by a coordinator. Raises NotFound."""
    bodies = organisations(actor)
    if not bodies:
        raise NotFound()
    if db.session.get(OrganisationProfile, bodies[0].id) is None:
        db.session.add(OrganisationProfile(body_id=bodies[0].id))
        db.session.flush()
    locked(OrganisationProfile, bodies[0].id).assigns_by_lot = is_on
    trace.write(None, "assigns_by_lot" if is_on else "assigns_by_hand", actor.name, body=bodies[0].code)
    db.session.flush()
