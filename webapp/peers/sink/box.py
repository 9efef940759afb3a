"""What was sent, on disk: short messages once per key, mails as they came, receipts until they are taken."""

import sqlite3
import threading
import time
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL,
    sign TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS message_recipient ON message (recipient, id);
CREATE TABLE IF NOT EXISTS receipt (
    key TEXT PRIMARY KEY, status TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, done_at REAL);
"""
PAUSES = (1, 5, 30, 120)


class Box:
    """One SQLite file, one thing at a time."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)

    def put(self, channel: str, key: str, recipient: str, text: str, sign: str = "", subject: str = "") -> dict:
        """Keep a message; the same key again is the same message."""
        with self._lock:
            self._db.execute(
                "INSERT INTO message (at, channel, key, recipient, sign, subject, text) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET asked=asked+1",
                (time.time(), channel, key, recipient, sign, subject, text))
            return self._one("SELECT * FROM message WHERE key=?", key)

    def owe_receipt(self, key: str, status: str, after: float) -> None:
        """A delivery receipt to send back, once."""
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO receipt (key, status, due) VALUES (?, ?, ?)",
                             (key, status, time.time() + after))

    def due_receipt(self) -> dict | None:
        """The next receipt whose time has come, with its message."""
        return self._one("SELECT receipt.*, message.id AS message_id FROM receipt JOIN message USING (key)"
                         " WHERE done_at IS NULL AND due<=? ORDER BY due LIMIT 1", time.time())

    def receipt_tried(self, row: dict, taken: bool) -> None:
        """It was taken, or is tried again later; after the last pause it is given up."""
        over = taken or row["tries"] >= len(PAUSES)
        pause = PAUSES[min(row["tries"], len(PAUSES) - 1)]
        with self._lock:
            self._db.execute("UPDATE receipt SET tries=tries+1, done_at=?, due=? WHERE key=?",
                             (time.time() if over else None, time.time() + pause, row["key"]))

    def messages(self, recipient: str = "", limit: int = 200, after: int = 0) -> list[dict]:
        """The latest first; of one telephone or mail address, or after one message, when asked."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM message WHERE id>? AND ? IN ('', recipient) ORDER BY id DESC LIMIT ?",
                                    (after, recipient, limit))
            return [dict(row) for row in rows]

    def _one(self, query: str, *values) -> dict | None:
        with self._lock:
            row = self._db.execute(query, values).fetchone()
        return dict(row) if row else None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()
