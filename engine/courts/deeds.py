"""Notarised deeds with enforceability on an agreement, and execution certificates (公证法 37; 公证债权文书执行规定 2–5)."""

from datetime import date

from sqlalchemy import select

from engine import clock
from engine.courts.models import NotarialDeed
from engine.db import db
from engine.errors import NotFound
from engine.i18n import _


class NoDeed(NotFound):
    message = _("There is no notarised deed in this case.")


def of_case(case_id: int | None) -> NotarialDeed | None:
    """The latest deed of a case."""
    query = select(NotarialDeed).where(NotarialDeed.case_id == case_id)
    return db.session.scalar(query.order_by(NotarialDeed.id.desc()).limit(1))


def in_force(case_id: int | None) -> bool:
    """Is there a deed the creditor could enforce by?"""
    return of_case(case_id) is not None


def note(case_id: int, notary: str, number: str, dated_on: date, by: str = "") -> NotarialDeed:
    """The notary has made the deed; the same number again gives the row that is there."""
    known = of_case(case_id)
    if known is not None and known.number == number:
        return known
    made = NotarialDeed(case_id=case_id, notary=notary, number=number, dated_on=dated_on, certificate_number="",
                        noted_by=by[:200], created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made


def note_certificate(case_id: int, number: str, on: date) -> NotarialDeed:
    """The notary has certified the default, so that a court may enforce. Raises NoDeed."""
    found = of_case(case_id)
    if found is None:
        raise NoDeed()
    found.certificate_number, found.certificate_on = number, on
    db.session.flush()
    return found
