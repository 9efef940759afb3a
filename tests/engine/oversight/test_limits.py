"""The registry of an institution's limits: versions, never overwritten, kept by its own administrator and by nobody else."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Role, User
from engine.cases import limits
from engine.cases.limits import Stake
from engine.db import db, transaction
from engine.errors import Forbidden, Invalid, NotFound
from engine.oversight import limits as registry
from engine.workflow.models import TraceEntry
from tests import factories

TERMS = {"holder": "handler", "concession": "5000", "valid_from": "2024-01-01", "reference": "授权书一号"}


@pytest.fixture
def keeper(world):
    with transaction():
        user = factories.user("授权管理员", Role.INSTITUTION_ADMIN, world.bank)
    return lambda: Actor.of_user(db.session.get(User, user.id))


def add(keeper, **changes):
    with transaction():
        return registry.add(keeper(), {**TERMS, **changes})


def held(world, category="credit_card"):
    found = limits.held_by(world.bank.id, category, world.handler.id, limits.HANDLER)
    return [row.concession for row in found]


def test_a_newer_version_takes_the_place_of_the_older_one_which_stays_on_record(world, keeper):
    add(keeper)
    add(keeper, concession="8000")
    assert held(world) == [Decimal(8000)]
    assert [row.version for row in registry.listed(keeper())] == [2, 1]
    told = db.session.scalars(select(TraceEntry).where(
        TraceEntry.event == "authority_limit_added").order_by(TraceEntry.id)).all()
    assert [(one.actor, one.detail["version"]) for one in told] == [("授权管理员", 1), ("授权管理员", 2)]


def test_a_persons_own_limit_goes_before_that_of_all_handlers_and_one_of_a_kind_before_a_general_one(world, keeper):
    add(keeper)
    add(keeper, handler=str(world.handler.id), concession="9000")
    add(keeper, handler=str(world.handler.id), concession="3000", categories=["credit_card"])
    add(keeper, handler=str(world.handler.id), concession="7000")
    assert held(world) == [Decimal(3000)] and held(world, "personal_loan") == [Decimal(7000)]


def test_a_limit_holds_on_its_days_only_and_revoked_it_holds_no_more(world, keeper):
    row = add(keeper, valid_from="2024-02-01", valid_until="2024-02-29")
    days = (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1))
    assert [row.holds_on(day) for day in days] == [False, True, True, False]
    other = add(keeper)
    with transaction():
        registry.revoke(keeper(), other.id, "人员调离")
    assert held(world) == [] and limits.keeps(world.bank.id)
    with pytest.raises(registry.LimitEnded), transaction():
        registry.revoke(keeper(), other.id, "再次")
    with pytest.raises(registry.LimitRefused), transaction():
        registry.revoke(keeper(), row.id, " ")


@pytest.mark.parametrize(("given", "stake", "reaches"), [
    ({"concession": "100"}, Stake(Decimal(100), Decimal(100)), True),
    ({"concession": "100"}, Stake(Decimal("100.01"), Decimal("100.01")), False),
    ({"concession": "100", "total": "150"}, Stake(Decimal(50), Decimal(151)), False),
    ({"concession": "100"}, Stake(Decimal(0), Decimal(0), duties=1), False),
    ({"concession": "100", "duties": True}, Stake(Decimal(0), Decimal(0), duties=1), True),
    ({"concession": "100", "duties": True}, Stake(Decimal(0), Decimal(0), foreign=True), False),
    ({"concession": ""}, Stake(Decimal(10**9), Decimal(10**9), foreign=True), True)])
def test_what_a_limit_covers(keeper, given, stake, reaches):
    assert limits.covers(add(keeper, **given), stake) is reaches


@pytest.mark.parametrize("wrong", [
    {"concession": "-1"}, {"concession": "x"}, {"holder": "boss"}, {"holder": "approver"}, {"reference": ""}, {"valid_from": ""},
    {"handler": "999"}, {"categories": ["gambling"]}, {"valid_from": "2024-05-01", "valid_until": "2024-04-30"}])
def test_what_is_no_limit_is_refused_and_nothing_is_kept(world, keeper, wrong):
    with pytest.raises(Invalid):
        add(keeper, **wrong)
    assert limits.every(world.bank.id) == []


def test_nobody_else_keeps_or_sees_them_and_nobody_sets_their_own(world, keeper):
    row = add(keeper)
    for name in ("handler", "admin", "mediator", "coordinator"):
        with pytest.raises(Forbidden), transaction():
            registry.add(world.actor(name), TERMS)
        with pytest.raises(Forbidden):
            registry.listed(world.actor(name))
    with transaction():
        user = factories.user("兼任", Role.INSTITUTION_ADMIN, world.bank)
        factories.added(factories.RoleGrant(user_id=user.id, role=Role.INSTITUTION_HANDLER, body_id=world.bank.id))
        db.session.refresh(user)
    with pytest.raises(registry.NotYourOwnLimit), transaction():
        registry.add(Actor.of_user(db.session.get(User, user.id)), {**TERMS, "handler": str(user.id)})
    with transaction():
        other = factories.user("外机构", Role.INSTITUTION_ADMIN, world.insurer)
    with pytest.raises(NotFound), transaction():
        registry.revoke(Actor.of_user(db.session.get(User, other.id)), row.id, "越权")
    assert limits.every(world.bank.id)[0].revoked_at is None


def test_an_approver_never_decides_on_their_own_request(world, keeper):
    with transaction():
        first = factories.user("甲", Role.INSTITUTION_APPROVER, world.bank)
        second = factories.user("乙", Role.INSTITUTION_APPROVER, world.bank)
    add(keeper, holder="approver", approver=str(first.id), substitute=str(second.id), level="1", concession="1000")
    found = [limits.rung_for(world.bank.id, "", 0, asker)[1].name for asker in (None, first.id)]
    assert found == ["甲", "乙"] and clock.today()
