"""What a list of tasks is asked for: which view, with what conditions, in what order, showing what. Told by an address or kept.

The grammar is closed: a condition that is not known, or whose value makes no sense, is named and nothing is listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy.sql import ColumnElement

from engine.access.actor import Actor
from engine.cases import listed
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox.lists import conditions

COLUMNS = ("priority", "stage", "regime", "category", "cause", "claimant", "region", "court", "organisation", "institution",
           "mediator", "amount", "received", "due", "since", "court_number", "organisation_number", "channel", "sector",
           "procedure", "judge", "trial", "filed", "docketed", "accepted", "confirmation", "outcome", "settled", "concluded")
SHOWN = ("stage", "amount", "due", "since")
LONGEST_TEXT, MOST_COLUMNS, MOST_CONDITIONS = 100, 12, 20


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
        return [conditions.every()[name](actor, text) for name, text in self.conditions.items()]

    @property
    def is_of_cases(self) -> bool:
        """Do its conditions look at the register?"""
        return bool(self.conditions.keys() & conditions.OF_CASES.keys())


@cache
def columns() -> tuple[str, ...]:
    """All that a row can show, in this order: of the task and the register, then what was asked at intake."""
    return (*COLUMNS, *(conditions.ANSWER + key for key in listed.fields()))


def read(told: Mapping[str, str], views: Sequence[str], sorts: Sequence[str], actor: Actor) -> Asked:
    """What an address (or a saved view) asks for; what is left empty asks nothing. Raises Invalid with every fault."""
    asked = {name: told[name].strip() for name in conditions.every() if told.get(name, "").strip()}
    problems = [fault for name, text in asked.items() if (fault := _fault(actor, name, text))]
    if len(asked) > MOST_CONDITIONS:
        problems.append(problem("", "many", _("Ask for at most %(most)s conditions at once."), most=MOST_CONDITIONS))
    sort, shown = told.get("sort") or "due", tuple(each for each in told.get("columns", "").split(",") if each) or SHOWN
    if sort.removeprefix("-") not in sorts:
        problems.append(problem("sort", "unknown", _("This list cannot be sorted by “%(name)s”."), name=sort[:LONGEST_TEXT]))
    if not set(shown) <= set(columns()):
        problems.append(problem("columns", "unknown", _("This list has no such column.")))
    if len(set(shown)) > MOST_COLUMNS:
        problems.append(problem("columns", "many", _("Choose at most %(most)s columns."), most=MOST_COLUMNS))
    view = told.get("view") or "mine"
    if view not in views:
        problems.append(problem("view", "unknown", _("There is no such list.")))
    if problems:
        raise Invalid(problems=problems)
    return Asked(view, told.get("q", "").strip(), asked, sort, tuple(name for name in columns() if name in shown))


def _fault(actor: Actor, name: str, text: str) -> dict | None:
    if len(text) <= LONGEST_TEXT:
        try:
            conditions.every()[name](actor, text)
            return None
        except ValueError:
            pass
    return problem(name, "value", _("“%(text)s” does not fit this condition."), text=text[:LONGEST_TEXT])
