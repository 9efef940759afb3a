"""Data stores as those who keep the system running see and set them. They hold nothing about a case (bpmn/README.md)."""

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.errors import Invalid, problem
from engine.expressions import RESERVED
from engine.i18n import _
from engine.oversight.actions import reason_of
from engine.oversight.repairs import value_of
from engine.workflow import spiff, stores, trace
from engine.workflow.stores import DataStore


class StoreUnnamed(Invalid):
    message = _("A data store has a name of letters, digits and “_”, as the diagrams call it.")


def every(actor: Actor) -> list[DataStore]:
    """All stores that were ever written, by name."""
    require(actor, Permission.INSTANCE_TRACE)
    return stores.every()


def put(actor: Actor, name: str, text: str, reason: str) -> None:
    """Write a store by hand, as a diagram would. Raises StoreUnnamed, ReasonMissing, ValueUnreadable."""
    require(actor, Permission.INSTANCE_REPAIR)
    name, reason = name.strip(), reason_of(reason)
    if not (name.isidentifier() and name.isascii()) or name.startswith("_") or name in RESERVED or len(name) > stores.LONGEST:
        raise StoreUnnamed(problems=[problem("/name", "unreadable", StoreUnnamed.message)])
    value = spiff.copied({name: value_of(text)})[name]
    stores.keep(None, name, value)
    trace.write(None, "stored", actor.name, note=reason, name=name)


def shown(store: DataStore) -> str:
    """A store's value as text for a page."""
    text = str(spiff.as_json(store.content))
    return text if len(text) <= 500 else text[:500] + " …"
