"""The simulator's memory on disk: what came in, what is to be sent, what was answered. A restart forgets nothing."""

import json
import re
import sqlite3
import threading
import time
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS callback (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, court TEXT NOT NULL, webhook_id TEXT NOT NULL, type TEXT NOT NULL,
    case_number TEXT NOT NULL, body TEXT NOT NULL, is_signed INTEGER NOT NULL, is_duplicate INTEGER NOT NULL,
    is_in_order INTEGER NOT NULL, answered INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS callback_known ON callback (court, webhook_id);
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY, due REAL NOT NULL, court TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE, body TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, answer INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL DEFAULT '', done_at REAL);
CREATE TABLE IF NOT EXISTS number (series TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""
SEQUENCE = re.compile(r"(\d+)$")


TAKEN = "is_signed AND answered<300"
COUNT_CALLBACKS = """
    SELECT count(*) AS callbacks, coalesce(sum(NOT is_signed), 0) AS badly_signed, coalesce(sum(is_duplicate), 0) AS duplicates,
        coalesce(sum(NOT is_in_order), 0) AS out_of_order, count(DISTINCT case_number) AS cases FROM callback"""
COUNT_SENT = """
    SELECT count(*) AS sent, coalesce(sum(answer BETWEEN 200 AND 299), 0) AS taken FROM outgoing WHERE done_at NOT NULL"""


class Ledger:
    """One SQLite file, one connection, one thing at a time."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def take(self, court: str, webhook_id: str, told: dict, is_signed: bool, answered: int) -> dict:
        """Write a callback down; says whether it is the first of its id, and whether it came in order for its case."""
        case = str(told.get("case") or "")
        with self._lock:
            duplicate = self._one(f"SELECT 1 FROM callback WHERE court=? AND webhook_id=? AND {TAKEN}", court, webhook_id)
            order = duplicate is not None or self._is_next(court, case, webhook_id)
            self._db.execute(
                "INSERT INTO callback (at, court, webhook_id, type, case_number, body, is_signed, is_duplicate, is_in_order,"
                " answered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (time.time(), court, webhook_id, str(told.get("type") or ""), case, json.dumps(told, ensure_ascii=False),
                 is_signed, duplicate is not None, order, answered))
        return {"is_first": duplicate is None, "is_in_order": order}

    def _is_next(self, court: str, case: str, webhook_id: str) -> bool:
        """Ids of one case grow: a smaller one after a greater was overtaken."""
        rows = self._all(f"SELECT webhook_id FROM callback WHERE court=? AND case_number=? AND {TAKEN}", court, case)
        return all(_sequence(row["webhook_id"]) <= _sequence(webhook_id) for row in rows)

    def send(self, court: str, kind: str, path: str, key: str, body: dict, after: float = 0) -> None:
        """Something to be sent, once under its key."""
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO outgoing (due, court, kind, path, key, body) VALUES (?, ?, ?, ?, ?, ?)",
                             (time.time() + after, court, kind, path, key, json.dumps(body, ensure_ascii=False)))

    def due(self) -> dict | None:
        """The next thing to send, if its time has come."""
        return self._one("SELECT * FROM outgoing WHERE done_at IS NULL AND due<=? ORDER BY due, id LIMIT 1", time.time())

    def answered(self, row: dict, status: int, text: str, again_after: float | None) -> None:
        """What we were answered; with a pause it is sent again."""
        done = None if again_after is not None else time.time()
        with self._lock:
            self._db.execute("UPDATE outgoing SET tries=tries+1, answer=?, text=?, done_at=?, due=? WHERE id=?",
                             (status, text[:2000], done, time.time() + (again_after or 0), row["id"]))

    def next_number(self, series: str) -> int:
        """The next number of one of the courts' series."""
        with self._lock:
            self._db.execute("INSERT INTO number VALUES (?, 1) ON CONFLICT (series) DO UPDATE SET last=last+1", (series,))
            return self._one("SELECT last FROM number WHERE series=?", series)["last"]

    def sent_referrals(self) -> int:
        """How many of the file's referrals have been given out."""
        return self._one("SELECT count(*) AS n FROM outgoing WHERE kind='referral'")["n"]

    def callbacks(self, limit: int = 200) -> list[dict]:
        """The latest callbacks first."""
        return self._all("SELECT * FROM callback ORDER BY id DESC LIMIT ?", limit)

    def outgoing(self, limit: int = 200) -> list[dict]:
        """What was or will be sent, latest first."""
        return self._all("SELECT * FROM outgoing ORDER BY id DESC LIMIT ?", limit)

    def sums(self) -> dict:
        """The numbers a checker asks for."""
        waiting = self._one("SELECT count(*) AS waiting FROM outgoing WHERE done_at IS NULL")
        return {**self._one(COUNT_CALLBACKS), **waiting, **self._one(COUNT_SENT)}

    def _one(self, query: str, *values) -> dict | None:
        with self._lock:
            row = self._db.execute(query, values).fetchone()
        return dict(row) if row else None

    def _all(self, query: str, *values) -> list[dict]:
        with self._lock:
            return [dict(row) for row in self._db.execute(query, values)]


def _sequence(webhook_id: str) -> int:
    found = SEQUENCE.search(webhook_id)
    return int(found.group(1)) if found else 0
