"""Print a paper of service when somebody wants it: read, print with no transaction open, keep."""

from collections.abc import Callable

from engine.db import db, transaction
from engine.documents.models import Document
from engine.notices.models import ServiceAddress, Serving
from engine.operations import papers, serving_papers
from webapp import signing


def record(serving_id: int, allow: Callable) -> Document:
    """The record of a service (送达回证) as it stands; `allow` raises when it is not the asker's."""
    return _printed(Serving, serving_id, allow, serving_papers.order_record, serving_papers.keep_record, "record_id")


def address(address_id: int, allow: Callable) -> Document:
    """The confirmation of an address (送达地址确认书)."""
    return _printed(ServiceAddress, address_id, allow, serving_papers.order_address, serving_papers.keep_address, "document_id")


def _printed(model, key: int, allow: Callable, order: Callable, keep: Callable, column: str) -> Document:
    with transaction(write=False):
        row = db.session.get(model, key)
        allow(row)
        known = db.session.get(Document, getattr(row, column)) if getattr(row, column) else None
        if known is not None and _is_current(row, known):
            return known
        ordered = order(row)
    with signing.telling():
        made = papers.printed(ordered)
    with transaction():
        return keep(db.session.get(model, key, with_for_update=True), made, ordered)


def _is_current(row, document: Document) -> bool:
    """A record is printed anew when something has happened since."""
    if isinstance(row, ServiceAddress):
        return True
    moments = [row.served_at, row.read_at]
    moments += [at for one in row.attempts for at in (one.at, one.sent_at, one.arrived_at, one.returned_at)]
    return all(at is None or at <= document.created_at for at in moments)
