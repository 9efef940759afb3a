"""Entries are linked and anchored; whoever changes, removes, smuggles in or cuts off anything is found out."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine import clock
from engine.access.actor import SYSTEM, Actor
from engine.audit import checking, keys, notes, sealing
from engine.audit.merkle import EMPTY, Tree, leaf_hash, node_hash
from engine.audit.models import AuditAnchor, AuditEntry, AuditLink
from engine.db import db, transaction
from engine.workflow import trace
from tests import factories
from workers import audit

pytestmark = pytest.mark.db


@pytest.fixture
def sealed(app):
    """Entries of two tenants and of the trace, linked and anchored."""
    with transaction():
        case = factories.case()
        for number in range(5):
            notes.note(Actor("user", "Li", user_id=1, body_id=number % 2 or None), "case.read", "case", case.id, case_id=case.id)
            trace.write(None, "moved", "Li", case_id=case.id)
    audit.seal()
    audit.anchor()


def checked(**options) -> checking.Found:
    with transaction(write=False):
        return checking.check(**options)


def copies() -> list[str]:
    return sealing.copies().read_text().splitlines()


def tamper(statement: str) -> None:
    with transaction():
        db.session.execute(text(statement))


@pytest.fixture(autouse=True)
def no_copies_before(app):
    sealing.copies().unlink(missing_ok=True)


def test_a_root_is_that_of_the_standard():
    tree, leaves = Tree(), [bytes([number]) for number in range(5)]
    assert tree.root() == EMPTY
    for leaf in leaves:
        tree.add(leaf)
    one, two, three, four, five = map(leaf_hash, leaves)
    assert tree.root() == node_hash(node_hash(node_hash(one, two), node_hash(three, four)), five).hex()
    assert Tree.of(json.loads(json.dumps(tree.kept()))).root() == tree.root() and tree.leaves == 5


def test_every_row_is_linked_once_in_the_chain_of_its_tenant(sealed):
    with transaction(write=False):
        links = [(link.source, link.row_id, link.tenant, link.number) for link in db.session.scalars(
            select(AuditLink).order_by(AuditLink.tenant, AuditLink.number))]
        organisation = db.session.scalar(text('SELECT coalesce(organisation_id, 0) FROM "case"')) or 0
    assert organisation == 0
    assert links == [("audit", 1, 0, 1), ("audit", 3, 0, 2), ("audit", 5, 0, 3), *(("trace", n, 0, n + 3) for n in range(1, 6)),
                     ("audit", 2, 1, 1), ("audit", 4, 1, 2)]
    assert audit.seal() == 0 and audit.anchor() is False
    found = checked(copied=copies())
    assert (found.links, found.anchors, found.copies, found.faults) == (10, 1, 1, [])


def test_chains_and_roots_go_on_where_they_ended(sealed):
    for _hour in range(3):
        with transaction():
            notes.note(SYSTEM, "night.passed")
        clock.move(timedelta(hours=1))
        audit.seal()
        assert audit.anchor() is True
    found = checked(copied=copies())
    assert (found.links, found.anchors, found.copies, found.faults) == (13, 4, 4, [])


def test_a_row_that_was_committed_late_is_linked_all_the_same(sealed):
    """Ids are given before the commit: a lower one may appear after a higher one was linked."""
    for _moment in range(3):
        clock.move(timedelta(minutes=2))
        with transaction():
            notes.note(SYSTEM, "tick")
        audit.seal()
    for late in (20, 19):
        with transaction():
            db.session.execute(AuditEntry.__table__.insert().values(
                id=late, actor_kind="system", action="late", at=clock.now()))
        audit.seal()
    clock.move(sealing.LOOKS_BACK_EVERY)
    audit.seal()
    assert checked().links == 15 and checked().is_sound


@pytest.mark.parametrize("statement, kind, where", [
    ("UPDATE audit_entry SET actor_id = 2 WHERE id = 3", "row_changed", "audit 3"),
    ("UPDATE audit_entry SET purpose = 'official' WHERE id = 3", "row_changed", "audit 3"),
    ("UPDATE trace_entry SET note = 'nothing' WHERE id = 2", "row_changed", "trace 2"),
    ("DELETE FROM audit_entry WHERE id = 3", "row_missing", "audit 3"),
    ("DELETE FROM audit_link WHERE source = 'audit' AND row_id = 3", "number_missing", "tenant 0: 2"),
    ("UPDATE audit_link SET hash = '" + "0" * 64 + "' WHERE source = 'trace' AND row_id = 5", "row_changed", "trace 5"),
    ("UPDATE audit_anchor SET root = '" + "0" * 64 + "'", "anchor_differs", "anchor 1"),
    ("UPDATE audit_anchor SET signature = 'AAAA'", "anchor_unsigned", "anchor 1"),
    ("UPDATE audit_anchor SET key_id = 'other'", "anchor_unsigned", "anchor 1"),
])
def test_whoever_changes_anything_is_found_out(sealed, statement, kind, where):
    tamper(statement)
    assert (kind, where) in checked().faults


def test_the_owner_of_the_database_who_rewrites_everything_is_found_out_by_the_copy(sealed):
    before = copies()
    for table in ("audit_link", "audit_anchor", "audit_head"):
        tamper(f"DELETE FROM {table}")
    tamper("UPDATE audit_entry SET actor_id = 2 WHERE id = 3")
    audit.seal()
    audit.anchor()
    assert checked().is_sound  # by itself the database tells a consistent story
    assert [kind for kind, _where in checked(copied=before).faults] == ["copy_differs"]


def test_what_was_cut_off_since_is_found_out_by_the_copy(sealed):
    with transaction():
        notes.note(SYSTEM, "last")
    clock.move(timedelta(hours=1))
    audit.seal()
    audit.anchor()
    last = max(json.loads(line)["leaves"] for line in copies())
    tamper("DELETE FROM audit_anchor WHERE id = 2")
    tamper("DELETE FROM audit_link WHERE id = (SELECT max(id) FROM audit_link)")
    tamper("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)")
    assert last == 11 and "copy_beyond" in [kind for kind, _where in checked(copied=copies()).faults]


def test_a_copy_that_was_changed_is_not_believed(sealed):
    changed = [line.replace('"leaves": 10', '"leaves": 9') for line in copies()]
    assert "copy_unsigned" in [kind for kind, _where in checked(copied=changed).faults]


def test_an_anchor_of_another_key_is_believed_only_if_that_key_is_named(sealed, tmp_path, settings, monkeypatch):
    former = keys.public_key()
    monkeypatch.setattr(keys, "_path", lambda: tmp_path / "other.key")
    assert [kind for kind, _where in checked().faults] == ["anchor_unsigned"]
    assert checked(publics=[keys.public_key(), former]).is_sound


def test_what_nobody_linked_in_time_is_told(sealed):
    with transaction():
        notes.note(SYSTEM, "smuggled")
    assert checked().is_sound
    clock.move(timedelta(minutes=11))
    assert checked().faults == [("not_sealed", "audit 6")]


def test_an_anchor_that_was_not_copied_before_a_crash_is_copied_by_the_next_one(sealed):
    sealing.copies().unlink()
    assert audit.anchor() is False
    with transaction(write=False):
        assert len(copies()) == db.session.query(AuditAnchor).count() == 1


def test_what_is_undone_leaves_no_entry(app):
    with pytest.raises(ZeroDivisionError), transaction():
        notes.note(SYSTEM, "half")
        raise ZeroDivisionError
    with transaction(write=False):
        assert db.session.query(AuditEntry).count() == 0
