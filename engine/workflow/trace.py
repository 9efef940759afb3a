"""Write down what happened to an instance, in order; people read it, so it says who and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import column, func, select, table

from engine import clock, crash, statements
from engine.audit import sources
from engine.audit.models import PLATFORM
from engine.db import db
from engine.workflow.models import Instance, TraceEntry

_case = table("case", column("id"), column("organisation_id"))


def _tenant():
    """The organisation that had the case when the entry was sealed."""
    of = select(_case.c.organisation_id).where(_case.c.id == TraceEntry.case_id).correlate(TraceEntry).scalar_subquery()
    return func.coalesce(of, PLATFORM)


sources.seal("trace", TraceEntry, _tenant)


@dataclass(frozen=True)
class Told:
    """What somebody does to an instance, to be written with the way it leads to; `by`: who, if not who lets it move."""

    event: str
    element: str = ""
    token: str = ""
    detail: Mapping = field(default_factory=dict)
    by: str = ""


def write(instance: Instance | None, event: str, actor: str = "", element: str = "", token: str = "", note: str = "",
          case_id: int | None = None, **detail) -> None:
    """Append one entry. `detail` holds ids and codes only, never personal data."""
    statements.add(TraceEntry, {
        "instance_id": instance.id if instance else None, "case_id": instance.case_id if instance else case_id,
        "element": element, "token": token, "event": event, "actor": actor, "at": clock.now(), "note": note, "detail": detail,
    })
    crash.point("trace.after_insert")


def of_instance(instance_id: int) -> list[TraceEntry]:
    """Everything that happened to an instance, oldest first."""
    query = select(TraceEntry).where(TraceEntry.instance_id == instance_id).order_by(TraceEntry.id)
    return list(db.session.scalars(query))


def of_case(case_id: int) -> list[TraceEntry]:
    """Everything that happened to a case, oldest first."""
    return list(db.session.scalars(select(TraceEntry).where(TraceEntry.case_id == case_id).order_by(TraceEntry.id)))


def visited(instance_id: int) -> dict[tuple[str, str], int]:
    """How often each element, by (process key, element id), was completed."""
    counts: dict[tuple[str, str], int] = {}
    for entry in of_instance(instance_id):
        for process_key, element in entry.detail.get("path", []):
            counts[process_key, element] = counts.get((process_key, element), 0) + 1
    return counts
