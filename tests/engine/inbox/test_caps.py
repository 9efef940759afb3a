"""Nobody gets more than was agreed for them, unless whoever gives out tasks says why."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.access.actor import Actor
from engine.access.models import Role
from engine.db import db, transaction
from engine.errors import Forbidden, Invalid
from engine.inbox import many, tasks
from engine.inbox.sharing import absences, caps, lending
from engine.mediation.models import MediatorProfile
from engine.workflow import trace
from engine.workflow.models import UserTask
from tests import factories
from tests.engine.inbox.test_lending import holder, pair  # noqa: F401
from tests.engine.inbox.test_lists import Desk, desk  # noqa: F401

# ruff: noqa: F811


@pytest.fixture
def full(desk, pair):
    """The second coordinator holds two tasks, and may hold no more."""
    held = [desk.task(holder=desk.users[1]) for _n in range(2)]
    caps.set_most(pair[0], pair[1].user_id, "2")
    return held


def test_who_has_as_many_as_agreed_claims_no_more_and_is_told_both_numbers(desk, pair, full):
    free = desk.task()
    with pytest.raises(caps.CapReached, match="You hold 2 open tasks; 2"):
        tasks.claim(pair[1], free)
    tasks.claim(pair[1], full[0])  # what one has is not one more
    tasks.release(pair[1], full[0])
    assert tasks.claim(pair[1], free).assignee_id == pair[1].user_id


def test_a_colleague_who_is_full_is_lent_and_given_nothing_without_a_reason(desk, pair, full):
    own = desk.task(holder=desk.users[0])
    for give in (lending.lend, tasks.assign):
        with pytest.raises(caps.CapReached, match="乙 holds 2"):
            give(pair[0], own, pair[1].user_id)
    tasks.assign(pair[0], own, pair[1].user_id, "案情连续  ")
    entry = trace.of_instance(db.session.get(UserTask, own).instance_id)[-1]
    assert (entry.note, entry.detail) == ("", {"to": pair[1].user_id, "over_cap": True})
    tasks.assign(pair[0], full[0], pair[1].user_id)  # who has it already gets nothing more


def test_of_many_only_as_many_go_as_there_is_room_for_and_undo_asks_no_cap(desk, pair, full):
    tasks.release(pair[1], full[0])
    outcome = many.do(pair[1], "claim", [full[0], desk.task(), desk.task()])
    assert len(outcome.done) == 1 and {type(error) for _task, error in outcome.refused} == {caps.CapReached}
    moved = many.do(pair[1], "assign", [full[1]], user=pair[0].user_id)
    caps.set_most(pair[0], pair[1].user_id, "0")
    assert len(many.undo(pair[0], "assign", moved.done).done) == 1 and holder(full[1]) == pair[1].user_id


def test_of_a_kind_there_may_be_fewer_than_of_all(desk, pair):
    kind, free, other = "p/e", [desk.task() for _n in range(2)], desk.task()
    db.session.get(UserTask, other).element = "f"
    db.session.flush()
    caps.set_most(pair[0], pair[1].user_id, "3", of_kinds={kind: "1", "": ""})
    tasks.claim(pair[1], free[0])
    with pytest.raises(caps.CapReached, match="You hold 1 open tasks “决定”; 1"):
        tasks.claim(pair[1], free[1])
    tasks.claim(pair[1], other)
    assert many.do(pair[0], "spread", [free[1]]).done[0][2] == pair[0].user_id
    caps.set_most(pair[0], pair[1].user_id, "")  # the one of the kind stays
    assert (caps.hold(pair[1].user_id).most, caps.hold(pair[1].user_id).kinds) == (None, {kind: 1})
    caps.set_most(pair[0], pair[1].user_id, "", of_kinds={kind: ""})
    assert caps.hold(pair[1].user_id) is None or tasks.claim(pair[1], desk.task())
    for nonsense in ({"p/other": "1"}, {kind: "-1"}):
        with pytest.raises(Invalid):
            caps.set_most(pair[0], pair[1].user_id, "", of_kinds=nonsense)


def test_whoever_keeps_the_roster_sees_and_sets_both_limits(desk, pair, full):
    mediator = factories.user("丙", Role.MEDIATOR, desk.body)
    db.session.add(MediatorProfile(user_id=mediator.id, body_id=desk.body.id, load_limit=30))
    db.session.flush()
    caps.set_most(pair[0], mediator.id, "", "5")
    found = {load.user.name: (load.tasks, load.most_tasks, load.cases, load.most_cases) for load in caps.loads(pair[0])}
    assert found == {"甲": (0, None, None, None), "乙": (2, 2, None, None), "丙": (0, None, 0, 5)}
    caps.set_most(pair[0], pair[1].user_id, "")
    assert caps.loads(Actor.of_user(mediator)) == [] and tasks.claim(pair[1], desk.task())


def test_nobody_else_sets_a_limit_and_nonsense_is_refused(desk, pair):
    mediator = factories.user("丙", Role.MEDIATOR, desk.body)
    stranger = factories.user("丁", Role.COORDINATOR, factories.body(name="外地中心"))
    with pytest.raises(Forbidden):
        caps.set_most(Actor.of_user(mediator), mediator.id, "9")
    with pytest.raises(absences.NotFound):
        caps.set_most(pair[0], stranger.id, "9")
    for nonsense in ("-1", "many", "１", "100000", "1.5"):
        with pytest.raises(Invalid):
            caps.set_most(pair[0], pair[1].user_id, nonsense)
    assert caps.hold(pair[1].user_id) is None


def test_two_who_take_the_last_place_at_once_do_not_both_get_it(app):
    with transaction():
        desk = Desk()
        keeper, person = (Actor.of_user(user) for user in desk.users)
        free = [desk.task() for _n in range(6)]
        caps.set_most(keeper, person.user_id, "2")

    def take(task_id: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    tasks.claim(person, task_id)
                return True
            except caps.CapReached:
                return False
    with ThreadPoolExecutor(len(free)) as pool:
        assert sum(pool.map(take, free)) == 2
    with transaction(write=False):
        assert [load.tasks for load in caps.loads(keeper) if load.user.id == person.user_id] == [2]
