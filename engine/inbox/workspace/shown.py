"""The papers a task is about: the diagram names their templates (property `shows`), the case has them."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.policy import visible
from engine.db import db
from engine.documents.models import Document
from engine.inbox.effects import property_of
from engine.workflow.models import UserTask


def papers(actor: Actor, task: UserTask) -> list[Document]:
    """The newest paper of each kind the task shows, or all (`kind*`), as far as the actor may see it."""
    asked = property_of(task, "shows").split()
    kinds = [kind.removesuffix("*") for kind in asked]
    if not task.case_id or not kinds:
        return []
    query = select(Document).where(Document.case_id == task.case_id, Document.kind.in_(kinds), visible(actor, Document))
    there = {kind: [] for kind in kinds}
    for row in db.session.scalars(query.order_by(Document.id)):
        there[row.kind].append(row)
    return [row for kind in asked for row in (there[kind.removesuffix("*")] if kind.endswith("*") else there[kind][-1:])]
