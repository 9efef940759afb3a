"""Files kept by the hash of their bytes."""

import hashlib
import threading

import pytest

from engine import config, storage
from engine.config import Settings


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """Settings whose data folder is new."""
    monkeypatch.setattr(config, "_current", Settings(data=tmp_path))
    return tmp_path


def test_what_was_put_comes_back_under_the_hash_of_its_bytes():
    key = storage.put("调解协议书".encode())

    assert key == hashlib.sha256("调解协议书".encode()).hexdigest()
    assert storage.get(key).decode() == "调解协议书"
    assert storage.exists(key) and storage.size(key) == 15


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
