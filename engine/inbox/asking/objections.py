"""A written objection that came on paper: staff register it for the party before its term runs out."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case
from engine.db import db
from engine.errors import Conflict
from engine.forms.form import Form
from engine.i18n import _
from engine.workflow import messages
from engine.workflow.models import UserTask, WaitStatus

ELEMENT, MESSAGE = "answer_proposal", "written_objection"


class NotAskedNow(Conflict):
    message = _("Nobody of this name has time to object now.")


def form(people: list[Participant]) -> Form:
    """Which party, when it came, and what it says."""
    return Form.from_row({"id": "written_objection", "components": [
        {"key": "party", "type": "select", "label": "提出异议的当事人", "label_en": "Party that objects", "required": True,
         "values": [{"value": str(person.id), "label": person.name} for person in people]},
        {"key": "received_on", "type": "date", "label": "收到日期", "label_en": "Received on", "required": True, "max": "today"},
        {"key": "objection", "type": "textarea", "label": "书面异议的内容", "label_en": "What it says", "required": True,
         "max_length": 3000}]})


def awaited(actor: Actor, case: Case) -> list[Participant]:
    """Parties whose term to object runs; nobody when the actor may not register an objection."""
    if not may(actor, Permission.AGREEMENT_DRAFT, case):
        return []
    asked = select(UserTask.participant_id).where(
        UserTask.case_id == case.id, UserTask.element == ELEMENT, UserTask.status == WaitStatus.OPEN)
    return list(db.session.scalars(select(Participant).where(Participant.id.in_(asked)).order_by(Participant.id)))


def register(actor: Actor, case: Case, answers: dict) -> None:
    """Hand the objection to the party's part of the process. Raises Invalid, NotAskedNow."""
    require(actor, Permission.AGREEMENT_DRAFT, case)
    people = awaited(actor, case)
    if not people:
        raise NotAskedNow()
    told = form(people).check(answers)
    party = int(told["party"])
    messages.receive(case.id, MESSAGE, {"objection": f"{told['received_on']}收到：{told['objection']}"},
                     f"user:{actor.user_id}", f"objection-{case.id}-{party}-{told['received_on']}", by=actor.name,
                     keys={"party": party})
