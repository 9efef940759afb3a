"""An institution keeps its own limits: a new version, or the end of one; nothing is overwritten, every change leaves a trace.

Only the institution's own authority administrator does it, and sees it; whoever settles or approves cannot set their own limit.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from engine import clock, reading
from engine.access import handlers
from engine.access.actor import Actor
from engine.access.models import Body, Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import causes, limits
from engine.cases.models import AuthorityLimit, AuthorityRequest
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.workflow import trace

ROLE_OF = {limits.HANDLER: Role.INSTITUTION_HANDLER, limits.APPROVER: Role.INSTITUTION_APPROVER}


class LimitRefused(Invalid):
    message = _("This limit cannot be kept.")


class LimitEnded(Conflict):
    message = _("This version of the limit was revoked before.")


class NotYourOwnLimit(Forbidden):
    """Whoever keeps the limits does not settle or approve by them."""

    message = _("Nobody sets a limit for themselves.")


def institution_of(actor: Actor) -> Body:
    """The institution whose limits this actor keeps. Raises Forbidden, NotFound."""
    require(actor, Permission.AUTHORITY_MANAGE)
    return db.session.get(Body, handlers.led_by(actor))


def listed(actor: Actor) -> list[AuthorityLimit]:
    """All versions of the institution's limits, by rung."""
    return limits.every(institution_of(actor).id)


def requests(actor: Actor, most: int = 50) -> list[AuthorityRequest]:
    """What the institution's people asked for lately, newest first: how the ladder is used."""
    return list(db.session.scalars(select(AuthorityRequest).where(
        AuthorityRequest.institution_id == institution_of(actor).id).order_by(AuthorityRequest.id.desc()).limit(most)))


def form(institution: Body) -> Form:
    """What a version says; approvers are offered once the institution has some."""
    people = {kind: _people(institution, role) for kind, role in ROLE_OF.items()}
    holders = [limits.HANDLER, limits.AGENT, *([limits.APPROVER] if people[limits.APPROVER] else [])]
    return Form.from_row({"id": "limit", "components": [
        {"key": "holder", "type": "radio", "label": "授权对象", "label_en": "Who", "required": True, "values": [
            {"value": kind, "label": HOLDERS[kind][0], "label_en": HOLDERS[kind][1]} for kind in holders]},
        *_who(people), *_scope()]})


HOLDERS = {limits.HANDLER: ("经办人", "Handler"), limits.AGENT: ("委托代理人（凭授权委托书）", "Agent by power of attorney"),
           limits.APPROVER: ("审批人", "Approver")}


def _who(people: dict[str, list[dict]]) -> list[dict]:
    """The questions of who exactly: one handler or all; an approver with rung and substitute."""
    found = []
    if people[limits.HANDLER]:
        found.append({"key": "handler", "type": "select", "label": "经办人（不选的，适用于全体经办人）",
                      "label_en": "Handler (none: all of them)", "values": people[limits.HANDLER],
                      "show_if": 'holder == "handler"'})
    if people[limits.APPROVER]:
        shown = {"show_if": 'holder == "approver"'}
        found += [
            {"key": "approver", "type": "select", "label": "审批人", "label_en": "Approver", "required": True,
             "values": people[limits.APPROVER], **shown},
            {"key": "level", "type": "number", "label": "第几级（从1起，金额逐级提高）", "label_en": "Rung (from 1, sums rise)",
             "required": True, "min": 1, "max": limits.MOST_LEVELS, **shown},
            {"key": "substitute", "type": "select", "label": "替补审批人", "label_en": "Substitute",
             "values": people[limits.APPROVER], **shown}]
    return found


def _scope() -> list[dict]:
    """The questions of how far: kinds of dispute, sums, other duties, from when to when, on which paper."""
    return [
        {"key": "categories", "type": "checklist", "label": "适用的纠纷类别（不选的，适用于全部）",
         "label_en": "Kinds of dispute (none: all)",
         "values": [{"value": key, "label": row.zh, "label_en": row.en} for key, row in causes.categories().items()]},
        {"key": "concession", "type": "money", "label": "让步金额上限：支付或者放弃（元，不填的不限）",
         "label_en": "Most to be paid or waived (CNY; empty: no limit)", "min": "0"},
        {"key": "total", "type": "money", "label": "协议总额上限（元，不填的不限）",
         "label_en": "Most that an agreement moves in all (CNY; empty: no limit)", "min": "0"},
        {"key": "duties", "type": "checkbox", "label": "可以同意付款以外的义务（撤销征信记录、退保等）",
         "label_en": "May also take on duties other than payment"},
        {"key": "valid_from", "type": "date", "label": "生效日期", "label_en": "Valid from", "required": True},
        {"key": "valid_until", "type": "date", "label": "失效日期（长期有效的不填）", "label_en": "Valid until (empty: no end)"},
        {"key": "reference", "type": "text", "label": "内部授权文件名称、文号", "label_en": "The internal paper it rests on",
         "required": True, "max_length": 200}]


def _people(institution: Body, role: str) -> list[dict]:
    rows = db.session.scalars(select(User).join(RoleGrant, RoleGrant.user_id == User.id).where(
        RoleGrant.role == role, RoleGrant.body_id == institution.id, RoleGrant.is_in_force, User.is_active).order_by(User.name))
    return [{"value": str(user.id), "label": user.name, "label_en": user.name} for user in rows]


def add(actor: Actor, answers: dict) -> AuthorityLimit:
    """A new version; what was approved or signed before stands. Raises LimitRefused with all faults, NotYourOwnLimit."""
    institution = institution_of(actor)
    told = form(institution).check(answers)
    person = told.get("handler") or told.get("approver")
    if actor.user_id in (_number(person), _number(told.get("substitute"))):
        raise NotYourOwnLimit()
    faults = _faults(told)
    if faults:
        raise LimitRefused(problems=faults)
    locked(Body, institution.id)
    last = db.session.scalar(select(func.max(AuthorityLimit.version)).where(
        AuthorityLimit.institution_id == institution.id)) or 0
    row = AuthorityLimit(
        institution_id=institution.id, version=last + 1, holder=told["holder"], user_id=_number(person),
        level=int(told.get("level") or 0), substitute_id=_number(told.get("substitute")), reference=told["reference"],
        categories=list(told.get("categories") or []), concession=_sum(told.get("concession")), total=_sum(told.get("total")),
        duties=bool(told.get("duties")), valid_from=date.fromisoformat(told["valid_from"]),
        valid_until=reading.answered(told.get("valid_until")), created_by=actor.name)
    db.session.add(row)
    db.session.flush()
    trace.write(None, "authority_limit_added", actor.name, limit=row.id, institution=institution.code, version=row.version)
    return row


def _faults(told: dict) -> list[dict]:
    found = []
    if told.get("valid_until") and told["valid_until"] < told["valid_from"]:
        found.append(problem("/valid_until", "order", _("It cannot end before it begins.")))
    if told.get("substitute") and told["substitute"] == told.get("approver"):
        found.append(problem("/substitute", "same", _("The substitute is somebody else than the approver.")))
    return found


def _number(value) -> int | None:
    return int(value) if value else None


def _sum(value) -> Decimal | None:
    return Decimal(value) if value not in (None, "") else None


def revoke(actor: Actor, limit_id: int, reason: str) -> AuthorityLimit:
    """End a version at once, with a reason. Raises LimitEnded, LimitRefused, NotFound."""
    institution = institution_of(actor)
    row = locked(AuthorityLimit, limit_id)
    if row.institution_id != institution.id:
        raise NotFound()
    if row.revoked_at:
        raise LimitEnded()
    if not reason.strip():
        raise LimitRefused(problems=[problem("/reason", "missing", _("Please give a reason."))])
    row.revoked_at, row.revoked_by, row.revoked_reason = clock.now(), actor.name, reason.strip()[:500]
    trace.write(None, "authority_limit_revoked", actor.name, limit=row.id, institution=institution.code)
    db.session.flush()
    return row
