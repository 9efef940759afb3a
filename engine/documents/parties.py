"""The people of a paper: who issues it, and the parties with who represents them, who acts for them and with which authority."""

import re

from engine.access.models import Body, Participant
from engine.cases import identity, powers
from engine.cases.models import Case, PowerOfAttorney
from engine.documents.wording import ID_KINDS
from engine.errors import DomainError

SIDES = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人"}
MATTERS = {"admit": ("承认", "admit claims"), "waive": ("放弃", "waive claims"), "change": ("变更请求", "change claims"),
           "settle": ("进行和解、签署调解协议", "settle and sign"), "counterclaim": ("提起反诉", "counterclaim"),
           "appeal": ("提起上诉", "appeal")}
BRANCH = re.compile(r"(?:分公司|支公司|分行|支行|分理处|营业部|营业厅|办事处|代表处|服务部|中心支公司)$")
FIRM = re.compile(r".*?(?:事务所|服务所)")
CAPACITIES = {"lawyer": ("律师", "lawyer"), "legal_worker": ("基层法律服务工作者", "legal worker"),
              "relative": ("近亲属", "near relative"), "employee": ("工作人员", "employee"),
              "recommended": ("推荐的公民", "recommended citizen")}


def organisation(body: Body | None) -> dict:
    """Who issues a document."""
    if body is None:
        return {"name": "诉调对接平台"}
    told = {"name": body.name, "name_en": body.name_en, "address": body.address, "phone": body.phone, "code": body.credit_code}
    return {key: value for key, value in told.items() if value}


def parties_of(case: Case) -> list[Participant]:
    """The parties themselves, applicants first, in their order: the order of their signature fields."""
    sides = list(SIDES)
    people = [person for person in case.participants if person.role == "party" and person.is_current]
    return sorted(people, key=lambda person: (sides.index(person.side), person.position, person.id))


def party(person: Participant) -> dict:
    """A party as courts write it, with who speaks for it."""
    told = {"role": SIDES[person.side], "kind": "person" if person.kind == "natural" else "organisation", "name": person.name,
            "address": person.address, "phone": person.phone, **_papers(person)}
    if person.kind != "natural" and person.representative:
        told |= {"representative_title": _headed_by(person), "representative": person.representative,
                 "representative_post": person.representative_post}
    told["agents"] = [_agent(one) for one in powers.agents_of(person) if powers.matters(one) is not None]
    return {key: value for key, value in told.items() if value}


def _papers(person: Participant) -> dict:
    if person.kind != "natural":
        return {"code": person.id_number}
    told = {"ethnicity": _ethnic(person.ethnicity), "occupation": person.occupation} | _identity(person)
    return {key: value for key, value in told.items() if value}


def _headed_by(person: Participant) -> str:
    """A branch has a head (负责人), a company a legal representative (民法典 61)."""
    return "负责人" if BRANCH.search(person.name) else "法定代表人"


def _ethnic(told: str) -> str:
    """汉 and 汉族 are the same to whoever fills in a form."""
    return told + "族" if told and not told.endswith(("族", "人")) else told


def _identity(person: Participant) -> dict:
    told = {"id_kind": ID_KINDS.get(person.id_type, "证件"), "id_kind_en": person.id_type.replace("_", " "),
            "id_number": person.id_number}
    if person.id_type in ("resident_id", "hk_macao_taiwan_residence"):
        try:
            read = identity.resident_number(person.id_number)
        except DomainError:
            return told
        told |= {"sex": "男" if read.sex == "male" else "女", "sex_en": read.sex, "birth": read.born_on.isoformat()}
    return told if person.id_number else {}


def _agent(agent: Participant) -> dict:
    """Who speaks for a party, in which capacity, and for what it has special authority (CPL 62; CPL-Interp 88, 89)."""
    matters, held = powers.matters(agent) or (), powers.in_force(agent)
    told = {"name": agent.name, "special": bool(matters), **_capacity(held)}
    given = [one for one in MATTERS if one in matters]
    if held is not None and given:  # without a registered power nobody knows more than that it is special
        told["matters"] = "、".join(MATTERS[one][0] for one in given)
        told["matters_en"] = ", ".join(MATTERS[one][1] for one in given)
    return told


def _capacity(held: PowerOfAttorney | None) -> dict:
    """A lawyer by the firm (without the number of its letter), others by what binds them to the party."""
    if held is None:
        return {}
    found, (zh, en) = FIRM.match(str(held.proof.get("firm") or "")), CAPACITIES[held.kind]
    firm = found[0] if found else ""
    return {"kind": firm + zh, "kind_en": f"{en}, {firm}" if firm else en}
