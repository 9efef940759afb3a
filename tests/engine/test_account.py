"""Who is signed in is read by one plain statement, and is the same as the rows say."""

from datetime import date

import pytest
from sqlalchemy import delete, update

from engine.access import account
from engine.access.actor import Actor
from engine.access.models import BodyKind, Role, RoleGrant, User
from engine.db import db, glance, transaction
from tests import factories

pytestmark = pytest.mark.db


@pytest.fixture
def clerk(app):
    """A clerk of a court, who was a judge there until some day."""
    with transaction():
        court = factories.body(BodyKind.COURT, name="某某法院", name_en="Some Court")
        user = factories.user("王书记", Role.CLERK, court)
        db.session.add(RoleGrant(user_id=user.id, role=Role.JUDGE, body_id=court.id, valid_until=date(2020, 1, 1)))
    return user


def test_it_is_the_same_actor_as_the_rows_make(clerk):
    found = account.read(clerk.id)
    assert Actor.of_user(found) == Actor.of_user(clerk)
    assert [(each.role, each.is_in_force) for each in found.grants] == [(Role.CLERK, True), (Role.JUDGE, False)]
    assert (found.body.name, found.body.name_en, found.login) == ("某某法院", "Some Court", clerk.login)


def test_it_is_read_anew_each_time(clerk):
    before = account.read(clerk.id)
    with transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == clerk.id))
        db.session.execute(update(User).where(User.id == clerk.id).values(is_active=False))
    after = account.read(clerk.id)
    assert (before.is_active, after.is_active, after.grants) == (True, False, ())


def test_somebody_without_body_and_role_and_nobody(app):
    with transaction():
        consumer = factories.user("李某")
    found = account.read(consumer.id)
    assert (found.body, found.grants, account.read(consumer.id + 1)) == (None, (), None)


def test_a_question_in_the_middle_of_a_transaction_sees_what_that_has_written(app):
    with transaction():
        user = factories.user("赵某")
        assert account.read(user.id).name == "赵某"
    assert glance(account._ACCOUNT, user=user.id)
