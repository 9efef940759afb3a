"""Lists that people keep: a question under a name, answered for whoever asks it."""

import pytest

from engine.access.actor import Actor
from engine.access.models import BodyKind, Role
from engine.db import db
from engine.errors import Invalid, NotFound
from engine.inbox.lists import pages, views
from engine.inbox.lists.asked import Asked
from tests import factories
from tests.engine.inbox.test_lists import Desk, desk  # noqa: F401

# ruff: noqa: F811


@pytest.fixture
def people(desk):
    elsewhere = factories.body(BodyKind.COURT, name="外地法院")
    stranger = factories.user("丙", Role.CLERK, elsewhere)
    return [*(Actor.of_user(user) for user in desk.users), Actor.of_user(stranger)]


def names(actor) -> list[str]:
    return [view.name for view in views.of(actor)]


def test_a_private_list_is_ones_own_and_a_shared_one_the_teams(people):
    one, other, stranger = people
    private, shared = views.save(one, "急件", Asked("team"), False), views.save(one, "  本组  急件 ", Asked("team"), True)
    assert (names(one), names(other), names(stranger)) == (["急件", "本组 急件"], ["本组 急件"], [])
    assert views.get(other, shared.id) is shared
    for who, view in ((other, private), (stranger, shared)):
        with pytest.raises(NotFound):
            views.get(who, view.id)


def test_a_shared_list_shows_each_reader_what_is_theirs_and_me_is_the_reader(desk, people):
    one, other, stranger = people
    first, second = desk.task(holder=desk.users[0]), desk.task(holder=desk.users[1])
    view = views.save(one, "我的", Asked("team", conditions={"assignee": "me"}), True)
    assert [pages.ids(who, views.wanted(who, view)) for who in (one, other)] == [[first], [second]]
    assert pages.ids(stranger, views.wanted(stranger, view)) == []


def test_who_no_longer_belongs_to_the_team_no_longer_has_its_lists(desk, people):
    view = views.save(people[0], "本组", Asked("team"), True)
    db.session.delete(desk.users[1].grants[0])
    db.session.flush()
    db.session.refresh(desk.users[1])
    left = Actor.of_user(desk.users[1])
    assert names(left) == []
    with pytest.raises(NotFound):
        views.delete(left, view.id)


def test_the_same_name_again_takes_the_place_and_a_colleagues_does_not(people):
    one, other, _stranger = people
    views.save(one, "急件", Asked("team"), True)
    views.save(one, "急件", Asked("mine"), False)
    assert [view.asked for view in views.of(one)] == [{"view": "mine"}] and names(other) == []
    views.save(other, "急件", Asked("team"), False)
    assert names(one) == names(other) == ["急件"]


def test_a_shared_list_is_deleted_by_its_maker_or_whoever_gives_out_tasks(desk, people):
    one, other, _stranger = people
    handler = Actor.of_user(factories.user("丁", Role.MEDIATOR, desk.body))
    view = views.save(one, "本组", Asked("team"), True)
    with pytest.raises(views.ViewNotYours, match="甲"):
        views.delete(handler, view.id)
    views.delete(other, view.id)
    assert names(one) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x07b"])
def test_a_list_needs_a_name(people, name):
    with pytest.raises(Invalid):
        views.save(people[0], name, Asked(), False)


def test_nobody_keeps_more_lists_than_can_be_read(people, monkeypatch):
    monkeypatch.setattr(views, "MOST", 1)
    views.save(people[0], "一", Asked(), False)
    with pytest.raises(views.TooManyViews):
        views.save(people[0], "二", Asked(), False)


def test_a_kept_list_that_asks_for_what_is_gone_says_so(people):
    view = views.save(people[0], "旧", Asked(), False)
    view.asked = {"view": "mine", "stage": "abolished"}
    with pytest.raises(Invalid):
        views.wanted(people[0], view)
