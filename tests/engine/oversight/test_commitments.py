"""The registry of institutions' promises: versions with their validity, never overwritten, only for who manages bodies."""

from datetime import date, timedelta

import pytest

from engine import clock
from engine.db import db, transaction
from engine.errors import Forbidden, Invalid
from engine.oversight import commitments as promises
from engine.tracks import commitments

TERMS = {"limit": "5000", "categories": ["credit_card"], "valid_from": "2024-01-01", "signatory": "行长张三",
         "reference": "备忘录一号"}


def add(world, **changes):
    with transaction():
        return promises.add(world.actor("admin"), {"institution": str(world.bank.id), **TERMS, **changes})


def test_a_newer_version_takes_the_place_of_the_older_one_which_stays_on_record(world):
    first, second = add(world), add(world, limit="8000")
    assert (first.version, second.version) == (1, 2)
    assert commitments.in_force(world.bank.id).limit == 8000
    assert [row.version for row in promises.listed(world.actor("admin"))] == [2, 1]


def test_a_version_holds_on_its_days_only(world):
    add(world, valid_from="2024-02-01", valid_until="2024-02-29")
    held = [commitments.in_force(world.bank.id, day) is not None for day in
            (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1))]
    assert held == [False, True, True, False]


def test_a_version_of_the_future_leaves_the_present_one_in_force(world):
    add(world)
    add(world, limit="1", valid_from=(clock.today() + timedelta(days=5)).isoformat())
    assert commitments.in_force(world.bank.id).limit == 5000


def test_a_revoked_version_holds_no_more_and_says_who_and_why(world):
    row = add(world)
    with transaction():
        promises.revoke(world.actor("admin"), row.id, "机构退出机制")
    db.session.expire_all()
    row = commitments.every()[0]
    assert commitments.in_force(world.bank.id) is None and (row.revoked_by, row.revoked_reason) == ("管理员", "机构退出机制")
    with pytest.raises(promises.AlreadyRevoked), transaction():
        promises.revoke(world.actor("admin"), row.id, "再次")


@pytest.mark.parametrize("wrong", [
    {"limit": "0"}, {"limit": "x"}, {"categories": []}, {"categories": ["gambling"]}, {"signatory": ""}, {"institution": "999"},
    {"valid_from": ""}, {"valid_from": "2024-05-01", "valid_until": "2024-04-30"}])
def test_what_is_no_promise_is_refused_and_nothing_is_kept(world, wrong):
    with pytest.raises(Invalid):
        add(world, **wrong)
    assert commitments.every() == []


@pytest.mark.parametrize("who", ["mediator", "coordinator", "handler", "clerk", "regulator"])
def test_others_neither_see_nor_change_the_registry(world, who):
    for act in (lambda: promises.listed(world.actor(who)), lambda: promises.add(world.actor(who), TERMS)):
        with pytest.raises(Forbidden), transaction():
            act()
