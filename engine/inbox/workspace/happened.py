"""What of a case's trace its file tells somebody: nothing of a process inside an institution, nor what one side said alone."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.policy import reads
from engine.cases.models import Case
from engine.db import db
from engine.inbox.workspace import internal
from engine.workflow.models import TraceEntry

TO_CLAIMS = ("claim_replied", "claim_evidenced")


def of_case(actor: Actor, found: Case) -> list[TraceEntry]:
    """The entries the actor may know of, oldest first."""
    rows = db.session.scalars(select(TraceEntry).where(
        TraceEntry.case_id == found.id, internal.leaves_out(TraceEntry)).order_by(TraceEntry.id))
    told = [entry for entry in rows if entry.detail.get("name") not in internal.MESSAGES]
    sides = {person.id: f"side:{person.side}" for person in found.participants}
    kept = {side for side in {_side(entry, sides) for entry in told} if side and not reads(actor, found.id, side)}
    return [entry for entry in told if _side(entry, sides) not in kept]


def _side(entry: TraceEntry, sides: dict[int, str]) -> str:
    """For which side alone something was said to the claims; an entry that does not tell is taken to be its party's own."""
    if entry.event not in TO_CLAIMS:
        return ""
    audience = entry.detail.get("audience") or sides.get(entry.detail.get("participant"), "")
    return audience if audience.startswith("side:") else ""
