"""Why a task ended by itself: what happened elsewhere in its process that made it pointless.

A task's row is closed in the transaction that moves its process, which then writes one entry to the trace: the first such entry
from that moment on is the one.
"""

from sqlalchemy import select

from engine.db import db
from engine.inbox.workspace import internal
from engine.workflow.models import TraceEntry, UserTask, WaitStatus

MOVERS = ("task_completed", "call_completed", "call_rejected", "message_delivered", "timer_fired", "moved", "cancelled",
          "token_moved", "element_skipped", "element_repeated", "variables_changed", "reopened", "upgraded", "upgrade_undone")


def by(task: UserTask) -> TraceEntry | None:
    """The entry of the trace that tells what closed it; None when nobody did, or it is nobody else's business."""
    if task.status != WaitStatus.CANCELLED or task.closed_at is None:
        return None
    entry = db.session.scalar(select(TraceEntry).where(
        TraceEntry.instance_id == task.instance_id, TraceEntry.event.in_(MOVERS), TraceEntry.at >= task.closed_at,
        internal.leaves_out(TraceEntry)).order_by(TraceEntry.id).limit(1))
    if entry is None or entry.event != "message_delivered":
        return entry
    told = db.session.scalar(select(TraceEntry).where(
        TraceEntry.instance_id == task.instance_id, TraceEntry.event == "message_received", TraceEntry.id < entry.id)
        .order_by(TraceEntry.id.desc()).limit(1))
    return told if told is not None and told.detail.get("message") == entry.detail.get("message") and (
        told.detail.get("name") not in internal.MESSAGES) else None
