"""Whoever gives out tasks says how urgent each is; lists show it, ask for it and stand in its order."""

import pytest

from engine.access.actor import Actor
from engine.access.models import Role
from engine.errors import Forbidden, Invalid, NotFound
from engine.inbox.lists import pages
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import priorities
from tests import factories
from tests.engine.inbox.test_lending import events, pair  # noqa: F401
from tests.engine.inbox.test_lists import Desk, desk  # noqa: F401

# ruff: noqa: F811


@pytest.fixture
def six(desk, pair):
    """By term they stand in this order; said were: nothing, can wait, urgent second, priority, urgent first, nothing."""
    rows = [desk.task(due) for due in (1, 2, 3, 4, 5, None)]
    for row, major, minor in ((1, "low", ""), (2, "urgent", "7"), (3, "high", "0"), (4, "urgent", "2")):
        priorities.give(pair[0], rows[row], major, minor)
    return rows


def test_the_order_is_by_major_then_minor_then_by_term(desk, six):
    order = [six[place] for place in (4, 2, 3, 0, 5, 1)]
    assert desk.list(sort="priority") == order and desk.list(sort="-priority") == order[::-1]
    assert desk.list() == six


def test_the_order_is_read_page_by_page(pair, six):
    first = pages.read(pair[0], Asked("team", sort="priority"), limit=2)
    second = pages.read(pair[0], Asked("team", sort="priority"), after=first.after, limit=2)
    third = pages.read(pair[0], Asked("team", sort="priority"), after=second.after, limit=2)
    assert [task.id for page in (first, second, third) for task in page.tasks] == [six[place] for place in (4, 2, 3, 0, 5, 1)]
    back = pages.read(pair[0], Asked("team", sort="priority"), before=third.before, limit=2)
    assert [task.id for task in back.tasks] == [six[3], six[0]]


def test_a_list_is_narrowed_by_it(desk, six):
    assert desk.list(priority="urgent") == [six[2], six[4]] and desk.list(priority="high,low") == [six[1], six[3]]
    assert desk.list(priority="ordinary") == [six[0], six[5]] and len(desk.list(priority="ordinary,urgent")) == 4
    with pytest.raises(Invalid):
        desk.list(priority="1")


def test_said_again_it_changes_and_ordinary_is_nothing_said(desk, pair, six):
    priorities.give(pair[1], six[4], "ordinary")
    priorities.give(pair[1], six[1], "urgent", "0")
    assert desk.list(priority="urgent", sort="priority") == [six[1], six[2]] and desk.list(priority="ordinary") == [
        six[0], six[4], six[5]]
    assert events(six[1]) == ["task_prioritised"] * 2


def test_nobody_else_says_it_and_nonsense_is_refused(desk, pair, six):
    stranger = Actor.of_user(factories.user("丙", Role.COORDINATOR, factories.body(name="外地中心")))
    with pytest.raises((NotFound, Forbidden)):
        priorities.give(stranger, six[0], "urgent")
    for major, minor in (("", ""), ("1", ""), ("urgent", "-1"), ("urgent", "100"), ("urgent", "９"), ("urgent", "1e3")):
        with pytest.raises(Invalid):
            priorities.give(pair[0], six[0], major, minor)
    with pytest.raises(pages.NoSuchPage):
        pages.read(pair[0], Asked("team", sort="priority"), after="WzAsIngiLDEsMV0")
    assert priorities.PRIORITIES["ordinary"] == 3
