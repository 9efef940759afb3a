"""Who received what, when: receipts of the gateway, and the first time somebody opened a link or a document."""

from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.errors import NotFound
from engine.notices import serving
from engine.notices.models import Notice

RECEIPTS = {"delivered": "delivered", "failed": "failed"}


def receipt(reference: str, status: str, provider_id: str = "", error: str = "", at: datetime | None = None) -> Notice:
    """What the gateway reports about a message; a delivery is final, the same report twice changes nothing. Raises NotFound."""
    notice = db.session.scalar(select(Notice).where(Notice.call_key == reference).with_for_update())
    if notice is None and provider_id:
        notice = db.session.scalar(select(Notice).where(Notice.provider_id == provider_id).with_for_update())
    if notice is None or status not in RECEIPTS:
        raise NotFound()
    if notice.delivered_at is None:
        notice.status = RECEIPTS[status]
        notice.delivered_at = (at or clock.now()) if status == "delivered" else None
        notice.error = error[:500]
        notice.provider_id = notice.provider_id or provider_id[:100]
    db.session.flush()
    serving.follow(notice)
    return notice


def opened(link_id: int) -> None:
    """Somebody opened the link: the messages that carried it have been read."""
    for notice in db.session.scalars(select(Notice).where(Notice.link_id == link_id, Notice.read_at.is_(None))).all():
        notice.read_at = clock.now()
        if notice.status in ("queued", "sent", "unknown"):
            notice.status, notice.delivered_at = "delivered", notice.delivered_at or clock.now()
        serving.follow(notice)
    db.session.flush()


def of_case(case_id: int) -> list[Notice]:
    """Every message of a case, oldest first."""
    return list(db.session.scalars(select(Notice).where(Notice.case_id == case_id).order_by(Notice.id)))
