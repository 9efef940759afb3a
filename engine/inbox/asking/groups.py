"""What a coordinator does with a group of cases: gather it, choose the model, set the offer, tell the cases at a pace."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.tracks import groups
from engine.tracks.models import CaseGroup, GroupMember
from engine.workflow import messages

AT_ONCE, AN_HOUR = 50, 200  # contacts: nobody is flooded, and nobody's telephone stands still
MOST_NUMBERS = 10_000
NEW = Form.from_row({"id": "group", "components": [
    {"key": "name", "type": "text", "label": "批次名称", "label_en": "Name", "required": True, "max_length": 200},
    {"key": "issues", "type": "textarea", "label": "共同的事实和法律争点", "label_en": "Common issues of fact and law",
     "required": True, "max_length": 5000}]})
OFFER = Form.from_row({"id": "group_offer", "components": [
    {"key": "result", "type": "textarea", "label": "示范案件的结果（告知各案当事人，不写让步）", "required": True,
     "label_en": "Result of the model case (told to the other parties; nobody's concessions)", "max_length": 5000},
    {"key": "debtor", "type": "radio", "label": "由谁支付", "label_en": "Who pays", "required": True, "values": [
        {"value": "respondent", "label": "被申请人", "label_en": "Respondent"},
        {"value": "applicant", "label": "申请人", "label_en": "Applicant"}]},
    {"key": "percent", "type": "number", "label": "按各案请求金额的百分比", "label_en": "Per cent of each case's claim",
     "required": True, "decimals": 2, "min": 0.01, "max": 100},
    {"key": "due_days", "type": "number", "label": "几日内支付", "label_en": "Days until payment", "required": True,
     "min": 1, "max": 365},
    {"key": "method", "type": "text", "label": "支付方式", "label_en": "How", "max_length": 200},
    {"key": "text", "type": "textarea", "label": "其他内容", "label_en": "Other", "max_length": 2000}]})


class TooManyContacts(Conflict):
    message = _("At most %(most)s cases are told within an hour; please go on later.")


class NotAMember(Conflict):
    message = _("Choose a case of this group.")


class NoModelResult(Conflict):
    message = _("First the model case has to be concluded.")


def listed(actor: Actor) -> list[CaseGroup]:
    """The groups of the actor's organisation, newest first."""
    require(actor, Permission.CASE_GROUP)
    return list(db.session.scalars(select(CaseGroup).where(
        CaseGroup.organisation_id.in_(_organisations(actor))).order_by(CaseGroup.id.desc())))


def _organisations(actor: Actor) -> list[int]:
    return [body for body in actor.bodies(Role.COORDINATOR) if body is not None]


def get(actor: Actor, group_id: int, change: bool = False) -> CaseGroup:
    """A group of the actor's organisation. Raises NotFound."""
    require(actor, Permission.CASE_GROUP)
    found = locked(CaseGroup, group_id) if change else db.session.get(CaseGroup, group_id)
    if found is None or found.organisation_id not in _organisations(actor):
        raise NotFound()
    return found


def create(actor: Actor, answers: dict) -> CaseGroup:
    """A new, empty group. Raises Invalid."""
    require(actor, Permission.CASE_GROUP)
    told = NEW.check(answers)
    made = CaseGroup(organisation_id=_organisations(actor)[0], name=told["name"], issues=told["issues"], created_by=actor.name)
    db.session.add(made)
    db.session.flush()
    return made


def add(actor: Actor, group_id: int, text: str) -> list[dict]:
    """Put cases into a group by their numbers; one row of the answer for each: number, what became of it, duplicates."""
    group = get(actor, group_id, change=True)
    numbers = list(dict.fromkeys(re.findall(r"[^\s,，;；]+", text)))
    if not 0 < len(numbers) <= MOST_NUMBERS:
        raise Invalid(problems=[
            problem("/numbers", "count", _("Give between one and %(most)s case numbers."), most=MOST_NUMBERS)])
    return [_add(actor, group, number) for number in numbers]


def _add(actor: Actor, group: CaseGroup, number: str) -> dict:
    case = db.session.scalar(select(Case).where(Case.number == number, Case.organisation_id == group.organisation_id))
    if case is None:
        return {"number": number, "became": "unknown"}
    if case.concluded_at:
        return {"number": number, "became": "concluded"}
    if groups.member_of(case.id):
        return {"number": number, "became": "in_a_group"}
    db.session.add(GroupMember(group_id=group.id, case_id=case.id, added_by=actor.name))
    db.session.flush()
    return {"number": number, "became": "added", "duplicates": [other.number for other in groups.duplicates(case)]}


def choose_model(actor: Actor, group_id: int, case_id: int) -> CaseGroup:
    """The case that goes first. Raises NotAMember."""
    group = get(actor, group_id, change=True)
    if case_id not in [member.case_id for member in _members(group_id)]:
        raise NotAMember()
    group.model_case_id = case_id
    db.session.flush()
    return group


def set_offer(actor: Actor, group_id: int, answers: dict) -> CaseGroup:
    """The model's result, and the offer to be worked out for each case. Raises Invalid, NoModelResult."""
    group = get(actor, group_id, change=True)
    model = db.session.get(Case, group.model_case_id) if group.model_case_id else None
    if model is None or model.concluded_at is None:
        raise NoModelResult()
    told = OFFER.check(answers)
    group.result, group.result_at = told.pop("result"), clock.now()
    group.offer = told
    db.session.flush()
    return group


def contact(actor: Actor, group_id: int) -> int:
    """Tell the next waiting cases of the result, a measured number at a time; how many were told. Raises TooManyContacts."""
    group = get(actor, group_id, change=True)
    if not group.result_at:
        raise NoModelResult()
    told = db.session.scalar(select(func.count()).where(
        GroupMember.group_id == group.id, GroupMember.told_at > clock.now() - timedelta(hours=1)))
    if told >= AN_HOUR:
        raise TooManyContacts(most=AN_HOUR)
    waiting = [member for member in _members(group_id) if member.state == "waiting" and member.told_at is None]
    chosen = waiting[:min(AT_ONCE, AN_HOUR - told)]
    for member in chosen:
        member.told_at = clock.now()
        messages.receive(member.case_id, "model_result", {}, f"group:{group.id}", f"result-{member.case_id}", by=actor.name)
    db.session.flush()
    return len(chosen)


def _members(group_id: int) -> list[GroupMember]:
    return list(db.session.scalars(select(GroupMember).where(GroupMember.group_id == group_id).order_by(GroupMember.id)))


def rows(actor: Actor, group_id: int) -> list[dict]:
    """Each case of a group with where it stands, its duplicates, and whether it is the model."""
    group = get(actor, group_id)
    return [{"member": member, "case": (case := db.session.get(Case, member.case_id)), "is_model": case.id == group.model_case_id,
             "duplicates": [other.number for other in groups.duplicates(case)], "merged_into": groups.merged_into(case.id)}
            for member in _members(group_id)]
