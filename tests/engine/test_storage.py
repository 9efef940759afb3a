"""Files kept encrypted, by the hash of their bytes."""

import hashlib
import threading

import pytest

from engine import config, storage
from engine.config import Settings
from engine.encryption import keys
from engine.encryption.keys import KeyMissing


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """Settings whose data folder is new."""
    monkeypatch.setattr(config, "_current", Settings(data=tmp_path))
    yield tmp_path / "files"
    keys.forget()


def test_what_was_put_comes_back_under_the_hash_of_its_bytes():
    key = storage.put("调解协议书".encode())

    assert key == hashlib.sha256("调解协议书".encode()).hexdigest()
    assert storage.get(key).decode() == "调解协议书"
    assert storage.exists(key) and storage.size(key) == 15


def kept(data, key: str):
    """The file as it lies there."""
    return next(data.rglob(key))


@pytest.mark.parametrize("length", [1, 262_143, 262_144, 262_145, 600_000])
def test_what_lies_there_cannot_be_read_and_tells_its_size(data, length):
    text = b"0123456789" * (length // 10) + b"x" * (length % 10)
    key = storage.put(text)
    assert text[:20] not in kept(data, key).read_bytes()[:300] or length < 20
    assert storage.get(key) == text and storage.size(key) == length


@pytest.mark.parametrize("bend", [
    lambda told: told[:-1], lambda told: told + b"x", lambda told: told[:100] + b"?" + told[101:], lambda told: told[:16],
    lambda told: told[:16 + 262_160], lambda told: told[:16] + told[16 + 262_160:16 + 2 * 262_160] + told[16:16 + 262_160]
    + told[16 + 2 * 262_160:], lambda told: b"", lambda told: b"SUTF\x01",
])
def test_pieces_changed_cut_off_added_or_in_another_order_are_never_handed_out(data, bend):
    key = storage.put(b"0123456789" * 60_000)
    file = kept(data, key)
    file.write_bytes(bend(file.read_bytes()))
    with pytest.raises(storage.FileDamaged):
        storage.get(key)


def test_a_file_in_the_place_of_another_is_never_handed_out(data):
    one, other = storage.put(b"one"), storage.put(b"two")
    kept(data, other).write_bytes(kept(data, one).read_bytes())
    with pytest.raises(storage.FileDamaged):
        storage.get(other)


def test_a_file_kept_plain_before_is_read_and_can_be_encrypted(data):
    key = hashlib.sha256(b"%PDF-1.7 old").hexdigest()
    (data / key[:2] / key[2:4]).mkdir(parents=True)
    (data / key[:2] / key[2:4] / key).write_bytes(b"%PDF-1.7 old")
    assert (storage.get(key), storage.size(key)) == (b"%PDF-1.7 old", 12)
    assert storage.put(b"%PDF-1.7 old") == key and b"PDF" in kept(data, key).read_bytes()
    assert storage.renew(key) and not storage.renew(key)
    assert b"PDF" not in kept(data, key).read_bytes() and storage.get(key) == b"%PDF-1.7 old"


def test_a_new_key_encrypts_anew_and_a_lost_one_is_told(data, monkeypatch):
    monkeypatch.setattr(keys, "DROPPED_AFTER_SECONDS", 0)
    key = storage.put(b"text")
    keys.put_first(keys.new())
    assert storage.get(key) == b"text" and storage.renew(key)
    keys.keep_first()
    assert storage.get(key) == b"text"
    (data.parent / "personal-data.keys").write_text(keys.new())
    keys.forget()
    with pytest.raises(KeyMissing):
        storage.get(key)


def test_putting_the_same_bytes_twice_keeps_one_file(data):
    assert storage.put(b"same") == storage.put(b"same")

    assert len([path for path in data.rglob("*") if path.is_file()]) == 1


def test_an_empty_or_too_large_file_is_refused_and_nothing_is_written(data):
    with pytest.raises(storage.FileEmpty):
        storage.put(b"")
    with pytest.raises(storage.FileTooLarge, match="at most 10"):
        storage.put(b"x" * 11, limit=10)

    assert not list(data.rglob("*"))


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", None, "A" * 64])
def test_a_key_that_is_none_of_ours_finds_nothing(key):
    with pytest.raises(storage.FileMissing):
        storage.get(key)


def test_a_file_changed_behind_our_back_is_never_handed_out(data):
    key = storage.put(b"the true text")
    next(data.rglob(key)).write_bytes(b"the f@ke text")

    with pytest.raises(storage.FileDamaged):
        storage.get(key)


def test_a_write_that_fails_leaves_neither_the_file_nor_its_rest(data, monkeypatch):
    def no_disk(*_args):
        raise OSError(28, "No space left on device")

    keys.ring()
    monkeypatch.setattr(storage.os, "fsync", no_disk)
    with pytest.raises(OSError, match="No space"):
        storage.put(b"half")

    assert not [path for path in data.rglob("*") if path.is_file()]


def test_many_writers_of_one_file_do_not_disturb_each_other():
    keys = []
    writers = [threading.Thread(target=lambda: keys.append(storage.put(b"x" * 100_000))) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(set(keys)) == 1 and len(keys) == 8
    assert storage.get(keys[0]) == b"x" * 100_000
