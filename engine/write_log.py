"""SQLite's log of what was written lately (write-ahead log) is emptied when it has grown long.

SQLite does so by itself only at a moment at which nobody reads. A busy system has no such moment: the log grows, and reading
becomes slower with it.
"""

import logging
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import Engine

from engine.write_turn import turn

log = logging.getLogger(__name__)

LONG = 32 * 2**20  # bytes; SQLite takes its pages over into the file from about 4 MB on
TOO_LONG = 200 * 2**20
PATIENCE_MS = 1000  # for those to end who read what was there before


def size(engine: Engine) -> int:
    """Bytes of the log; 0 for a database that has none of this kind."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return 0
    with suppress(FileNotFoundError):
        return Path(f"{engine.url.database}-wal").stat().st_size
    return 0


def shorten(engine: Engine) -> bool:
    """Empty a log that has grown long, while nobody writes: only those who read already are waited for. False when one of them
    reads too long; the log is emptied another time then."""
    if size(engine) < LONG:
        return False
    with turn(engine, behind=True), closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
    if is_busy and size(engine) > TOO_LONG:
        log.warning("the write-ahead log cannot be emptied: somebody reads for very long")
    return not is_busy
