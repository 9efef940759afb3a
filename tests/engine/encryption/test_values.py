"""A value opens with its key, in its place, unchanged; nothing else does."""

import pytest

from engine import config
from engine.config import SettingRefused, Settings
from engine.encryption import blind, keys, values
from engine.encryption.keys import KeyMissing
from engine.encryption.values import ValueDamaged, decrypt, encrypt

SERVER = {"SUTIAO_DATABASE_URL": "postgresql://sutiao@db/sutiao"}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Keys in a data folder of the test's own."""
    monkeypatch.setattr(config, "_current", Settings(data=tmp_path))
    yield tmp_path
    keys.forget()


@pytest.mark.parametrize("value", [b"16600001234", "身份证".encode(), b"0" * 5000])
def test_a_value_comes_back_and_is_written_otherwise_each_time(value):
    one, other = encrypt(value, "participant.phone"), encrypt(value, "participant.phone")
    assert decrypt(one, "participant.phone") == decrypt(other, "participant.phone") == value
    assert one != other and value not in one


def test_a_long_value_is_made_smaller():
    assert len(encrypt(b"0" * 5000, "instance.state")) < 200


@pytest.mark.parametrize("change", [
    lambda kept: kept[:-1], lambda kept: kept[:20] + b"?" + kept[21:], lambda kept: b"\x02" + kept[1:], lambda kept: kept[:10]])
def test_a_changed_value_does_not_open(change):
    with pytest.raises(ValueDamaged):
        decrypt(change(encrypt(b"16600001234", "participant.phone")), "participant.phone")


def test_a_value_moved_to_another_column_does_not_open():
    with pytest.raises(ValueDamaged):
        decrypt(encrypt(b"16600001234", "participant.phone"), "participant.email")


def test_the_keys_are_made_once_and_only_their_owner_reads_them(own_folder):
    kept = encrypt(b"x", "note.text")
    keys.forget()
    assert decrypt(kept, "note.text") == b"x"
    for name in ("personal-data.keys", "blind-index.key"):
        blind.phone("1")
        assert (own_folder / name).stat().st_mode & 0o077 == 0


def test_a_new_key_writes_and_the_old_one_still_reads(own_folder, monkeypatch):
    old = encrypt(b"x", "note.text")
    keys.put_first(keys.new())
    new = encrypt(b"x", "note.text")
    assert decrypt(old, "note.text") == decrypt(new, "note.text") == b"x"
    assert values.is_current(new) and not values.is_current(old)
    assert not keys.keep_first() and decrypt(old, "note.text") == b"x"  # somebody may still write with it
    monkeypatch.setattr(keys, "DROPPED_AFTER_SECONDS", 0)
    assert keys.keep_first() and not keys.keep_first()
    with pytest.raises(KeyMissing):
        decrypt(old, "note.text")


def test_a_key_that_another_process_put_first_is_found(own_folder, monkeypatch):
    keys.ring()
    before = keys._known
    keys.put_first(keys.new())
    new = encrypt(b"x", "note.text")
    monkeypatch.setattr(keys, "_known", before)
    assert decrypt(new, "note.text") == b"x"
    monkeypatch.setattr(keys, "_known", before)
    monkeypatch.setattr(keys, "_looked_at", 0.0)  # after a second it is written with, too
    assert values.is_current(encrypt(b"x", "note.text")) and encrypt(b"x", "note.text")[:5] == new[:5]


@pytest.mark.parametrize("told", ["166 0000 1234", "166-0000-1234", "+86 16600001234", "008616600001234", "8616600001234",
                                  "１６６００００１２３４"])
def test_a_telephone_is_found_however_it_is_written(told):
    assert blind.phone(told) == blind.phone("16600001234") != blind.phone("16600001235")


def test_a_number_is_found_in_small_letters_and_with_blanks():
    assert blind.id_number("11010519491231002x ") == blind.id_number("110105 19491231 002X") != blind.phone("11010519491231002X")
    assert blind.phone("") == blind.id_number(" ") == ""


def test_another_index_key_gives_another_index(monkeypatch, own_folder):
    before = blind.phone("16600001234")
    monkeypatch.setattr(config, "_current", Settings(data=own_folder, index_key=keys.new()))
    assert blind.phone("16600001234") != before


@pytest.mark.parametrize("given", [{}, {"SUTIAO_DATA_KEYS": keys.new()}, {"SUTIAO_INDEX_KEY": keys.new()}])
def test_a_database_server_without_keys_does_not_start(given):
    with pytest.raises(SettingRefused, match="must be set"):
        Settings.from_env(SERVER | given)


def test_a_database_server_starts_with_keys_or_for_a_demo():
    assert Settings.from_env(SERVER | {"SUTIAO_DATA_KEYS": keys.new(), "SUTIAO_INDEX_KEY": keys.new()}).data_keys
    assert Settings.from_env(SERVER | {"SUTIAO_DEMO": "true"}).demo


def test_it_also_starts_with_keys_that_lie_in_the_data_folder(own_folder):
    keys.ring()
    assert Settings.from_env(SERVER | {"SUTIAO_DATA": str(own_folder)})
    assert Settings.from_env({"SUTIAO_DATABASE_URL": "sqlite:////srv/x.sqlite"}).data_keys == ""


@pytest.mark.parametrize("told", ["no key", "", "c2hvcnQ=", " , "])
def test_what_is_no_key_is_refused(told, own_folder, monkeypatch):
    monkeypatch.setattr(config, "_current", Settings(data=own_folder, data_keys=told or ","))
    with pytest.raises(SettingRefused, match="DATA_KEYS"):
        encrypt(b"x", "note.text")
