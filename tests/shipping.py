"""The shipped processes in the database: three megabytes that stay from one test to the next while nobody writes to them."""

from sqlalchemy import func, select

from engine.db import db, transaction
from engine.processes import library
from engine.workflow.models import Version
from tests import emptying
from tests.trodden import way, written

TABLE = Version.__tablename__
_left: tuple | None = None


def put(folders: dict[str, dict[str, str]]) -> None:
    """Every shipped process in force, as its first version."""
    if _left is None:
        with transaction():
            for key, files in folders.items():
                db.session.add(Version(process_key=key, number=1, sha256=library.digest(files), title=key, files=files,
                                       calls=library.calls_of(files)))
        _look()
    way.stays(TABLE)


def stay() -> set[str]:
    """The table that need not be emptied after a test, because it still holds the shipped processes and nothing else."""
    return {TABLE} if _left is not None and _left == _now() else set()


def leave() -> None:
    """Nothing of it is there when the next test begins."""
    global _left
    if _left is not None:
        with transaction():
            emptying.tables(frozenset({TABLE}))
        _left = None


def forget() -> None:
    """The table has been emptied."""
    global _left
    _left = None


def _look() -> None:
    global _left
    _left = _now()


def _now() -> tuple:
    with transaction(write=False):
        found = db.session.execute(select(func.count(), func.sum(Version.id), func.max(Version.number))).one()
    return (*found, written[TABLE])
