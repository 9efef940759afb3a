"""A file of many rows: made in pieces with the rights of that moment, read with the rights of today, deleted after its days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import clock
from engine.access.models import Participant, User
from engine.cases.models import Case
from engine.db import db, transaction
from engine.errors import Forbidden, NotFound
from engine.exports import asking, making, shelf
from engine.exports.models import Export
from engine.inbox.workspace.portfolio import Wanted
from engine.workflow import pieces
from tests import factories
from workers import exports


@pytest.fixture
def handler(world, monkeypatch):
    """Five cases of the bank, and a file that is long from the second row on, in pieces of two."""
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    monkeypatch.setattr(making, "PIECE", 2)
    shelf.remove(list(shelf.disk().names()))
    with transaction():
        for place in range(5):
            case = factories.case(institution_id=world.bank.id, title=f"第{place}案")
            factories.participant(case, name=f"甲某人{place}")
            factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
    return world.actor("handler")


def begun(actor, **wanted) -> Export:
    with transaction():
        return asking.begin(actor, "portfolio", Wanted(**wanted))


def fresh(row: Export) -> Export:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Export, row.id)


def lines(actor, row) -> list[dict]:
    with transaction():
        return list(asking.fetch(actor, row.id))


def test_few_rows_come_at_once_and_many_are_made_piece_by_piece(handler):
    with transaction():
        assert [len(asking.begin(handler, "portfolio", Wanted(text="没有这个人")))] == [0]
    row = begun(handler)
    assert (row.status, row.total, row.done) == ("running", 5, 0)
    assert exports.make_piece(row.id) and fresh(row).done == 2
    with pytest.raises(asking.NotReady):
        lines(handler, row)
    assert exports.look() == 1 and fresh(row).status == "ready"
    found = lines(handler, row)
    assert [line["id"] for line in found] == sorted((line["id"] for line in found), reverse=True) and len(found) == 5
    assert "甲某人" not in str(found) and "甲***" in str(found)


def test_a_worker_that_dies_leaves_no_gap_and_no_row_twice(handler, monkeypatch):
    row = begun(handler)
    exports.make_piece(row.id)
    with monkeypatch.context() as dying:
        dying.setattr(making, "note", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            exports.make_piece(row.id)
    assert len(list(shelf.disk().names())) == 2 and len(fresh(row).pieces) == 1
    exports.look()
    assert len({line["id"] for line in lines(handler, row)}) == 5
    monkeypatch.setattr(shelf, "LEFT_SECONDS", -1)
    exports.forget()
    assert set(shelf.disk().names()) == set(fresh(row).pieces)


def test_two_workers_at_the_same_piece_note_it_once(handler):
    row = begun(handler)
    with transaction(write=False):
        after, found = making.read(row.id)
    assert exports.make_piece(row.id)
    with transaction():
        assert not making.note(row.id, after, found, "0" * 64)
    assert fresh(row).done == 2


def test_what_is_no_longer_ones_own_is_left_out_when_it_is_taken(handler, world):
    row = begun(handler)
    exports.look()
    gone = lines(handler, row)[0]["id"]
    with transaction():
        db.session.get(Case, gone).institution_id = world.insurer.id
        for person in db.session.query(Participant).filter_by(case_id=gone, body_id=world.bank.id):
            person.body_id = world.insurer.id
    assert gone not in {line["id"] for line in lines(handler, row)} and len(lines(handler, row)) == 4
    with pytest.raises(NotFound):
        asking.get(world.actor("mediator"), row.id)


def test_without_the_right_of_today_there_is_no_file(handler):
    row = begun(handler)
    exports.look()
    with pytest.raises(Forbidden):
        lines(replace(handler, roles={}), row)


def test_who_may_no_longer_sign_in_gets_no_file(handler):
    row = begun(handler)
    with transaction():
        db.session.get(User, handler.user_id).is_active = False
    exports.look()
    found = fresh(row)
    assert (found.status, found.pieces) == ("failed", []) and "no account" in found.why["message"]


def test_one_at_a_time_and_none_without_end(handler, monkeypatch):
    row = begun(handler)
    with pytest.raises(asking.OneIsBeingMade):
        begun(handler)
    with transaction():
        asking.drop(handler, row.id)
    monkeypatch.setattr(asking, "MOST", 4)
    with pytest.raises(asking.TooManyRows):
        begun(handler)


def test_a_file_that_kills_workers_is_given_up_and_stays_news_for_a_day(handler):
    row = begun(handler)
    with transaction():
        pieces.tell(f"export {row.id}", pieces.KILLS, "3 workers did not come back")
    assert exports.look() == 0 and fresh(row).status == "running"
    exports.forget()
    assert fresh(row).status == "failed" and "given up" in row.why["message"]
    assert [each.id for each in asking.news(handler)] == [row.id]
    clock.move(timedelta(days=1))
    assert asking.news(handler) == [] and begun(handler).status == "running"


def test_it_goes_after_its_days_with_everything_of_it(handler):
    row = begun(handler)
    exports.look()
    assert list(shelf.disk().names()) and [each.id for each in asking.news(handler)] == [row.id]
    lines(handler, row)
    assert asking.news(handler) == []
    with transaction():
        fresh(row).expires_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(NotFound):
        asking.get(handler, row.id)
    exports.forget()
    assert fresh(row) is None and list(shelf.disk().names()) == []


def test_pieces_lie_encrypted(handler):
    row = begun(handler)
    exports.look()
    with transaction(write=False):
        [number, *_] = [line["number"] for line in asking.fetch(handler, row.id)]
    for path in shelf.disk().folder.glob("??/??/*"):
        assert number.encode() not in path.read_bytes()
