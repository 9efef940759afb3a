"""Write down what somebody does, in the transaction in which it is done: it is kept if and only if that is."""

import hashlib
import hmac

from engine import clock, statements
from engine.access.actor import Actor
from engine.audit.models import PLATFORM, AuditEntry
from engine.db import IN_PLACE_OF, db

LONGEST = {"action": 100, "object_type": 40, "object_id": 64, "trace_id": 64}


def note(actor: Actor, action: str, object_type: str = "", object_id: object = "", case_id: int | None = None, purpose: str = "",
         outcome: str = "done", address_hash: str = "", trace_id: str = "", **detail) -> None:
    """One entry. `detail` holds ids, codes, counts and dates only, never personal data."""
    words = {"action": action, "object_type": object_type, "object_id": str(object_id), "trace_id": trace_id}
    statements.add(AuditEntry, {
        "at": clock.now(), "tenant": actor.body_id or PLATFORM, "actor_kind": actor.kind, "actor_id": _id(actor),
        "case_id": case_id, "purpose": purpose[:2000], "outcome": outcome, "detail": detail, "address_hash": address_hash,
        **{name: word[:LONGEST[name]] for name, word in words.items()},
    })


def in_place_of(user_id: int) -> None:
    """What this transaction does is done for somebody who is away; whoever writes its note asks `absent` for whom."""
    db.session().info.setdefault(IN_PLACE_OF, {})[user_id] = True


def absent() -> list[int]:
    """For whom this transaction acted, each once, in the order in which it did."""
    return list(db.session().info.get(IN_PLACE_OF, ()))


def _id(actor: Actor) -> int | None:
    return {"user": actor.user_id, "party": actor.participant_id, "client": actor.client_id}.get(actor.kind)


def hashed_address(address: str, key: bytes) -> str:
    """An address that can be compared with another one, and is not told."""
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32] if address else ""
