"""What models keep encrypted: the database has bytes, the program has values, and people are found by blind indexes."""

import pytest
from sqlalchemy import select, text

from engine.access.models import Participant
from engine.cases.models import Case, Note
from engine.db import db, transaction
from engine.encryption import blind, keys, renewal
from engine.encryption.columns import Encrypted, TextTooLong
from engine.texts import TextUnreadable
from tests import factories

NUMBER, PHONE = "11010519491231002X", "16600001234"


@pytest.fixture
def person(case):
    with transaction():
        return factories.participant(case, id_number=NUMBER, phone=PHONE, address="上海市幸福路1号", email="wang@example.com")


def raw(table: str, column: str):
    return db.session.scalar(text(f'SELECT "{column}" FROM "{table}"'))


def test_every_encrypted_column_is_bound_to_its_own_place():
    told = {column.type.place: f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns
            if isinstance(column.type, Encrypted)}
    assert len(told) > 30 and all(place == where for place, where in told.items())


def test_the_database_has_no_readable_value_and_the_program_has_all(person):
    with transaction(write=False):
        found = db.session.scalar(select(Participant))
        assert (found.id_number, found.phone, found.address, found.email) == (
            NUMBER, PHONE, "上海市幸福路1号", "wang@example.com")
        kept = b" ".join(bytes(raw("participant", name)) for name in ("id_number", "phone", "address", "email"))
    assert not any(mark.encode() in kept for mark in (NUMBER, PHONE, "幸福", "example"))


def test_somebody_is_found_by_telephone_or_number_and_follows_a_change(person):
    with transaction():
        found = db.session.scalar(select(Participant).where(Participant.phone_blind == blind.phone("166 0000 1234")))
        assert found.id_number_blind == blind.id_number(NUMBER.lower())
        found.phone = "16600009999"
    with transaction(write=False):
        assert db.session.scalar(select(Participant.phone_blind)) == blind.phone("16600009999")


def test_nothing_is_nothing(person):
    with transaction():
        db.session.get(Participant, person.id).phone = ""
    with transaction(write=False):
        assert db.session.scalar(select(Participant.phone)) == db.session.scalar(select(Participant.phone_blind)) == ""


@pytest.mark.parametrize("ask", [
    lambda: Participant.phone == PHONE, lambda: Participant.phone.like("166%"), lambda: Participant.phone.desc(),
    lambda: Participant.phone.in_([PHONE]), lambda: Participant.phone != "", lambda: Case.details["card"]])
def test_to_compare_what_is_encrypted_is_a_mistake_that_shows(ask):
    with pytest.raises((TypeError, NotImplementedError)):
        ask()


@pytest.mark.parametrize(("wrong", "error"), [("1" * 33, TextTooLong), ("1\x002", TextUnreadable), ("\ud800", TextUnreadable)])
def test_what_cannot_be_kept_is_refused_as_anywhere(person, wrong, error):
    with pytest.raises(error), transaction():
        db.session.get(Participant, person.id).phone = wrong
    with transaction(write=False):
        assert db.session.get(Participant, person.id, populate_existing=True).phone == PHONE


def test_what_stands_is_encrypted_anew_while_others_write(person, case):
    with transaction():
        db.session.add(Note(case_id=case.id, author="x", text="一句话"))
        revision = db.session.get(Participant, person.id).revision
        db.session.execute(text("UPDATE participant SET phone_blind = 'gone'"))
    old = {key.hex() for key in keys.ring().ciphers}
    keys.put_first(keys.new())
    with transaction():
        told = {table.name: renewal.renew(table, names, renewal.batch(table, names)) for table, names in renewal.tables().items()}
    assert told["participant"] == {"renewed": 6} and told["note"] == {"renewed": 1}
    with transaction(write=False):
        found = db.session.get(Participant, person.id, populate_existing=True)
        assert (found.phone, found.phone_blind, found.revision) == (PHONE, blind.phone(PHONE), revision)
        for table, names in renewal.tables().items():
            assert not old & set(renewal.key_ids(renewal.batch(table, names), names))


def test_a_value_that_changed_meanwhile_is_left_to_whoever_changed_it(person):
    (table, names), = [(table, names) for table, names in renewal.tables().items() if table.name == "participant"]
    keys.put_first(keys.new())
    with transaction():
        rows = renewal.batch(table, names)
        db.session.get(Participant, person.id).phone = "16600009999"
        db.session.flush()
        assert renewal.renew(table, names, rows)["renewed"] == 4
        assert db.session.get(Participant, person.id, populate_existing=True).phone == "16600009999"


def test_what_no_key_opens_is_counted_and_left(person):
    with transaction():
        db.session.execute(text("UPDATE participant SET phone = :wrong"), {"wrong": b"\x01" + b"?" * 60})
    (table, names), = [(table, names) for table, names in renewal.tables().items() if table.name == "participant"]
    with transaction():
        assert renewal.renew(table, names, renewal.batch(table, names)) == {"unreadable": 1}
