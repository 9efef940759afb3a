"""What a list of tasks is asked for: which view, with what conditions, in what order, showing what. Told by an address or kept.

The grammar is closed: a condition that is not known, or whose value makes no sense, is named and nothing is listed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox.models import ORDINARY, has_priority
from engine.workflow.models import UserTask

STAGES = ("received", "accepted", "consent", "mediating", "signing", "confirming", "performing", "closed")
DUE = ("late", "today", "soon", "week", "later", "none")
SOON, WEEK = timedelta(days=3), timedelta(days=7)
PRIORITIES = {"urgent": 1, "high": 2, "ordinary": ORDINARY, "low": 4}
COLUMNS = ("priority", "stage", "regime", "cause", "court", "organisation", "institution", "amount", "due", "since")
SHOWN = ("stage", "amount", "due", "since")
LONGEST_TEXT = 100
LARGEST = Decimal(10) ** 14  # what the register can hold


@dataclass(frozen=True)
class Asked:
    """One question to the inbox. `conditions`: name → the text it was told as."""

    view: str = "mine"
    search: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    sort: str = "due"
    columns: tuple[str, ...] = SHOWN

    def told(self) -> dict:
        """The same as an address tells it, without what goes without saying."""
        plain = Asked()
        said = {"view": self.view, **({"q": self.search} if self.search else {}), **self.conditions}
        said |= {"sort": self.sort} if self.sort != plain.sort else {}
        return said | ({"columns": ",".join(self.columns)} if self.columns != plain.columns else {})

    def condition(self, actor: Actor) -> list[ColumnElement[bool]]:
        """What of it decides which tasks are meant, for this reader."""
        return [CONDITIONS[name](actor, text) for name, text in self.conditions.items()]

    @property
    def is_of_cases(self) -> bool:
        """Do its conditions look at the register?"""
        return bool(self.conditions.keys() - OF_TASKS)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _sum(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not (amount.is_finite() and 0 <= amount < LARGEST):
        raise ValueError(text)
    return amount


def _one_of(allowed: Sequence[str], text: str) -> list[str]:
    chosen = [each for each in text.split(",") if each]
    if not chosen or not set(chosen) <= set(allowed):
        raise ValueError(text)
    return chosen


def _midnight(days: timedelta) -> datetime:
    """The end of a day so many days from now, in Shanghai: 24:00 belongs to the day that ends."""
    day = clock.today() + days + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _due(_actor: Actor, text: str) -> ColumnElement[bool]:
    due, now = UserTask.due_at, clock.now()
    ranges = {
        "late": due < now, "today": (due >= now) & (due <= _midnight(timedelta(0))), "none": due.is_(None),
        "soon": (due >= now) & (due <= _midnight(SOON)), "week": (due >= now) & (due <= _midnight(WEEK)),
        "later": due > _midnight(WEEK),
    }
    return or_(*(ranges[each] for each in _one_of(DUE, text)))


def _priority(_actor: Actor, text: str) -> ColumnElement[bool]:
    chosen = [PRIORITIES[each] for each in _one_of(list(PRIORITIES), text)]
    said = has_priority(*chosen)
    return or_(said, ~has_priority()) if ORDINARY in chosen else said


def _assignee(actor: Actor, text: str) -> ColumnElement[bool]:
    if text == "nobody":
        return UserTask.assignee_id.is_(None)
    return UserTask.assignee_id == (actor.user_id if text == "me" else _whole(text))


def _cause(_actor: Actor, text: str) -> ColumnElement[bool]:
    """By its number in either list, or its name."""
    return or_(Case.cause_code == text, Case.cause == text)


def _body(column: InstrumentedAttribute, kind: BodyKind) -> Callable[[Actor, str], ColumnElement[bool]]:
    """A body of this kind by its code, or by a part of its name."""
    def condition(_actor: Actor, text: str) -> ColumnElement[bool]:
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        named = or_(Body.code == text, Body.name.like(pattern, escape="\\"), Body.name_en.ilike(pattern, escape="\\"))
        return column.in_(select(Body.id).where(Body.kind == kind, named))
    return condition


CONDITIONS: dict[str, Callable[[Actor, str], ColumnElement[bool]]] = {
    "stage": lambda _actor, text: Case.stage.in_(_one_of(STAGES, text)),
    "regime": lambda _actor, text: Case.regime.in_(_one_of(("A", "B", "C"), text)),
    "cause": _cause,
    "court": _body(Case.court_id, BodyKind.COURT),
    "organisation": _body(Case.organisation_id, BodyKind.ORGANISATION),
    "institution": _body(Case.institution_id, BodyKind.INSTITUTION),
    "amount_from": lambda _actor, text: Case.amount >= _sum(text),
    "amount_to": lambda _actor, text: Case.amount <= _sum(text),
    "due": _due,
    "priority": _priority,
    "assignee": _assignee,
}
OF_TASKS = {"due", "assignee", "priority"}


def read(told: Mapping[str, str], views: Sequence[str], sorts: Sequence[str], actor: Actor) -> Asked:
    """What an address (or a saved view) asks for; what is left empty asks nothing. Raises Invalid with every fault."""
    conditions = {name: told[name].strip() for name in CONDITIONS if told.get(name, "").strip()}
    problems = [fault for name, text in conditions.items() if (fault := _fault(actor, name, text))]
    sort, columns = told.get("sort") or "due", tuple(each for each in told.get("columns", "").split(",") if each) or SHOWN
    if sort.removeprefix("-") not in sorts:
        problems.append(problem("sort", "unknown", _("This list cannot be sorted by “%(name)s”."), name=sort[:LONGEST_TEXT]))
    if not set(columns) <= set(COLUMNS):
        problems.append(problem("columns", "unknown", _("This list has no such column.")))
    view = told.get("view") or "mine"
    if view not in views:
        problems.append(problem("view", "unknown", _("There is no such list.")))
    if problems:
        raise Invalid(problems=problems)
    return Asked(view, told.get("q", "").strip(), conditions, sort, tuple(name for name in COLUMNS if name in columns))


def _fault(actor: Actor, name: str, text: str) -> dict | None:
    if len(text) <= LONGEST_TEXT:
        try:
            CONDITIONS[name](actor, text)
            return None
        except ValueError:
            pass
    return problem(name, "value", _("“%(text)s” does not fit this condition."), text=text[:LONGEST_TEXT])
