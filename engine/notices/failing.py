"""A service that failed: a message begins the process in which whoever serves the paper finds another way."""

from datetime import date, datetime, time

from engine import clock
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db
from engine.deadlines import due_at
from engine.deadlines.reckoning import INSTANT
from engine.documents.models import Document
from engine.errors import Conflict
from engine.i18n import _
from engine.notices import addresses, public_notice, serving
from engine.notices.models import Serving, ServingAttempt
from engine.workflow import messages, trace

FAILED, PROCESS = "service_failed", "failed_service"  # the message by which the process begins
WAYS = {  # what staff may choose; a task offers those that the law leaves for the paper
    "again": {"id": "again", "name": "按现在的送达地址再次送达", "name_en": "Serve again, by the address that holds now"},
    "publish": {"id": "publish", "name": "公告送达", "name_en": "Serve by public notice"},
    "stop": {"id": "stop", "name": "不再送达", "name_en": "Leave it unserved"},
}


class NotToBePublished(Conflict):
    """This paper cannot be served by public notice."""

    message = _("This document cannot be served by public notice: %(why)s")


def tell(row: Serving, by: str) -> None:
    """A service has failed: say so to the process that gives somebody the task; each failure once."""
    document, person = db.session.get(Document, row.document_id), db.session.get(Participant, row.participant_id)
    case, attempt = db.session.get(Case, row.case_id), row.attempts[-1]
    obstacle = public_notice.obstacle(document)
    ways = [WAYS["again"], *([WAYS["publish"]] if obstacle is None else []),
            *([] if public_notice.is_kept_up(document.kind) else [WAYS["stop"]])]
    payload = {
        "serving": row.id, "paper_title": document.title, "addressee": person.name, "why": attempt.remark,
        "served_by": public_notice.served_by(document), "ways": ways, "obstacle": obstacle.zh if obstacle else "",
        "converts": obstacle is None and public_notice.first_converts(case, document),
    }
    messages.receive(row.case_id, FAILED, payload, "service", f"serving-{row.id}-{attempt.id}", by)


def again(row: Serving) -> None:
    """Begin the ladder again, by the address that holds now. What is served already, or is on its way, stays as it is."""
    if row.status != "failed":
        return
    address = addresses.of(row.participant_id)
    row.status, row.rung, row.address_id = "open", "", address.id if address else None
    row.agrees = addresses.agrees_to(address, db.session.get(Document, row.document_id).kind)
    serving.climb(row)


def stop(row: Serving, why: str, by: str) -> None:
    """Whoever serves it leaves it unserved, with a reason."""
    if row.status == "failed":
        row.status, row.next_at = "ended", None
        row.attempts[-1].remark = "；".join(one for one in (row.attempts[-1].remark, why.strip()) if one)[:500]
        trace.write(None, "service_stopped", by, case_id=row.case_id, participant=row.participant_id, document=row.document_id,
                    note=why)


def publish(row: Serving, day: date, places: str, why: str, by: str) -> None:
    """The court has put up or printed a notice: that is the last way, and its term runs. The reason is on record (CPL 95(2)).

    Raises NotToBePublished.
    """
    obstacle = public_notice.obstacle(db.session.get(Document, row.document_id))
    if obstacle is not None:
        raise NotToBePublished(why=obstacle.zh)
    if row.status != "failed":
        return
    row.attempts.append(ServingAttempt(
        rung="public_notice", address=places.strip()[:300], status="sent", sent_at=_noon(day), remark=why.strip()[:500],
        noted_by=by))
    row.status, row.rung, row.next_at = "open", "public_notice", None
    trace.write(None, "notice_published", by, case_id=row.case_id, participant=row.participant_id, document=row.document_id)
    db.session.flush()


def deem_served(row: Serving) -> datetime | None:
    """The term of the notice is over: served on its last day, unless it reached the person before."""
    attempt = next((one for one in reversed(row.attempts) if one.rung == "public_notice" and one.sent_at), None)
    if attempt is not None and row.status == "open":
        serving.settle(row, attempt, "published", due_at(public_notice.TERM, attempt.sent_at) - INSTANT)
    return row.served_at


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.SHANGHAI)
