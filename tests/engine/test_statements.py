"""Rows written by one plain statement: guarded like any other row, and known to the session as they are."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from engine import statements
from engine.access.models import Body, BodyKind, RoleGrant, User
from engine.db import db, transaction
from tests import factories

NEW = {"kind": BodyKind.COURT, "name": "甲"}


@pytest.fixture
def body(app):
    with transaction():
        return factories.body(name="甲")


def kept(model=Body) -> list:
    db.session.remove()
    with transaction(write=False):
        return list(db.session.scalars(select(model).order_by(model.id)))


def test_what_is_changed_is_told_by_the_row_and_kept(body):
    with transaction():
        statements.change(body, name="乙", is_active=False)
        assert (body.name, body.is_active, body.revision) == ("乙", False, 2) and body not in db.session.dirty
    assert [(row.name, row.is_active, row.revision) for row in kept()] == [("乙", False, 2)]


def test_a_row_that_somebody_else_has_saved_is_not_written_over(body):
    with transaction():
        db.session.execute(Body.__table__.update().values(revision=7))
    with pytest.raises(StaleDataError), transaction():
        statements.change(body, name="乙")
    assert kept()[0].name == "甲"


def test_a_savepoint_takes_back_what_was_changed_within_it(body):
    with transaction():
        with pytest.raises(KeyError), db.session.begin_nested():
            statements.change(body, name="乙")
            raise KeyError()
        assert (body.name, body.revision) == ("甲", 1)
        statements.change(body, name="丙")
    assert kept()[0].name == "丙"


def test_what_else_waits_to_be_written_to_a_row_is_written_too(body):
    with transaction():
        body.address = "某路一号"
        statements.change(body, name="乙")
    assert [(row.name, row.address, row.revision) for row in kept()] == [("乙", "某路一号", 3)]


def test_rows_are_added_with_their_defaults_and_tell_their_ids(app):
    with transaction():
        ids = statements.added(Body, NEW | {"code": "一"}, NEW | {"code": "二"})
        statements.add(Body, NEW | {"code": "三"})
        statements.add(Body)
    rows = kept()
    assert sorted(ids) == [row.id for row in rows[:2]] and {(row.revision, row.is_active) for row in rows} == {(1, True)}
    assert len(rows) == 3


def test_a_row_with_the_same_key_is_written_over_and_read_anew(body):
    with transaction():
        statements.put(Body, ("code",), NEW | {"code": body.code, "name": "乙"})
        statements.put(Body, ("code",), NEW | {"code": "二"})
        assert (body.name, body.revision) == ("乙", 2)
    assert [row.name for row in kept()] == ["乙", "甲"]


def test_a_question_sees_what_the_session_holds_back(body):
    names = select(Body.name)
    with transaction():
        body.name = "乙"
        assert statements.ask(names).scalars().all() == ["乙"]


def test_rows_without_revision_need_none(app):
    with transaction():
        statements.add(RoleGrant, {"user_id": factories.user().id, "role": "clerk"})
    assert [grant.role for grant in kept(RoleGrant)] == ["clerk"]


def test_a_statement_made_once_is_asked_for_any_numbers(app, world):
    asked = select(User.id).where(statements.among(User.id, "people")).order_by(User.id)
    people = sorted([world.clerk.id, world.coordinator.id])

    with transaction(write=False):
        assert statements.ask(asked, people=people).scalars().all() == people
        assert statements.ask(asked, people=people[:1]).scalars().all() == people[:1]
        assert statements.ask(asked, people=[]).scalars().all() == []
