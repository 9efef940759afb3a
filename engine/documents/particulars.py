"""Which particulars of a person a paper prints. What both sides get says no more than it needs (个人信息保护法 6): neither side's
telephone, and an identity number only where something is to be enforced, or applied for, by whoever it names.

Papers that are not listed call people by their names, the number of a body by its register, and who speaks for them.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from engine.access import policy
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import masking
from engine.db import db

CALLED = frozenset({"role", "kind", "name", "code", "representative_title", "representative", "representative_post", "agents"})
DESCRIBED = CALLED | {"sex", "sex_en", "birth", "ethnicity", "occupation", "address"}
IDENTIFIED = DESCRIBED | {"id_kind", "id_kind_en", "id_number"}
WHOLE = IDENTIFIED | {"phone"}

# What is to be enforced must name who owes it (民诉法解释 461: 权利义务主体明确); an agreement states the parties' particulars
# (人民调解法 29, 特邀调解规定 24), and who applies to have it confirmed tells identity and domicile (民诉法解释 354), the
# telephone with the address for service. A court's other papers describe people without numbers (法〔2016〕221号). The
# application for mediation says sex, age, occupation, home and how to reach them; the other side gets it.
PRINTED = dict.fromkeys((
    "agreement", "deemed_agreement", "confirmation_application", "ruling", "mediation_letter", "payment_order",
    "payment_order_application", "enforcement_application", "deed_application"), IDENTIFIED,
) | dict.fromkeys(("docket_ruling", "procedure_ruling", "withdrawal_application"), DESCRIBED) | {
    "mediation_application": DESCRIBED | {"phone"},
} | dict.fromkeys(("service_address", "power_of_attorney", "representative_certificate", "registration_form"), WHOLE)
FOR_ONE = {"service_address", "power_of_attorney", "representative_certificate", "registration_form"}  # the other side gets none
PEOPLE = ("parties", "sides", "party", "objector")  # where facts tell of people


def printed(template: str, told: Mapping) -> dict:
    """The facts of a paper with as much of each person as it prints; telephones that the other side reads are masked."""
    keys = PRINTED.get(template, CALLED)
    return _each(told, lambda person: _masked({
        key: value for key, value in person.items() if key in keys or key in ("address", "phone") and _is_public(person, key)
    }, () if template in FOR_ONE else ("phone",)))


def for_reader(template: str, told: Mapping, own: Collection[str]) -> dict:
    """The same for a copy that nobody signs: of people that the reader does not stand for (`own`: names), numbers are masked and
    their homes left out."""
    def shown(person: dict) -> dict:
        if person.get("name") in own or person.get("kind") == "organisation":
            return person
        return _masked({key: value for key, value in person.items() if key != "address"}, ("id_number", "phone"))
    return _each(printed(template, told), shown)


def own_names(actor: Actor, case_id: int) -> set[str]:
    """Whom somebody stands for in a case: the parties of their side; of nobody, who reads what each side keeps to itself."""
    sides = [side for side in policy.SIDES if policy.reads(actor, case_id, f"side:{side}")]
    if len(sides) != 1:
        return set()
    return set(db.session.scalars(select(Participant.name).where(
        Participant.case_id == case_id, Participant.side == sides[0], Participant.role == "party")))


def _is_public(person: Mapping, key: str) -> bool:
    """A body's seat stands in its register; the telephone it is reached by may be somebody's own."""
    return key == "address" and person.get("kind") == "organisation"


def _masked(person: dict, keys: tuple[str, ...]) -> dict:
    masks = {"phone": masking.mask_phone, "id_number": masking.mask_id}
    return person | {key: masks[key](person[key]) for key in keys if person.get(key)}


def _each(told: Mapping, change) -> dict:
    """The facts with every person in them changed."""
    def changed(found):
        return [change(dict(one)) for one in found] if isinstance(found, list) else change(dict(found))
    return dict(told) | {key: changed(told[key]) for key in PEOPLE if told.get(key)}
