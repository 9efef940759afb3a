"""The rows of a list of tasks, with all they show in words: what is beside the tasks is asked once for the whole page."""

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape
from sqlalchemy import select

from engine import statements
from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import Body, User
from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db
from engine.deadlines import clocks
from engine.inbox.lists import conditions, live, marks
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import holders, loans, priorities
from engine.inbox.workspace import desk, news
from engine.workflow.models import UserTask
from webapp import chips, i18n
from webapp.inbox import narrowing, words
from webapp.presenting import CONFIRMATIONS, PROCEDURES, addresses, claimant, regime, stage_in

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a list. What is done with it stands below its address."""

    id: int
    title: str
    here: str
    case: Case | None
    case_here: str
    is_new: bool
    badges: list[tuple[str, str]]  # icon, words
    cells: list[tuple[str, str]]  # column, what stands in it
    state: str
    said: str
    may_return: bool


def read(actor: Actor, wanted: Asked, tasks: list[UserTask]) -> list[Row]:
    """The rows of these tasks, as the actor may see them, with the columns that are wanted."""
    if not tasks:
        return []
    page = _Page(actor, wanted, tasks)
    return [page.row(task) for task in tasks]


@dataclass
class _Page:
    """The tasks of a page, and what is shown beside them."""

    actor: Actor
    wanted: Asked
    tasks: list[UserTask]

    def __post_init__(self):
        has_details = any(map(conditions.field_of, self.wanted.columns))
        self.cases = desk.listed([task.case_id for task in self.tasks], has_details)
        self.people = _named(User.name, [*(task.assignee_id for task in self.tasks),
                                         *(case.mediator_id for case in self.cases.values())])
        self.answers = narrowing.answers(self.actor, self.wanted, self.cases)
        self.loans, self.priorities = loans.among(self.tasks), priorities.among(self.tasks)
        self.covers, self.labels = roster.replaced_by(self.actor.user_id), marks.labels(self.actor, self.tasks)
        self.fresh, self.paused = news.among(self.actor, self.cases), clocks.paused_among(self.cases)
        self.here, self.case_here = addresses("inbox.show", "task_id"), addresses("cases.show", "number")

    def row(self, task: UserTask) -> Row:
        case, holder = self.cases.get(task.case_id), self.people.get(task.assignee_id)
        standing = live.standing(self.actor, task, holder.name if holder else "", self.covers)
        said, is_mine = words.standing(standing), standing.state == "mine"
        return Row(
            id=task.id, title=i18n.text_of(task), here=self.here(task.id),
            case=case, case_here=self.case_here(case.number) if case else "", is_new=task.case_id in self.fresh,
            badges=list(self._badges(task, said if standing.state == "covered" else "")),
            cells=[(name, self._cell(name, task, case)) for name in self.wanted.columns], state=standing.state, said=said,
            may_return=is_mine and (task.id in self.loans or task.role not in holders.GIVEN_BY_NAME))

    def _badges(self, task: UserTask, covered: str):
        """What is said of few tasks only."""
        if task.id in self.priorities:
            yield "flag", words.priority(self.priorities[task.id])
        if label := self.labels.get(task.id):
            yield "bookmark", label
        if covered or task.id in self.loans:
            yield "users", covered or words.loan_told(self.loans[task.id])

    def _cell(self, name: str, task: UserTask, case: Case | None) -> str:
        """What a row shows of one column."""
        match name:
            case "due":
                is_paused = (task.case_id, task.term) in self.paused
                return chips.due(task.due_at, task.opened_at, "paused" if is_paused else "running") or NOTHING
            case "since":
                return _within("text-secondary", i18n.short(task.opened_at))
            case "priority":
                return words.priority(self.priorities.get(task.id))
        return NOTHING if case is None else self._of_case(name, case)

    def _of_case(self, name: str, case: Case) -> str:
        match name:
            case "stage":
                return _within("badge-quiet", stage_in(case.stage, case.regime))
            case "amount":
                return i18n.money(case.amount)
            case "received":
                return _within("text-secondary", i18n.day(case.received_at))
            case "category":
                return narrowing.category(case.category) or NOTHING
            case "claimant":
                return claimant(case.claimant)
            case "region":
                return narrowing.region(case.region) or NOTHING
            case "regime":
                return regime(case.regime)
            case "cause":
                return case.cause
            case "mediator":
                return self.people[case.mediator_id].name if case.mediator_id in self.people else NOTHING
            case "court" | "organisation" | "institution":
                body = self.bodies.get(getattr(case, f"{name}_id"))
                return i18n.text_of(body, "name") if body else NOTHING
        if conditions.field_of(name):
            return self.answers.get(case.id, {}).get(name) or NOTHING
        return _more(name, case) or NOTHING

    @cached_property
    def bodies(self) -> dict:
        """Asked only when a column shows one."""
        return _named(Body.name, [key for case in self.cases.values()
                                  for key in (case.court_id, case.organisation_id, case.institution_id)], Body.name_en)


def _more(name: str, case: Case) -> str:
    """How the case came, its court's side of it, how it stands and ended."""
    match name:
        case "court_number" | "organisation_number":
            return getattr(case, name)
        case "channel":
            return words.channels().get(case.channel, "")
        case "sector":
            return words.sectors().get(case.sector, "")
        case "procedure":
            return i18n.say(PROCEDURES.get(case.procedure, ""))
        case "judge":
            return case.court_judge
        case "trial":
            return i18n.gettext("Yes") if case.during_trial else ""
        case "filed" | "docketed":
            return i18n.day(getattr(case, f"{name}_on"))
        case "accepted" | "concluded":
            return i18n.day(getattr(case, f"{name}_at"))
        case "confirmation":
            return i18n.say(CONFIRMATIONS.get(case.confirmation, ""))
        case "outcome":
            return i18n.say(outcomes.title(case.outcome))
    return i18n.money(case.settled_amount)


def _within(kind: str, text: str) -> Markup:
    return Markup(f'<span class="{kind}">{escape(text)}</span>')


def _named(name, keys: list, *also) -> dict:
    """The names of people or bodies, by id."""
    wanted, model = {key for key in keys if key is not None}, name.class_
    rows = db.session.execute(select(model.id, name, *also).where(statements.is_one_of(model.id, wanted))) if wanted else ()
    return {row.id: row for row in rows}
