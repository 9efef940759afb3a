"""Upgrades of many instances: looked ahead, carried out by workers one by one, followed, stopped, taken back."""

import pytest
from sqlalchemy import select

from engine.access.actor import SYSTEM, Actor
from engine.access.models import Role
from engine.db import db, transaction
from engine.errors import Forbidden, NotFound
from engine.oversight import upgrades
from engine.processes import library
from engine.processes.models import Draft
from engine.workflow import upgrade
from engine.workflow.models import Instance, UserTask, Version
from engine.workflow.motion import UpgradeBatch, UpgradeItem
from tests import factories
from tests.engine.workflow.spiff.drawing import boundary, service, timer, user
from tests.engine.workflow.test_runtime import complete, start
from tests.published import publish
from workers import upgrades as duty


@pytest.fixture
def two(app):
    """Two instances, at `u` and at `v`, of a process whose next version knows no `v`."""
    publish(user("u"), user("v"), "start > u > v > end")
    second = start()
    complete("u")
    first = start()
    return first, second, publish(user("u"), user("w"), service("s"), "start > u > w > s > end", number=2)


def begin(version_id, **more):
    with transaction():
        return upgrades.begin(SYSTEM, version_id, "a better way", **more).id


def progress(batch_id):
    db.session.rollback()
    batch, _items, counts = upgrades.batch(SYSTEM, batch_id)
    return batch.status, dict(counts)


def numbers():
    rows = select(Instance.id, Version.number).join(Version, Version.id == Instance.version_id)
    return dict(db.session.execute(rows).all())


def test_the_outlook_says_who_could_go_and_which_step_holds_the_others(two):
    first, second, version_id = two
    found = upgrades.outlook(SYSTEM, version_id)
    assert [each.id for each in found.instances] == sorted((first, second)) and set(found.blocked) == {second}
    assert [(each.element_id, each.code, number) for each, number in found.by_place] == [("v", "element_gone", 1)]
    assert [(version.number, count) for version, count in upgrades.outdated(SYSTEM)] == [(2, 2)]


def test_a_mapping_clears_the_way(two):
    first, second, version_id = two
    mapping = upgrades.mapping_of("P/v = w\n\n")
    assert upgrades.outlook(SYSTEM, version_id, mapping).blocked == {}
    batch_id = begin(version_id, mapping=mapping)
    assert duty.look() == 2 and progress(batch_id) == ("done", {"done": 2})
    assert numbers() == {first: 2, second: 2}
    assert sorted(db.session.scalars(select(UserTask.element).where(UserTask.status == "open"))) == ["u", "w"]
    assert upgrades.outdated(SYSTEM) == []


def test_what_is_blocked_stays_and_its_reason_is_kept(two):
    first, second, version_id = two
    batch_id = begin(version_id)
    duty.look()
    assert progress(batch_id) == ("done", {"done": 1, "blocked": 1}) and numbers() == {first: 2, second: 1}
    item = db.session.scalar(select(UpgradeItem).where(UpgradeItem.status == "blocked"))
    assert [(each["element"], each["code"]) for each in item.blockers] == [("v", "element_gone")]


def test_what_fails_on_the_way_stays_and_holds_up_no_other(app):
    publish(user("u"), "start > u > end")
    second, first, broken = start(), start(patience="PT1H"), start()
    late = boundary("late", "u", timer("timeDuration", "patience"))
    version_id = publish(user("u"), late, "start > u > end", "late > end", number=2)
    batch_id = begin(version_id)
    with transaction():
        db.session.get(Instance, broken).state = b"{}"
    duty.look()
    assert progress(batch_id) == ("done", {"done": 1, "failed": 1, "blocked": 1})
    assert numbers() == {first: 2, second: 1, broken: 1}
    told = {item.instance_id: item.blockers[0]["code"] for item in db.session.scalars(select(UpgradeItem)) if item.blockers}
    assert told == {second: "expression_failed", broken: "state_unreadable"}


def test_a_stopped_batch_leaves_the_rest_where_they_are(two):
    *_, version_id = two
    batch_id = begin(version_id)
    with transaction():
        upgrades.stop(SYSTEM, batch_id)
    assert duty.look() == 0 and progress(batch_id) == ("stopped", {"waiting": 2}) and set(numbers().values()) == {1}


def test_only_the_named_instances_go(two):
    first, second, version_id = two
    begin(version_id, ids=[first])
    duty.look()
    assert numbers() == {first: 2, second: 1}


def test_one_is_taken_back_while_it_has_not_moved(two):
    first, _second, version_id = two
    begin(version_id, ids=[first])
    duty.look()
    item_id = db.session.scalar(select(UpgradeItem.id))
    with transaction():
        upgrades.undo(SYSTEM, item_id, "too early")
    assert numbers()[first] == 1 and db.session.get(UpgradeItem, item_id).status == "undone"
    with pytest.raises(upgrades.NotDone), transaction():
        upgrades.undo(SYSTEM, item_id, "once more")


def test_one_that_moved_on_is_not_taken_back(two):
    first, _second, version_id = two
    begin(version_id, ids=[first])
    duty.look()
    complete("u")
    with pytest.raises(upgrade.MovedOn), transaction():
        upgrades.undo(SYSTEM, db.session.scalar(select(UpgradeItem.id)), "too late")
    assert numbers()[first] == 2


def test_a_rehearsal_changes_nothing_and_asks_for_the_same_process(two):
    first, _second, version_id = two
    assert [each.element for each in upgrades.rehearse(SYSTEM, first, version_id).after] == ["u"]
    other = publish(user("x"), "start > x > end", key="Q")
    with pytest.raises(NotFound):
        upgrades.rehearse(SYSTEM, first, other)
    assert set(numbers().values()) == {1}


def test_nonsense_is_refused(two):
    *_, version_id = two
    with pytest.raises(upgrades.MappingRefused):
        upgrades.mapping_of("v = w")
    with pytest.raises(upgrades.MappingRefused):
        begin(version_id, mapping=[["P", "v", "nowhere"]])
    with pytest.raises(upgrades.NothingToUpgrade):
        begin(version_id, ids=[])
    assert db.session.scalar(select(UpgradeBatch)) is None


@pytest.mark.parametrize("who", ["coordinator", "mediator", "designer", "clerk"])
def test_only_administrators_move_instances(two, world, who):
    with pytest.raises(Forbidden), transaction():
        upgrades.begin(world.actor(who), two[2], "a better way")


def test_nobody_moves_cases_to_what_they_drew_themselves(two, world):
    version = db.session.get(Version, two[2])
    with transaction():
        db.session.add(Draft(process_key=version.process_key, title="x", files=version.files, author_id=world.admin.id,
                             status="published"))
        version.sha256 = library.digest(version.files)
        colleague = factories.user("另一管理员", Role.ADMIN)
    with pytest.raises(upgrades.OwnDrawing), transaction():
        upgrades.begin(world.actor("admin"), version.id, "a better way")
    with transaction():
        assert upgrades.begin(Actor.of_user(colleague), version.id, "a better way").started_by == colleague.name
