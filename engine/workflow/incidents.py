"""Failures that need a person: opened once per subject and kind, resolved with a reason."""

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from engine import clock
from engine.db import db
from engine.errors import Conflict
from engine.i18n import _
from engine.workflow import trace
from engine.workflow.models import Incident, Instance

EFFECT_AFTER_CANCEL = "effect_after_cancel"  # the kind that an instance's end does not answer


class ProcessFailed(Conflict):
    """The process cannot go on from here; nothing was changed, and an incident tells the administrators."""

    message = _("The process cannot go on at this point. The administrators have been told; nothing was changed.")

    def __init__(self, instance_id: int | None, case_id: int | None, element: str, reason: str, text: str):
        super().__init__(element=element, reason=reason)
        self.instance_id, self.case_id, self.element, self.reason, self.text = instance_id, case_id, element, reason, text


def report(subject: str, kind: str, detail: str, case_id: int | None = None, instance_id: int | None = None,
           element: str = "") -> Incident:
    """Open an incident, or return the one already open for this subject and kind."""
    there = select(Incident).where(Incident.subject == subject, Incident.kind == kind, Incident.resolved_at.is_(None))
    if (found := db.session.scalar(there)) is not None:
        return found
    incident = Incident(
        subject=subject, kind=kind, detail=detail[:4000], case_id=case_id, instance_id=instance_id, element=element
    )
    try:
        with db.session.begin_nested():
            db.session.add(incident)
    except IntegrityError:  # another worker told of it at the same moment
        if (found := db.session.scalar(there)) is not None:
            return found
        raise
    instance = db.session.get(Instance, instance_id) if instance_id else None
    trace.write(instance, "incident_opened", "system", element=element, case_id=case_id, kind=kind, subject=subject)
    return incident


def report_failure(error: ProcessFailed) -> Incident:
    """Open the incident of a process that could not go on (in a transaction of its own: the failed one rolled back)."""
    subject = f"instance {error.instance_id}" if error.instance_id else f"case {error.case_id}"  # a start left no instance behind
    return report(subject, error.reason, error.text, error.case_id, error.instance_id, error.element)


def resolve(incident: Incident, by: str, resolution: str) -> None:
    """Close an incident, saying why; the case's history shows it."""
    if not incident.is_open:
        return
    incident.resolved_at, incident.resolved_by, incident.resolution = clock.now(), by, resolution
    instance = db.session.get(Instance, incident.instance_id) if incident.instance_id else None
    trace.write(instance, "incident_resolved", by, element=incident.element, note=resolution, case_id=incident.case_id,
                kind=incident.kind, subject=incident.subject)


def is_open(subject: str) -> bool:
    """Is a person still to look into this subject?"""
    return db.session.scalar(select(Incident.id).where(Incident.subject == subject, Incident.resolved_at.is_(None))) is not None


def resolve_subject(subject: str, by: str, resolution: str) -> None:
    """Close every open incident of a subject."""
    for incident in db.session.scalars(select(Incident).where(Incident.subject == subject, Incident.resolved_at.is_(None))):
        resolve(incident, by, resolution)


def resolve_subject_of(subject: str, kind: str, by: str, resolution: str) -> None:
    """Close a subject's open incident of one kind."""
    for incident in db.session.scalars(select(Incident).where(
            Incident.subject == subject, Incident.kind == kind, Incident.resolved_at.is_(None))):
        resolve(incident, by, resolution)


def close_with(instance: Instance, by: str, why: str) -> None:
    """An instance is over: nobody needs to look into why it, its calls or its timers could not go on.

    What it did outside after it was stopped, and what it said and is still to be passed on, is another matter.
    """
    stays = or_(Incident.subject.like("thrown %"), Incident.kind == EFFECT_AFTER_CANCEL)
    for incident in db.session.scalars(select(Incident).where(
            Incident.instance_id == instance.id, Incident.resolved_at.is_(None), ~stays).order_by(Incident.id)):
        resolve(incident, by, why)
