"""Keep the registry of institutions' promises: a new version, or the end of one; nothing is ever overwritten."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from engine import clock, reading
from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import causes
from engine.db import db, locked
from engine.errors import Conflict, Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.tracks import commitments
from engine.tracks.models import Commitment
from engine.workflow import trace


class CommitmentRefused(Invalid):
    message = _("This commitment cannot be kept.")


class AlreadyRevoked(Conflict):
    message = _("This version of the commitment was revoked before.")


def listed(actor: Actor) -> list[Commitment]:
    """All versions of all commitments."""
    require(actor, Permission.BODY_MANAGE)
    return commitments.every()


def institutions(actor: Actor) -> list[Body]:
    """Who may promise."""
    require(actor, Permission.BODY_MANAGE)
    return list(db.session.scalars(select(Body).where(Body.kind == BodyKind.INSTITUTION, Body.is_active).order_by(Body.code)))


def form(bodies: list[Body]) -> Form:
    """What a version says."""
    return Form.from_row({"id": "commitment", "components": [
        {"key": "institution", "type": "select", "label": "机构", "label_en": "Institution", "required": True,
         "values": [{"value": str(body.id), "label": body.name, "label_en": body.name_en} for body in bodies]},
        {"key": "limit", "type": "money", "label": "金额上限（元）", "label_en": "Limit (CNY)", "required": True, "min": "0.01"},
        {"key": "categories", "type": "checklist", "label": "适用的纠纷类别", "label_en": "Kinds of dispute", "required": True,
         "values": [{"value": key, "label": row.zh, "label_en": row.en} for key, row in causes.categories().items()]},
        {"key": "valid_from", "type": "date", "label": "生效日期", "label_en": "Valid from", "required": True},
        {"key": "valid_until", "type": "date", "label": "失效日期（长期有效的不填）", "label_en": "Valid until (empty: no end)"},
        {"key": "signatory", "type": "text", "label": "签署人及职务", "label_en": "Signed by (name and post)", "required": True,
         "max_length": 200},
        {"key": "reference", "type": "text", "label": "承诺书（备忘录）名称、文号", "label_en": "Memorandum: name, number",
         "required": True, "max_length": 200}]})


def add(actor: Actor, answers: dict) -> Commitment:
    """A new version; what is under way stays on the version it began with. Raises Invalid."""
    require(actor, Permission.BODY_MANAGE)
    told = form(institutions(actor)).check(answers)
    if told.get("valid_until") and told["valid_until"] < told["valid_from"]:
        raise CommitmentRefused(problems=[problem("/valid_until", "order", _("It cannot end before it begins."))])
    institution = locked(Body, int(told["institution"]))
    last = db.session.scalar(select(func.max(Commitment.version)).where(Commitment.institution_id == institution.id)) or 0
    made = Commitment(
        institution_id=institution.id, version=last + 1, limit=Decimal(told["limit"]), categories=list(told["categories"]),
        valid_from=date.fromisoformat(told["valid_from"]),
        valid_until=reading.answered(told.get("valid_until")), signatory=told["signatory"],
        reference=told["reference"], created_by=actor.name)
    db.session.add(made)
    db.session.flush()
    trace.write(None, "commitment_added", actor.name, commitment=made.id, institution=institution.code, version=made.version)
    return made


def revoke(actor: Actor, commitment_id: int, reason: str) -> Commitment:
    """End a version at once, with a reason. Raises AlreadyRevoked, CommitmentRefused."""
    require(actor, Permission.BODY_MANAGE)
    row = locked(Commitment, commitment_id)
    if row.revoked_at:
        raise AlreadyRevoked()
    if not reason.strip():
        raise CommitmentRefused(problems=[problem("/reason", "missing", _("Please give a reason."))])
    row.revoked_at, row.revoked_by, row.revoked_reason = clock.now(), actor.name, reason.strip()[:500]
    trace.write(None, "commitment_revoked", actor.name, commitment=row.id, reason=row.revoked_reason)
    db.session.flush()
    return row
