"""What a page with the form of a power of attorney sends: the answers, and the signed paper with its proof."""

from flask import request

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.documents import shelf
from engine.errors import Invalid, problem
from engine.forms import flat
from engine.i18n import _
from engine.inbox.asking import agents
from webapp import handing_in


def today() -> dict:
    """What the form begins with."""
    return {"valid_from": clock.today().isoformat()}


def appoint(actor: Actor, party: Participant) -> None:
    """Register what was sent; a party hands in the signed paper itself, staff may hold it on paper. Raises Invalid."""
    files = handing_in.received()
    if actor.kind == "party" and not files:
        raise Invalid(problems=[problem("/files", "missing", _("Hand in the signed power of attorney and the agent's proof."))])
    row = agents.appoint(actor, party.id, flat.gather(agents.FORM, dict(request.form.lists())))
    row.papers = [shelf.put(
        party.case_id, "signed_power", upload.name.rpartition(".")[0] or upload.name, upload.data, "filing",
        media_type=upload.media_type, filename=upload.name, side=party.side, created_by=actor.name[:200]).id for upload in files]
