"""Which cases somebody means by a few signs: part of a number, a title, a party's or institution's name; a whole telephone or
identity number. These two lie encrypted and are found by their blind indexes only, equal or not at all.
"""

import re
import unicodedata

from sqlalchemy import ColumnElement, or_, select

from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.encryption import blind
from engine.notices.models import ServiceAddress

TELEPHONE = re.compile(r"\+?[\d\s\-()]{7,24}")
IDENTITY = re.compile(r"[0-9A-Za-z][0-9A-Za-z\s\-]{5,30}")


def cases(text: str) -> ColumnElement[bool]:
    """The condition on a case. Whoever asks adds what the actor may see."""
    text = unicodedata.normalize("NFKC", text).strip()
    pattern = like(text)
    named = select(Participant.case_id).where(Participant.name.like(pattern, escape="\\"))
    bodies = select(Body.id).where(Body.name.like(pattern, escape="\\"))
    columns = (Case.number, Case.organisation_number, Case.court_number, Case.title)
    return or_(*(column.like(pattern, escape="\\") for column in columns), Case.id.in_(named), Case.institution_id.in_(bodies),
               *(Case.id.in_(query) for query in _exactly(text)))


def like(text: str) -> str:
    """The pattern of what contains the text."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _exactly(text: str) -> list:
    """Queries of the cases of whoever has this telephone or this identity number, if it looks like one."""
    found = []
    if TELEPHONE.fullmatch(text):
        index = blind.phone(text)
        found += [select(row.case_id).where(row.phone_blind == index) for row in (Participant, ServiceAddress)]
    if IDENTITY.fullmatch(text):
        found.append(select(Participant.case_id).where(Participant.id_number_blind == blind.id_number(text)))
    return found

