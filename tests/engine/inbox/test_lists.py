"""A list of tasks: narrowed, sorted, and read page by page from wherever one is."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engine import clock
from engine.access.actor import Actor
from engine.access.models import BodyKind, Role
from engine.db import transaction
from engine.errors import Invalid
from engine.inbox.lists import asked, pages, queries
from engine.inbox.lists.asked import Asked
from engine.workflow.models import Instance, UserTask, Version
from tests import factories
from tests.engine.workflow.spiff.drawing import user, xml

VIEWS, SORTS = list(queries.VIEWS), list(pages.SORTS)


class Desk:
    """An organisation with two coordinators and as many tasks as a test wants."""

    def __init__(self):
        self.body = factories.body(name="京华调解中心")
        self.court = factories.body(BodyKind.COURT, name="浦东法院")
        self.users = [factories.user(name, Role.COORDINATOR, self.body) for name in ("甲", "乙")]
        self.version = factories.added(Version(process_key="p", number=1, sha256="", title="p", calls=[], files={
            "process.bpmn": xml(user("e"), "start > e > end", key="p").decode(), "process.toml": ""}))

    def task(self, due: int | None = 5, holder=None, has_case=True, body=None, **case) -> int:
        at = body or self.body
        of = factories.case(organisation_id=at.id, **case) if has_case else None
        instance = factories.added(Instance(case_id=of and of.id, version_id=self.version.id, bindings={}))
        return factories.added(UserTask(
            instance_id=instance.id, case_id=of and of.id, token="t", element="e", process_key="p", title="决定",
            role="coordinator", body_id=at.id, assignee_id=holder and holder.id, data={}, opened_at=clock.now(),
            due_at=None if due is None else clock.now() + timedelta(days=due))).id

    def list(self, who=0, **told) -> list[int]:
        actor = Actor.of_user(self.users[who])
        return pages.ids(actor, asked.read({"view": "team", **told}, VIEWS, SORTS, actor))


@pytest.fixture
def desk(app):
    with transaction():
        yield Desk()


def test_a_list_is_narrowed_by_what_the_register_knows_of_the_case(desk):
    big = desk.task(amount=Decimal(90_000), regime="B")
    small = desk.task(amount=Decimal(10), stage="consent", court_id=desk.court.id)
    bare = desk.task(has_case=False, due=None)
    assert desk.list() == [big, small, bare]
    assert desk.list(amount_from="50,000") == desk.list(regime="B,C", amount_from="11") == [big]
    assert desk.list(amount_to="10") == desk.list(stage="consent,signing") == desk.list(court="浦东") == [small]
    assert desk.list(cause="信用卡纠纷") == desk.list(cause="110.2") == desk.list(organisation="京华") == [big, small]
    assert desk.list(court="%") == desk.list(institution="京华") == []


def test_a_list_is_narrowed_by_when_it_is_due_and_who_has_it(desk):
    late, soon, later, never = desk.task(-1), desk.task(2, holder=desk.users[0]), desk.task(30), desk.task(None)
    assert (desk.list(due="late"), desk.list(due="soon"), desk.list(due="later"), desk.list(due="none")) == (
        [late], [soon], [later], [never])
    assert desk.list(due="late,week") == [late, soon]
    assert desk.list(assignee="me") == desk.list(1, assignee=str(desk.users[0].id)) == [soon]
    assert desk.list(1, assignee="me") == [] and desk.list(assignee="nobody") == [late, later, never]


def test_who_may_not_see_a_task_does_not_find_it_by_any_condition(desk):
    other = factories.body(name="外地中心")
    desk.task(body=other, amount=Decimal(77))
    assert desk.list(amount_from="77", amount_to="77") == desk.list(organisation="外地") == []


@pytest.mark.parametrize("told", [
    {"stage": "nowhere"}, {"stage": ","}, {"regime": "B,Z"}, {"amount_from": "many"}, {"amount_to": "-1"},
    {"amount_to": "1e99"}, {"amount_to": "NaN"},
    {"due": "yesterday"}, {"assignee": "9" * 10}, {"assignee": "x"}, {"assignee": "１"}, {"cause": "x" * 101},
    {"sort": "colour"}, {"sort": "--due"}, {"columns": "stage,secret"}, {"view": "everything"},
])
def test_a_condition_that_makes_no_sense_is_named(desk, told):
    with pytest.raises(Invalid) as refused:
        desk.list(**told)
    assert [each["pointer"] for each in refused.value.problems] == list(told)


def walk(actor, wanted, limit) -> tuple[list[int], list[int]]:
    """The whole list page by page, to its end and back."""
    page = pages.read(actor, wanted, limit=limit)
    there = [task.id for task in page.tasks]
    while page.after:
        page = pages.read(actor, wanted, after=page.after, limit=limit)
        there += [task.id for task in page.tasks]
    back = [task.id for task in page.tasks]
    while page.before:
        page = pages.read(actor, wanted, before=page.before, limit=limit)
        back = [task.id for task in page.tasks] + back
    return there, back


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_every_task_stands_on_one_page_in_any_order_there_and_back(desk, sort):
    mine = desk.users[0]
    made = [desk.task(due, holder, has_case, amount=Decimal(amount)) for due, holder, has_case, amount in (
        (3, None, True, 5), (3, mine, True, 5), (None, mine, False, 0), (1, None, False, 0), (None, None, True, 900),
        (2, mine, True, 5), (1, desk.users[1], True, 7))]
    actor = Actor.of_user(mine)
    whole = pages.ids(actor, Asked("team", sort=sort))
    assert sorted(whole) == made
    for limit in (1, 2, 3, 7, 50):
        assert walk(actor, Asked("team", sort=sort), limit) == (whole, whole), limit


def test_orders_are_what_they_say(desk):
    late, big, none = desk.task(1, amount=Decimal(1)), desk.task(9, amount=Decimal(1_000)), desk.task(None, amount=Decimal(3))
    assert desk.list(sort="due") == [late, big, none] and desk.list(sort="-due") == [none, big, late]
    assert desk.list(sort="amount") == [late, none, big] and desk.list(sort="-since") == [none, big, late]


def test_a_page_goes_on_where_the_last_ended_though_tasks_came_and_went(desk):
    made = [desk.task(day) for day in range(1, 7)]
    actor = Actor.of_user(desk.users[0])
    first = pages.read(actor, Asked("team"), limit=3)
    desk.task(0)  # before the mark: it is not shown twice, nor does it push anything
    assert [task.id for task in pages.read(actor, Asked("team"), after=first.after, limit=3).tasks] == made[3:]


@pytest.mark.parametrize("mark", [
    "x", "W10", "WzBd", "WzksMV0", "WzAsIngiLDFd", "e30", "WzAsIjIwMjQtMDEtMDEiLDFd", "💥", "a" * 4000])
def test_a_mark_that_is_none_is_refused(desk, mark):
    with pytest.raises(pages.NoSuchPage):
        pages.read(Actor.of_user(desk.users[0]), Asked("team"), after=mark)


def test_what_a_list_is_asked_for_can_be_told_again(desk):
    actor = Actor.of_user(desk.users[0])
    told = {"view": "team", "q": "王", "stage": "consent", "sort": "-amount", "columns": "due,cause"}
    wanted = asked.read(told, VIEWS, SORTS, actor)
    assert wanted.told() == {**told, "columns": "cause,due"}
    assert asked.read(wanted.told(), VIEWS, SORTS, actor) == wanted
    assert asked.read({}, VIEWS, SORTS, actor).told() == {"view": "mine"}


def test_counting_stops_where_a_number_says_no_more(desk, monkeypatch):
    for _n in range(5):
        desk.task()
    monkeypatch.setattr(pages, "MOST_COUNTED", 3)
    assert pages.counts(Actor.of_user(desk.users[0]))["team"] == 3
