"""Recompute every hash, every chain and every root, and say what does not agree."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.audit import keys, sealing
from engine.audit.merkle import Tree
from engine.audit.models import AuditAnchor, AuditLink
from engine.audit.sources import SOURCES, content_of, linked
from engine.db import db

BATCH = 2000
LATE = timedelta(minutes=10)  # what is not linked by then, nobody links
UNSEALED_SHOWN = 100


@dataclass
class Found:
    """What a check saw, and what was wrong: (kind, where)."""

    links: int = 0
    anchors: int = 0
    copies: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.faults


def check(copied: list[str] | None = None, publics: list[str] | None = None) -> Found:
    """Everything, against the anchors in the database and those kept elsewhere (`copied`: lines of JSON).

    `publics` are the public keys that anchors may be signed with (base64); by default the one in use.

    Faults: `row_changed`, `row_missing`, `number_missing`, `anchor_differs`, `anchor_unsigned`, `not_sealed`, and
    for copies `copy_differs`, `copy_unsigned`, `copy_beyond` (links were cut off since).
    """
    found, known = Found(), {keys.key_id_of(each): each for each in publics or [keys.public_key()]}
    roots = _Roots(found, known, _read(copied or [], found, known))
    ends: dict[int, tuple[int, str]] = {}
    for links in _batches():
        rows = _rows(links)
        for link in links:
            _check_link(found, ends, link, rows.get((link.source, link.row_id)))
            roots.pass_by(link)
    roots.finish()
    _look_for_unsealed(found)
    return found


def _batches() -> Iterator[list[AuditLink]]:
    reached = 0
    while links := db.session.execute(select(AuditLink.__table__).where(
            AuditLink.id > reached).order_by(AuditLink.id).limit(BATCH)).all():
        yield links
        reached = links[-1].id


def _rows(links) -> dict:
    return {(name, row.id): row for name, source in SOURCES.items()
            for row in db.session.execute(source.rows(source.model.__table__.c.id.in_(
                [link.row_id for link in links if link.source == name])))}


def _check_link(found: Found, ends: dict, link, row) -> None:
    number, before = ends.get(link.tenant, (0, sealing.FIRST))
    where = f"{link.source} {link.row_id}"
    if link.number != number + 1:
        found.faults.append(("number_missing", f"tenant {link.tenant}: {number + 1}"))
    if row is None:
        found.faults.append(("row_missing", where))
    elif linked(content_of(row), before) != link.hash:
        found.faults.append(("row_changed", where))
    ends[link.tenant] = (link.number, link.hash)
    found.links += 1


class _Roots:
    """The tree as it grows, compared with each anchor it passes."""

    def __init__(self, found: Found, known: dict[str, str], copied: dict[int, dict]):
        self.found, self.known, self.copied, self.tree = found, known, copied, Tree()
        self.anchors = {each.last_link_id: each for each in db.session.scalars(select(AuditAnchor).order_by(AuditAnchor.id))}

    def pass_by(self, link) -> None:
        self.tree.add(bytes.fromhex(link.hash))
        anchor = self.anchors.pop(link.id, None)
        if anchor is not None:
            self._compare(anchor)
        told = self.copied.pop(self.tree.leaves, None)
        if told is not None:
            self.found.copies += 1
            if told["root"] != self.tree.root():
                self.found.faults.append(("copy_differs", told["made_at"]))

    def _compare(self, anchor: AuditAnchor) -> None:
        self.found.anchors += 1
        if (anchor.leaves, anchor.root) != (self.tree.leaves, self.tree.root()):
            self.found.faults.append(("anchor_differs", f"anchor {anchor.id}"))
        if not _is_signed(self.known, anchor.key_id, sealing.said(anchor), anchor.signature):
            self.found.faults.append(("anchor_unsigned", f"anchor {anchor.id}"))

    def finish(self) -> None:
        """Whatever anchor was not passed is over links that are gone."""
        self.found.faults += [("anchor_differs", f"anchor {anchor.id}") for anchor in self.anchors.values()]
        self.found.faults += [("copy_beyond", told["made_at"]) for told in self.copied.values()]


def _is_signed(known: dict[str, str], key_id: str, content: bytes, signature: str) -> bool:
    return key_id in known and keys.is_signed(content, signature, known[key_id])


def _read(lines: list[str], found: Found, known: dict[str, str]) -> dict[int, dict]:
    copied = {}
    for line in filter(str.strip, lines):
        told = json.loads(line)
        signature = told.pop("signature", "")
        content = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
        if not _is_signed(known, told["key_id"], content, signature):
            found.faults.append(("copy_unsigned", told["made_at"]))
        copied[told["leaves"]] = told
    return copied


def _look_for_unsealed(found: Found) -> None:
    """What has no link although the sealer should long have come by: it was smuggled in, or no worker runs."""
    since = clock.now() - LATE
    for name, source in SOURCES.items():
        table = source.model.__table__
        is_linked = select(AuditLink.id).where(AuditLink.source == name, AuditLink.row_id == table.c.id).exists()
        late = select(table.c.id).where(table.c.at < since, ~is_linked).order_by(table.c.id).limit(UNSEALED_SHOWN)
        found.faults += [("not_sealed", f"{name} {row_id}") for row_id in db.session.scalars(late)]
