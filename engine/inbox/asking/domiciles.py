"""Where a party is at home (住所地) and what else papers say of it: told at any time by the party, its institution, or staff.

The domicile tells which courts may confirm an agreement (CPL 205; CPL-Interp 3, 4), and is never read off an identity number.
The rest stands in the papers of mediation and of courts, as far as somebody tells it.
"""

from collections.abc import Mapping

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import identity
from engine.db import db, locked
from engine.errors import Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox.asking.apply_forms import DOMICILE, PERSONAL
from engine.notices import addresses
from engine.workflow import trace

WHAT_FOR = (
    "双方申请司法确认时，可以选择当事人住所地的基层人民法院（法院邀请调解的，由邀请的法院管辖）。自然人的住所地是户籍所在地；离开户籍地、"
    "在别处连续居住满一年的，以该处为住所地。单位的住所地是主要办事机构所在地；没有填写的，按登记地确定。",
    "For judicial confirmation both sides may choose the basic court at a party's domicile (where a court invited the mediation, "
    "that court alone). A person is at home where registered, or where they have lived for a year without a break; a firm at its "
    "main office, or, where nothing is told, where it is registered.")
HEAD = [
    {"key": "representative", "type": "text", "label": "法定代表人、负责人", "label_en": "Legal representative or head",
     "max_length": 100},
    {"key": "representative_post", "type": "text", "label": "其职务", "label_en": "Their post", "max_length": 50}]


def form(person: Participant) -> Form:
    """What a person, or an organisation, is asked."""
    return Form.from_row({"id": "domicile", "title": "住所地及身份信息", "title_en": "Domicile and particulars", "components": [
        {"type": "note", "label": WHAT_FOR[0], "label_en": WHAT_FOR[1]},
        {"key": "domicile", "type": "text", "label": DOMICILE[0], "label_en": DOMICILE[1], "max_length": 6},
        *(PERSONAL if person.kind == "natural" else HEAD)]})


def known(person: Participant) -> dict:
    """What the form begins with."""
    return {question.key: getattr(person, question.key) for question in form(person).questions}


class DomicileUnusable(Invalid):
    message = _("The domicile cannot be used.")


def note(actor: Actor, participant_id: int, answers: Mapping) -> Participant:
    """Keep, correct or clear a party's domicile. Raises NotFound, DomicileUnusable."""
    person = locked(Participant, participant_id)
    require(actor, Permission.SERVICE_CONFIRM, person)
    if person.role != "party" or not addresses.may_speak_for(actor, person):
        raise NotFound()
    try:
        told = form(person).check(answers)
        person.domicile = identity.region(told.get("domicile") or "")
    except identity.RegionUnknown as wrong:
        raise DomicileUnusable(problems=[problem("/domicile", "domicile", wrong.message)]) from wrong
    for name in known(person).keys() & answers.keys() - {"domicile"}:
        setattr(person, name, (told.get(name) or "").strip())
    trace.write(None, "domicile_noted", actor.name, case_id=person.case_id, participant=person.id)
    db.session.flush()
    return person
