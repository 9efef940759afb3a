"""What is new in a case to whoever looks at it, and that they have seen it now."""

from flask import Blueprint, redirect, request
from sqlalchemy import select

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.db import db
from engine.inbox.workspace import came_from, desk, news
from engine.workflow.models import Instance
from webapp.auditing import leaves_no_note
from webapp.cases import beside, timeline
from webapp.identity import current_actor

blueprint = Blueprint("looking", __name__)


def shown(actor: Actor, case: Case | None) -> dict:
    """What the card of news draws, and from whom the case came."""
    told = {"came_from": came_from.of_case(actor, case), "fresh": news.of_case(actor, case) if case else None}
    fresh = told["fresh"]
    if fresh is None:
        return told
    ids = {entry.instance_id for entry in fresh.entries if entry.instance_id}
    instances = {row.id: row for row in db.session.scalars(select(Instance).where(Instance.id.in_(ids)))} if ids else {}
    return told | {"fresh_lines": timeline.told_of(fresh.entries, instances, case)}


@blueprint.post("/<number>/seen")
@leaves_no_note
def seen(number):
    """Said by the page when it has been open for a moment, or by the button."""
    actor = current_actor()
    news.look(actor, desk.case(actor, number))
    return ("", 204) if request.form.get("quiet") else redirect(beside.back(number), 303)
