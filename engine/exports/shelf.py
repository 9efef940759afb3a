"""Where the pieces of files lie: encrypted as the papers of cases, but apart from them, since these go again after some days."""

import json
import secrets
import time
from collections.abc import Iterable, Iterator

from engine import config
from engine.db import after_commit
from engine.encryption import keys
from engine.storage import Disk

LEFT_SECONDS = 3600  # a piece that no row has named for so long was left by a worker that died


def disk() -> Disk:
    """The place for them."""
    return Disk(config.current().data / "exports")


def put(lines: list[dict]) -> str:
    """Keep a piece, under a name that no other has."""
    name = secrets.token_hex(32)
    disk().put_anew(name, json.dumps(lines, ensure_ascii=False).encode())
    return name


def get(name: str) -> list[dict]:
    """The lines of a piece. Raises FileMissing, FileDamaged."""
    return json.loads(disk().get(name))


def remove(names: Iterable[str]) -> None:
    """Away with them; what is gone already is no matter."""
    for name in names:
        disk().remove(name)


def remove_after_commit(names: list[str]) -> None:
    """The same once it is certain that no row names them."""
    after_commit(remove, names)


def old() -> Iterator[str]:
    """Pieces that lie there long enough to be named by a row, if any will name them."""
    return (name for name in disk().names() if disk().written_at(name) < time.time() - LEFT_SECONDS)


def renew(name: str) -> bool:
    """Encrypt a piece with the key that encrypts now; was there need to? Raises FileMissing, FileDamaged, KeyMissing."""
    if disk().key_id(name) == keys.ring().current:
        return False
    disk().put_anew(name, disk().get(name))
    return True
