"""What a payer of an advance gets back from whoever has to bear it in the end: recorded, also after the case is closed."""

from decimal import Decimal

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Forbidden, Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.tracks.models import Advance

FORM = Form.from_row({"id": "recovery", "components": [
    {"key": "amount", "type": "money", "label": "追偿所得（元）", "label_en": "Recovered (CNY)", "required": True, "min": "0.01"},
    {"key": "on", "type": "date", "label": "日期", "label_en": "Day", "required": True, "max": "today"},
    {"key": "source", "type": "text", "label": "向谁追偿", "label_en": "From whom", "required": True, "max_length": 200},
    {"key": "note", "type": "text", "label": "说明", "label_en": "Note", "max_length": 500}]})


class NotTheirAdvance(Forbidden):
    message = _("Only who paid the advance records what was recovered.")


def listed(actor: Actor, case: Case) -> list[Advance]:
    """The advances of a case that the actor may see."""
    query = select(Advance).where(Advance.case_id == case.id, visible(actor, Advance))
    return list(db.session.scalars(query.order_by(Advance.id)))


def may_record(actor: Actor, advance: Advance) -> bool:
    """The payer's own staff."""
    payer = db.session.get(Participant, advance.payer_id)
    return payer.body_id is not None and payer.body_id in actor.bodies(Role.INSTITUTION_HANDLER)


def record(actor: Actor, advance_id: int, answers: dict) -> Advance:
    """Add what came back. Raises Invalid, NotTheirAdvance."""
    row = locked(Advance, advance_id)
    require(actor, Permission.CASE_READ, row)
    if not may_record(actor, row):
        raise NotTheirAdvance()
    told = FORM.check(answers)
    if row.status != "received":
        raise Invalid(problems=[problem("/amount", "status", _("The advance payment is not at this point."))])
    if row.recovered + Decimal(told["amount"]) > row.amount:
        raise Invalid(problems=[problem("/amount", "max", _("More than was paid cannot be recovered."))])
    row.recoveries = [*row.recoveries, {**told, "by": actor.name, "at": clock.now().isoformat()}]
    db.session.flush()
    return row
