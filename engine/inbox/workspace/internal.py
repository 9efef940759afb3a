"""What a case's file leaves out: processes inside an institution, and complaints, whose steps are nobody else's business."""

from sqlalchemy import select

from engine.workflow.models import Instance, Version

PROCESSES = ("settlement_authority", "mediator_complaint")
# what begins or moves them, which a case's other instances are told of, too
MESSAGES = ("authority_asked", "mediator_complaint", "complaint_decided")


def instances():
    """A query of the ids of all instances of internal processes."""
    return select(Instance.id).join(Version, Version.id == Instance.version_id).where(Version.process_key.in_(PROCESSES))


def leaves_out(model):
    """The condition on rows that belong to an instance, or to none: not of an internal process. Asked row by row, never by
    listing all instances of these processes."""
    internal = instances().where(Instance.id == model.instance_id).correlate(model)
    return internal.scalar_subquery().is_(None)
