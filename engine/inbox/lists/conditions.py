"""By what lists of tasks are narrowed: the task itself, the register, and what was asked at intake.

Each takes the reader and the text it was told as, and raises ValueError for what makes no sense. A list is within the reader's
reach already; of a case in it, what was asked at intake is found only by whoever reads that.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, BodyKind, User
from engine.access.policy import also_reads
from engine.cases import causes, claimants, listed, regions
from engine.cases.listed import CaseAnswer, Field
from engine.cases.models import Case
from engine.db import db
from engine.encryption import blind
from engine.inbox.lists import case_fields, finding, told
from engine.inbox.models import has_priority, is_labelled
from engine.workflow.models import ORDINARY, PRIORITIES, UserTask

Condition = Callable[[Actor, str], ColumnElement[bool]]
STAGES = ("received", "accepted", "consent", "mediating", "signing", "confirming", "performing", "closed")
DUE = ("late", "today", "soon", "week", "later", "none")
SOON, WEEK = timedelta(days=3), timedelta(days=7)
FEW = 100
ANSWER, FROM, TO = "answer.", ".from", ".to"  # answer.overdue_days, answer.overdue_days.from


def _midnight(days: timedelta) -> datetime:
    """The end of a day so many days from now, in Shanghai: 24:00 belongs to the day that ends."""
    return told.begin(clock.today() + days + timedelta(days=1))


def _due(_actor: Actor, text: str) -> ColumnElement[bool]:
    due, now = UserTask.due_at, clock.now()
    ranges = {
        "late": due < now, "today": (due >= now) & (due <= _midnight(timedelta(0))), "none": due.is_(None),
        "soon": (due >= now) & (due <= _midnight(SOON)), "week": (due >= now) & (due <= _midnight(WEEK)),
        "later": due > _midnight(WEEK),
    }
    return or_(*(ranges[each] for each in told.one_of(DUE, text)))


def _priority(_actor: Actor, text: str) -> ColumnElement[bool]:
    chosen = [PRIORITIES[each] for each in told.one_of(list(PRIORITIES), text)]
    said = has_priority(*chosen)
    return or_(said, ~has_priority()) if ORDINARY in chosen else said


def _assignee(actor: Actor, text: str) -> ColumnElement[bool]:
    if text == "nobody":
        return UserTask.assignee_id.is_(None)
    return UserTask.assignee_id == (actor.user_id if text == "me" else told.whole(text))


def _label(actor: Actor, text: str) -> ColumnElement[bool]:
    """By the reader's own label, whoever kept the list."""
    return is_labelled(actor.user_id, text)


def _mediator(actor: Actor, text: str) -> ColumnElement[bool]:
    """By a part of the name; `nobody`: there is none yet."""
    if text == "nobody":
        return Case.mediator_id.is_(None)
    if text == "me":
        return Case.mediator_id == actor.user_id
    return _among(Case.mediator_id, select(User.id).where(User.name.like(finding.like(text), escape="\\")))


def _cause(_actor: Actor, text: str) -> ColumnElement[bool]:
    """By its number in either list, or its name."""
    return or_(Case.cause_code == text, Case.cause == text)


def _region(_actor: Actor, text: str) -> ColumnElement[bool]:
    """A place and all within it, by its name or the beginning of its code."""
    prefix = regions.prefix(text)
    return and_(Case.region >= prefix, Case.region < str(int(prefix) + 1))


def _body(column: InstrumentedAttribute, kind: BodyKind) -> Condition:
    """A body of this kind by its code, or by a part of its name."""
    def condition(_actor: Actor, text: str) -> ColumnElement[bool]:
        pattern = finding.like(text)
        named = or_(Body.code == text, Body.name.like(pattern, escape="\\"), Body.name_en.ilike(pattern, escape="\\"))
        return _among(column, select(Body.id).where(Body.kind == kind, named))
    return condition


def _among(column: InstrumentedAttribute, query: Select) -> ColumnElement[bool]:
    """Few keys are said in the statement: so a database sees how rare they are."""
    found = list(db.session.scalars(query.limit(FEW + 1)))
    return column.in_(query if len(found) > FEW else found)


def _answer(name: str, field: Field, actor: Actor, text: str) -> ColumnElement[bool]:
    """What was answered is this, or at least, or at most: for whoever reads what was asked at intake."""
    found = exists().where(CaseAnswer.case_id == UserTask.case_id, *_said(name, field, text))
    return and_(found, also_reads(actor, listed.ASKED_FOR, UserTask.case_id))


def _said(name: str, field: Field, text: str) -> list[ColumnElement[bool]]:
    """The condition on the row of the answer."""
    of_it = CaseAnswer.name == field.key
    if name.endswith(FROM):
        return [of_it, CaseAnswer.place >= listed.place_of(field, text)]
    if name.endswith(TO):
        return [of_it, CaseAnswer.place <= listed.place_of(field, text)]
    return [of_it, CaseAnswer.blind == blind.answer(field.key, listed.text_of(field, text))]


def answered_cases(name: str, text: str) -> Select:
    """The ids of all cases with such an answer."""
    return select(CaseAnswer.case_id).where(*_said(name, field_of(name), text))


OF_TASKS: dict[str, Condition] = {"due": _due, "priority": _priority, "assignee": _assignee, "label": _label}
OF_CASES: dict[str, Condition] = {
    "stage": lambda _actor, text: Case.stage.in_(told.one_of(STAGES, text)),
    "regime": lambda _actor, text: Case.regime.in_(told.one_of(("A", "B", "C"), text)),
    "category": lambda _actor, text: Case.category.in_(told.one_of(list(causes.categories()), text)),
    "cause": _cause,
    "claimant": lambda _actor, text: Case.claimant.in_(told.one_of(list(claimants.every()), text)),
    "region": _region,
    "court": _body(Case.court_id, BodyKind.COURT),
    "organisation": _body(Case.organisation_id, BodyKind.ORGANISATION),
    "institution": _body(Case.institution_id, BodyKind.INSTITUTION),
    "mediator": _mediator,
    "amount_from": lambda _actor, text: Case.amount >= told.amount(text),
    "amount_to": lambda _actor, text: Case.amount <= told.amount(text),
    "received_from": lambda _actor, text: Case.received_at >= told.day(text),
    "received_to": lambda _actor, text: Case.received_at < told.day(text, timedelta(days=1)),
    **case_fields.CONDITIONS,
}
# where few cases are found at once; of the others there are many
INDEXED = OF_CASES.keys() - {"stage", "regime", "claimant"} - case_fields.OF_MANY


@cache
def every() -> Mapping[str, Condition]:
    """All conditions, by the name an address gives them."""
    found = {**OF_CASES, **OF_TASKS}
    for key, field in listed.fields().items():
        for end in ("", FROM, TO) if field.is_ordered else ("",):
            found[ANSWER + key + end] = partial(_answer, ANSWER + key + end, field)
    return found


def field_of(name: str) -> Field | None:
    """The question of intake that a condition or a column is about, if it is one's."""
    key = name.removeprefix(ANSWER).removesuffix(FROM).removesuffix(TO)
    return listed.fields().get(key) if name.startswith(ANSWER) else None
