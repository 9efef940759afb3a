"""Show a party's data in full once: asked with a reason, answered on a page that is kept nowhere."""

from flask import Blueprint, render_template, request

from engine.inbox.workspace import desk, reveal
from webapp.identity import current_actor

blueprint = Blueprint("revealing", __name__)


@blueprint.post("/<number>/participants/<int:participant_id>/reveal")
def show(number, participant_id):
    """The party's number, telephone, mail and address; the audit has who asked, and the reason."""
    actor = current_actor()
    case = desk.case(actor, number)
    person = reveal.reveal(actor, case, participant_id, request.form.get("why", ""))
    answer = render_template("cases/reveal.html", case=case, person=person, why=reveal.REASONS[request.form["why"]])
    return answer, 200, {"Cache-Control": "no-store"}
