"""Which cases somebody means by a few signs: a number, a party's or institution's name; a whole telephone or identity number.

In the whole register a number or a name is looked up by how it begins, in the order of an index, a telephone or identity number
(they lie encrypted) by its blind index, equal or not at all. Among the newest cases and tasks any part of a number, name or title
will do. So a search costs the same in a register of any size. What fits more than a few says too little to be looked up: then
the list is gone through in its own order, where matches are plenty.
"""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, union_all
from sqlalchemy.orm import aliased

from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.db import db
from engine.encryption import blind
from engine.notices.models import ServiceAddress
from engine.workflow.models import UserTask

FEW = 2000
NEWEST_CASES, NEWEST_TASKS = 10_000, 400
NUMBERS = ("number", "organisation_number", "court_number")
TELEPHONE = re.compile(r"\+?[\d\s\-()]{7,24}")
IDENTITY = re.compile(r"[0-9A-Za-z][0-9A-Za-z\s\-]{5,30}")


def cases(text: str, scope: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on a case of a scope: what the actor may see, which whoever asks demands as well."""
    texts = _read(text)
    if not texts:
        return true()
    bodies = _bodies(texts)
    before = select(func.max(Case.id) - NEWEST_CASES).scalar_subquery()
    named = select(Case.id).join(Participant, Participant.case_id == Case.id)
    ways = [each.where(scope) for each in (
        *_looked_up(Case, texts, bodies), select(Case.id).where(Case.id > before, _on_it(Case, texts)),
        named.where(Participant.case_id > before, _contains(Participant.name, texts)))]
    found = _few(ways)
    return _anywhere(Case, texts, bodies) if found is None else _among(Case.id, found)


def tasks(text: str, lists: Sequence[Select]) -> ColumnElement[bool]:
    """The condition on a task of one of these lists: its title contains the text, or its case is meant by it."""
    texts = _read(text)
    if not texts:
        return true()
    meant, bodies = aliased(Case), _bodies(texts)
    asked = [each.where(UserTask.case_id == meant.id).with_only_columns(UserTask.id).correlate(meant).limit(1) for each in lists]
    has_task = or_(*(each.scalar_subquery().is_not(None) for each in asked)) if asked else false()
    known = _few([each.where(has_task) for each in _looked_up(meant, texts, bodies)])
    near = _few([_newest(each, texts) for each in lists])
    if known is None or near is None:
        case = aliased(Case)
        of_case = select(case.id).where(case.id == UserTask.case_id, _anywhere(case, texts, bodies))
        return or_(_titled(UserTask, texts), of_case.correlate(UserTask).scalar_subquery().is_not(None))
    return or_(_among(UserTask.case_id, known), _among(UserTask.id, near))


def like(text: str) -> str:
    """The pattern of what contains the text."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _read(text: str) -> list[str]:
    """What was typed, in the ways it may be kept: court numbers and company names have wide brackets mostly, not always."""
    text = unicodedata.normalize("NFKC", text).strip()
    return list(dict.fromkeys([text.translate({ord("("): "（", ord(")"): "）"}), text])) if text else []


def _bodies(texts: Sequence[str]) -> list[int]:
    return list(db.session.scalars(select(Body.id).where(_contains(Body.name, texts)).limit(FEW)))


def _looked_up(case, texts: Sequence[str], bodies: list[int]) -> list[Select]:
    """Queries of cases' ids, each along an index."""
    of_person = select(case.id).join(Participant, Participant.case_id == case.id)
    conditions = [_begins(getattr(case, name), text) for name in NUMBERS for text in texts]
    found = [select(case.id).where(each) for each in conditions]
    found += [of_person.where(_begins(Participant.name, text)) for text in texts]
    found += [select(case.id).where(case.institution_id.in_(bodies))] if bodies else []
    text = texts[-1]
    if TELEPHONE.fullmatch(text):
        index = blind.phone(text)
        of_address = select(case.id).join(ServiceAddress, ServiceAddress.case_id == case.id)
        found += [of_person.where(Participant.phone_blind == index), of_address.where(ServiceAddress.phone_blind == index)]
    if IDENTITY.fullmatch(text):
        found.append(of_person.where(Participant.id_number_blind == blind.id_number(text)))
    return found


def _begins(column, text: str) -> ColumnElement[bool]:
    """In the order of bytes, in which both databases keep an index of it."""
    last = text + "\U0010ffff"
    if db.engine.dialect.name == "postgresql":
        return and_(column.op("~>=~")(text), column.op("~<~")(last))
    return and_(column >= text, column < last)


def _newest(tasks: Select, texts: Sequence[str]) -> Select:
    """The newest tasks of a list in which the text stands somewhere."""
    newest = tasks.order_by(None).with_only_columns(UserTask.id, UserTask.case_id, UserTask.title, UserTask.title_en).order_by(
        UserTask.opened_at.desc(), UserTask.id.desc()).limit(NEWEST_TASKS).subquery().c
    case = aliased(Case)
    named = select(Participant.id).where(Participant.case_id == newest.case_id, _contains(Participant.name, texts)).limit(1)
    return select(newest.id).outerjoin(case, case.id == newest.case_id).where(
        or_(_titled(newest, texts), _on_it(case, texts), named.scalar_subquery().is_not(None)))


def _titled(task, texts: Sequence[str]) -> ColumnElement[bool]:
    return or_(_contains(task.title, texts), task.title_en.ilike(like(texts[-1]), escape="\\"))


def _on_it(case, texts: Sequence[str]) -> ColumnElement[bool]:
    """It stands on the case itself."""
    return or_(*(_contains(getattr(case, name), texts) for name in (*NUMBERS, "title")))


def _anywhere(case, texts: Sequence[str], bodies: list[int]) -> ColumnElement[bool]:
    """The case fits; asked of one case after another."""
    named = select(Participant.id).where(Participant.case_id == case.id, _contains(Participant.name, texts)).limit(1)
    parts = [_on_it(case, texts), named.correlate(case).scalar_subquery().is_not(None)]
    return or_(*parts, case.institution_id.in_(bodies)) if bodies else or_(*parts)


def _contains(column, texts: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column.like(like(text), escape="\\") for text in texts))


def _few(ways: Sequence[Select]) -> list[int] | None:
    """The ids that these queries give together; None: more than a few."""
    if not ways:
        return []
    parts = [select(each.limit(FEW + 1).subquery().c[0]) for each in ways]
    found = db.session.scalars(union_all(*parts)).all()
    return None if len(found) > FEW and len(set(found)) > FEW else sorted(set(found))


def _among(column, ids: list[int]) -> ColumnElement[bool]:
    return column.in_(ids) if ids else false()
