"""Link what has been committed into the chains, and sign a root over all of it.

Entries are written unlinked: a chain that is extended by whoever writes would let all writers of a tenant wait for one another.
A worker links them within seconds; until then the database's own guard is what holds.
"""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from engine import clock, config, statements
from engine.audit import keys
from engine.audit.merkle import Tree
from engine.audit.models import AuditAnchor, AuditHead, AuditLink
from engine.audit.sources import SOURCES, Source, content_of, linked
from engine.db import db
from engine.storage import append_line

BATCH, SMALL_BATCH = 500, 50  # rows of a source in one transaction; SQLite has one writer, for whose turn others wait
FIRST = "0" * 64  # what stands before the first link of a chain
SETTLES = timedelta(minutes=3)  # no transaction lasts longer: behind that, nothing with a lower id appears any more
LOOKS_BACK_EVERY = timedelta(seconds=30)
ANCHOR_EVERY = timedelta(hours=1)
SEALER = "sealer"


def seal() -> int:
    """Link up to a batch of each source; returns how many rows. One sealer at a time: others find nothing to do."""
    return sum(_seal(source) for source in SOURCES.values()) if _is_mine() else 0


def _is_mine() -> bool:
    """There is one sealer's row; whoever holds it seals."""
    if db.session.get(AuditHead, SEALER) is None:
        statements.put_new(AuditHead, {"name": SEALER, "number": 0, "hash": "", "next_number": 0, "moved_at": clock.now()})
    query = select(AuditHead).where(AuditHead.name == SEALER).with_for_update(skip_locked=True)
    return db.session.scalar(query.execution_options(populate_existing=True)) is not None


def is_anything_new() -> bool:
    """Is there a row without a link, or is it time to look for late ones? Reads only."""
    return any(_is_anything_new(source) for source in SOURCES.values())


def _is_anything_new(source: Source) -> bool:
    reached = db.session.get(AuditHead, f"reached {source.name}")
    return reached is None or _is_late_due(reached) or db.session.execute(_fresh(source, reached).limit(1)).first() is not None


def _seal(source: Source) -> int:
    reached, links = _reached(source), []
    rows = _late(source, reached) + db.session.execute(_fresh(source, reached).limit(_size())).all()
    for row in rows:
        head = _head(f"chain {row.of_tenant}", FIRST)
        head.number, head.hash = head.number + 1, linked(content_of(row), head.hash)
        links.append({"source": source.name, "row_id": row.id, "tenant": row.of_tenant, "number": head.number, "hash": head.hash})
    statements.add(AuditLink, *links)
    reached.number = max([reached.number, *(row.id for row in rows)])
    db.session.flush()
    return len(rows)


def _size() -> int:
    return SMALL_BATCH if db.engine.dialect.name == "sqlite" else BATCH


def _fresh(source: Source, reached: AuditHead):
    """What has come since: every row with a higher id."""
    return source.rows(source.model.__table__.c.id > reached.number)


def _late(source: Source, reached: AuditHead) -> list:
    """Ids are given before the commit, so a lower one may still appear for a while: looked for now and then, not each time."""
    if not _is_late_due(reached):
        return []
    table, floor = source.model.__table__, _head(f"source {source.name}", "")
    is_linked = select(AuditLink.id).where(AuditLink.source == source.name, AuditLink.row_id == table.c.id).exists()
    among = table.c.id > floor.number, table.c.id <= reached.number, ~is_linked
    rows = db.session.execute(source.rows(*among).limit(_size())).all()
    if len(rows) < _size():  # else there may be more, and the next batch looks again
        reached.moved_at = clock.now()
        _raise_floor(floor, reached.number)
    return rows


def _is_late_due(reached: AuditHead) -> bool:
    return reached.moved_at <= clock.now() - LOOKS_BACK_EVERY


def _reached(source: Source) -> AuditHead:
    """Up to which id rows have been linked, but for late ones."""
    head = _head(f"reached {source.name}", "")
    if not head.number:
        head.number = db.session.scalar(select(func.max(AuditLink.row_id)).where(AuditLink.source == source.name)) or 0
    return head


def _head(name: str, first: str) -> AuditHead:
    head = db.session.get(AuditHead, name)
    if head is None:
        head = AuditHead(name=name, number=0, hash=first, next_number=0, moved_at=clock.now())
        db.session.add(head)
    return head


def _raise_floor(floor: AuditHead, reached: int) -> None:
    """Behind what was reached so long ago that no transaction of then is still open, nobody looks again."""
    if floor.moved_at <= clock.now() - SETTLES:
        floor.number, floor.next_number, floor.moved_at = floor.next_number, max(reached, floor.next_number), clock.now()


def is_anchor_due() -> bool:
    """Is the last anchor an hour old, or is there none?"""
    last = _last()
    return last is None or last.made_at <= clock.now() - ANCHOR_EVERY


def anchor() -> AuditAnchor | None:
    """Sign the root over all links; None when nothing was linked since the last one, or somebody else is at it."""
    if not _is_mine():
        return None
    last = _last()
    tree, reached = (Tree.of(last.peaks), last.last_link_id) if last else (Tree(), 0)
    while rows := db.session.execute(
            select(AuditLink.id, AuditLink.hash).where(AuditLink.id > reached).order_by(AuditLink.id).limit(BATCH)).all():
        for _id, text in rows:
            tree.add(bytes.fromhex(text))
        reached = rows[-1].id
    if reached == (last.last_link_id if last else 0):
        return None
    made = AuditAnchor(made_at=clock.now(), leaves=tree.leaves, last_link_id=reached, root=tree.root(), peaks=tree.kept(),
                       key_id=keys.key_id(), signature="")
    made.signature = keys.sign(said(made))
    db.session.add(made)
    db.session.flush()
    return made


def _last() -> AuditAnchor | None:
    return db.session.scalar(select(AuditAnchor).order_by(AuditAnchor.id.desc()).limit(1))


def said(made: AuditAnchor) -> bytes:
    """What the signature is over."""
    told = {"leaves": made.leaves, "root": made.root, "made_at": made.made_at.isoformat(), "key_id": made.key_id}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def copies() -> Path:
    """The file outside the database that has every anchor."""
    settings = config.current()
    return Path(settings.audit_anchors) if settings.audit_anchors else settings.data / "audit-anchors.jsonl"


def as_line(made: AuditAnchor) -> str:
    """An anchor as one line of JSON, to be kept anywhere."""
    return json.dumps({**json.loads(said(made)), "signature": made.signature}, sort_keys=True)


def publish() -> int:
    """Put those anchors outside the database that have no copy there; returns how many."""
    place = copies()
    lines = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
    there = {json.loads(line)["leaves"] for line in lines if line.strip()}
    missing = [made for made in db.session.scalars(select(AuditAnchor).order_by(AuditAnchor.id)) if made.leaves not in there]
    for made in missing:
        append_line(place, as_line(made))
    return len(missing)
