"""All tasks that a list means, one after another: with the rights of that moment; what did not go is told, what did is undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Role
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.errors import Forbidden, Invalid, NotFound
from engine.inbox import batches, many, tasks
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import lending, loans, priorities
from engine.workflow.models import UserTask
from tests import factories
from tests.engine.inbox.test_lending import holder, pair  # noqa: F401
from tests.engine.inbox.test_lists import Desk, desk  # noqa: F401
from workers import task_batches

# ruff: noqa: F811


@pytest.fixture
def five(desk):
    """Five tasks of the team; the fourth is held by the second coordinator."""
    return [desk.task(day, holder=desk.users[1] if day == 4 else None) for day in range(1, 6)]


def run(batch) -> None:
    """As a worker does it, item by item."""
    while waiting := batches.waiting(2):
        for item in waiting:
            batches.carry_out(item)
    db.session.refresh(batch)


def holders(ids) -> list:
    return [holder(each) for each in ids]


def test_everything_a_list_means_is_done_and_taken_back(pair, five):
    one, two = pair
    batch = batches.begin(one, "assign", {"user": two.user_id}, Asked("team"))
    assert holders(five) == [None] * 3 + [two.user_id, None] and batches.counts(batch) == {"waiting": 5}
    run(batch)
    assert holders(five) == [two.user_id] * 5 and (batch.status, batches.counts(batch)["done"]) == ("ended", 5)
    tasks.release(two, five[0])
    back = batches.undo(one, batch.id)
    run(back)
    assert holders(five) == [None] * 3 + [two.user_id, None]
    [(task, why)] = batches.refused(one, back)
    assert task.id == five[0] and "already claimed" in why["message"]
    assert not batches.may_undo(batch) and not batches.may_undo(back)
    notes = db.session.scalars(select(AuditEntry).where(AuditEntry.action == batches.NOTED_AS)).all()
    assert len(notes) == 9 and {note.detail["batch"] for note in notes} == {batch.id, back.id}


def test_what_cannot_be_done_is_told_and_holds_up_nothing(pair, five):
    batch = batches.begin(pair[0], "claim", {}, Asked("team"))
    run(batch)
    assert holders(five) == [pair[0].user_id] * 3 + [pair[1].user_id, pair[0].user_id]
    assert [(task.id, why["values"]) for task, why in batches.refused(pair[0], batch)] == [(five[3], {"who": "乙"})]


def test_it_is_done_with_the_rights_of_that_moment(desk, pair, five):
    batch = batches.begin(pair[0], "claim", {}, Asked("available"))
    for item in batches.waiting(2):
        batches.carry_out(item)
    db.session.delete(desk.users[0].grants[0])
    db.session.flush()
    db.session.refresh(desk.users[0])
    run(batch)
    assert batches.counts(batch) == {"done": 2, "refused": 2}
    assert {task for task, _why in batches.refused(Actor.of_user(desk.users[0]), batch)} == {None}  # nor what they are called


def test_nothing_is_done_for_an_account_that_was_closed(desk, pair, five):
    batch = batches.begin(pair[0], "claim", {}, Asked("available"))
    desk.users[0].is_active = False
    db.session.flush()
    run(batch)
    assert batches.counts(batch) == {"refused": 4} and holders(five)[0] is None


def test_it_can_be_stopped_and_only_one_goes_on_at_a_time(pair, five):
    batch = batches.begin(pair[0], "claim", {}, Asked("available"))
    with pytest.raises(batches.OneIsRunning):
        batches.begin(pair[0], "claim", {}, Asked("available"))
    batches.carry_out(batches.waiting(1)[0])
    assert batches.stop(pair[0], batch.id).status == "stopped" and batches.counts(batch) == {"done": 1, "left": 3}
    assert batches.waiting(9) == [] and batches.running(pair[0]) is None
    with pytest.raises(NotFound):
        batches.get(pair[1], batch.id)


def test_the_limits_are_said_and_kept(pair, five, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 4)
    with pytest.raises(batches.TooManyForOne, match="more than 4"):
        batches.begin(pair[0], "claim", {}, Asked("team"))
    with pytest.raises(batches.NothingToDo):
        batches.begin(pair[0], "claim", {}, Asked("mine"))
    with pytest.raises(Invalid):
        batches.begin(pair[0], "steal", {}, Asked("available"))
    batch = batches.begin(pair[0], "claim", {}, Asked("available"))
    run(batch)
    batch.ended_at = clock.now() - timedelta(days=2)
    with pytest.raises(batches.NotToUndo):
        batches.undo(pair[0], batch.id)


def test_a_preview_looks_at_the_first_hundred_and_changes_nothing(pair, five, monkeypatch):
    monkeypatch.setattr(many, "MOST", 4)
    goes, stays, more = batches.preview(pair[0], "claim", {}, Asked("team"))
    assert (len(goes), [task.id for task, _error in stays], more) == (3, [five[3]], 1)
    assert holders(five) == [None] * 3 + [pair[1].user_id, None]


def test_several_are_lent_at_once_and_taken_back_with_their_loans(desk, pair):
    own = [desk.task(holder=desk.users[0]) for _n in range(3)]
    outcome = many.do(pair[0], "lend", [*own, desk.task()], user=pair[1].user_id, note="先联系")
    assert len(outcome.done) == 3 and len(outcome.refused) == 1 and {loans.of_task(each).note for each in own} == {"先联系"}
    lending.take_back(pair[0], own[2])
    back = many.undo(pair[0], "lend", outcome.done)
    assert holders(own) == [pair[0].user_id] * 3 and len(back.done) == 2 and loans.of_task(own[0]) is None
    assert [user.id for user in lending.colleagues(pair[0])] == [pair[1].user_id]


def test_several_that_are_not_ones_own_are_refused_like_those_that_are_not_there(desk, pair):
    elsewhere = desk.task(body=desk.court)
    outcome = many.do(pair[0], "claim", [elsewhere, 99_999])
    assert outcome.done == [] and [(task, type(error)) for task, error in outcome.refused] == [(None, NotFound)] * 2


def test_how_urgent_several_are_is_said_at_once_and_again_as_before(desk, pair, five):
    priorities.give(pair[0], five[0], "low", "3")
    outcome = many.do(pair[0], "prioritise", five[:3], major="urgent", minor="1")
    assert desk.list(priority="urgent") == five[:3]
    priorities.give(pair[1], five[2], "high")
    assert {type(error).__name__ for _task, error in many.undo(pair[0], "prioritise", outcome.done).refused} == {"ChangedSince"}
    assert [priorities.of(db.session.get(UserTask, each)) for each in five[:3]] == [["low", 3], ["ordinary", 0], ["high", 0]]
    clerk = Actor.of_user(factories.user("丙", Role.CLERK, desk.court))
    assert {type(error) for _task, error in many.do(clerk, "prioritise", five, major="urgent").refused} <= {NotFound, Forbidden}


def test_who_gave_it_back_may_have_it_again_without_the_right_to_give_out(desk):
    handler = factories.user("丁", Role.CLERK, desk.court)
    actor, task = Actor.of_user(handler), desk.task(body=desk.court, holder=handler)
    db.session.get(UserTask, task).role = "clerk"
    db.session.flush()
    outcome = many.do(actor, "release", [task])
    if outcome.done:
        assert len(many.undo(actor, "release", outcome.done).done) == 1 and holder(task) == handler.id


def test_a_worker_does_it_and_survives_what_breaks(app, monkeypatch):
    with transaction():
        desk = Desk()
        actor, two = (Actor.of_user(user) for user in desk.users)
        ids = [desk.task() for _n in range(3)]
        batch = batches.begin(actor, "assign", {"user": two.user_id}, Asked("available")).id
    whole = tasks.assign

    def broken(who, task_id, *args, **told):
        if task_id in ids[1:]:
            raise RuntimeError("a fault of ours")
        return whole(who, task_id, *args, **told)
    monkeypatch.setattr(tasks, "assign", broken)
    assert task_batches.look() == 3 and task_batches.look() == 0
    with transaction(write=False):
        found = db.session.get(batches.TaskBatch, batch)
        assert holders(ids) == [two.user_id, None, None] and batches.counts(found) == {"done": 1, "refused": 2}
        assert found.status == "ended"
