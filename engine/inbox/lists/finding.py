"""Which cases somebody means by a few signs: a number, a party's or institution's name; a whole telephone or identity number.

In the whole register a number or a name is looked up by how it begins, in the order of an index, a telephone or identity number
(they lie encrypted) by its blind index, equal or not at all. Among the newest cases and tasks any part of a number, name or title
will do. Of what fits, the newest are found: so a search costs the same in a register of any size, whatever is asked for. Where so
much begins like the text that not all is looked through (`is_cut`), the days on which cases came narrow it down until it is.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, true, union, union_all
from sqlalchemy.orm import aliased

from engine import statements
from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.db import db
from engine.encryption import blind
from engine.notices.models import ServiceAddress
from engine.workflow.models import UserTask

LONGEST = 100  # signs of what is told
FEW = 200  # so many of what fits are found
LOOKED_UP, BODIES = 10_000, 20  # what begins like the text: cases by each of their names and numbers; institutions
OLD_WITH_TASKS = 2_000  # so many of these cases, the newest, are asked for their tasks
NEWEST_CASES, NEWEST_TASKS = 5_000, 400  # looked through for any part
Ids = tuple[int, int]  # of cases, from one to another
EVER: Ids = (0, 2**31 - 1)
TOGETHER = 1_000  # ids follow the moment of receipt but for what is received at the same time
NUMBERS = ("number", "organisation_number", "court_number")
TELEPHONE = re.compile(r"\+?[\d\s\-()]{7,24}")
IDENTITY = re.compile(r"[0-9A-Za-z][0-9A-Za-z\s\-]{5,30}")


@dataclass(frozen=True)
class Meant:
    """A text looked up once: the queries of what begins like it, each with an end."""

    texts: Sequence[str] = ()
    ids: Ids = EVER
    ways: Sequence[Select] = ()


def look_up(text: str, ids: Ids = EVER) -> Meant:
    """What a text may mean. `ids`: where to look (`between`)."""
    texts = _read(text)
    return Meant(texts, ids, _looked_up(texts, ids)) if texts else Meant()


def cases(meant: Meant, scope: ColumnElement[bool], most: int = FEW) -> ColumnElement[bool]:
    """The condition on a case of a scope: all that whoever asks demands of it besides."""
    texts, ids = meant.texts, meant.ids
    if not texts:
        return true()
    last, case = min(ids[1], db.session.scalar(select(func.max(Case.id))) or 0), aliased(Case)
    window = (max(ids[0], last - NEWEST_CASES + 1), last)
    newest = [select(case.id).where(case.id.between(*window), _on_it(case, texts)),
              select(Participant.case_id).where(Participant.case_id.between(*window), _contains(Participant.name, texts))]
    fits = _newest_of([*meant.ways, *newest])
    own = select(Case.id).where(Case.id == fits.c.id, scope).scalar_subquery()  # one after another, until there are a few
    found = select(fits.c.id).where(own.is_not(None)).order_by(fits.c.id.desc()).limit(most)
    return statements.is_one_of(Case.id, db.session.scalars(found))


def is_cut(meant: Meant) -> bool:
    """Does so much begin like the text that some of it is not looked through?"""
    if not meant.ways:
        return False
    last_ones = [select(way.subquery().c[0]).offset(way._limit - 1).limit(1) for way in meant.ways]
    return db.session.scalar(union_all(*_each(last_ones)).limit(1)) is not None


def between(since: datetime | None, until: datetime | None) -> Ids:
    """The ids of the cases received from one moment on and before another: some more at both ends, so that none is missed."""
    first, last = EVER
    if since is not None:
        found = db.session.scalar(select(Case.id).where(Case.received_at >= since).order_by(Case.received_at).limit(1))
        first = last if found is None else max(found - TOGETHER, first)
    if until is not None:
        found = db.session.scalar(select(Case.id).where(Case.received_at < until).order_by(Case.received_at.desc()).limit(1))
        last = 0 if found is None else found + TOGETHER
    return first, last


def tasks(text: str, lists: Sequence[Select]) -> ColumnElement[bool]:
    """The condition on a task of one of these lists: its title contains the text, or its case is meant by it."""
    texts = _read(text)
    if not texts:
        return true()
    old = _newest_of(_looked_up(texts), OLD_WITH_TASKS)
    meant = select(old.c.id).cte("meant")
    known = [each.order_by(None).where(UserTask.case_id.in_(select(meant.c.id))).with_only_columns(UserTask.id).order_by(
        (UserTask.id + 0).desc()).limit(FEW) for each in lists]
    found = db.session.scalars(union_all(*_each([*known, *(_newest(each, texts) for each in lists)]))).all() if lists else ()
    return statements.is_one_of(UserTask.id, sorted(set(found), reverse=True)[:FEW])


def begins(column, text: str) -> ColumnElement[bool]:
    """The condition that a number or a name begins like this, with an index."""
    return or_(*(_begins(column, each) for each in _read(text)))


def like(text: str) -> str:
    """The pattern of what contains the text."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _read(text: str) -> list[str]:
    """What was typed, in the ways it may be kept: court numbers and company names have wide brackets mostly, not always."""
    text = unicodedata.normalize("NFKC", text).strip()
    return list(dict.fromkeys([text.translate({ord("("): "（", ord(")"): "）"}), text])) if text else []


def _looked_up(texts: Sequence[str], ids: Ids = EVER) -> list[Select]:
    """Queries of cases' ids, each along an index, and to an end."""
    found = [select(Case.id).where(_begins(getattr(Case, name), text), *_within(Case.id, ids))
             for name in NUMBERS for text in texts]
    found += [select(Participant.case_id).where(_begins(Participant.name, text), *_within(Participant.case_id, ids))
              for text in texts]
    text = texts[-1]
    if TELEPHONE.fullmatch(text):
        index = blind.phone(text)
        found += [select(each.case_id).where(each.phone_blind == index) for each in (Participant, ServiceAddress)]
    if IDENTITY.fullmatch(text):
        found.append(select(Participant.case_id).where(Participant.id_number_blind == blind.id_number(text)))
    bodies = db.session.scalars(select(Body.id).where(_contains(Body.name, texts)).limit(BODIES)).all()
    theirs = [select(Case.id).where(Case.institution_id == body, *_within(Case.id, ids)).order_by(Case.id.desc())
              for body in bodies]
    return [each.limit(LOOKED_UP) for each in found] + [each.limit(LOOKED_UP // len(bodies)) for each in theirs]


def _within(column, ids: Ids) -> list[ColumnElement[bool]]:
    return [] if ids == EVER else [column.between(*ids)]


def _newest_of(ways: Sequence[Select], most: int | None = None) -> Subquery:
    """The ids that these queries give, each once, the newest first: so many of them, or all."""
    found = union(*_each(ways)).subquery()
    return select(found.c.id).order_by(found.c.id.desc()).limit(most or len(ways) * LOOKED_UP).subquery()


def _each(ways: Iterable[Select]) -> list[Select]:
    """Queries with an end of their own, as parts of one."""
    return [select(each.subquery().c[0].label("id")) for each in ways]


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


def _contains(column, texts: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column.like(like(text), escape="\\") for text in texts))
