"""Encrypt what the trace says in words; its rows stay as they were written, but for the key that encrypts them."""

import sqlalchemy as sa
from alembic import op

from engine.encryption.values import decrypt, encrypt

revision = '0085'
down_revision = '0084'

BATCH = 500
PLACE = 'trace_entry.note'
OTHERS = 'id, instance_id, case_id, element, token, event, actor, at, detail'
# a value begins with its form and the id of its key: only another key may write it anew; the chain tells whether it says the same
SAME_KEY = "length(OLD.note) = 0 OR length(NEW.note) = 0 OR substr(OLD.note, 2, 4) = substr(NEW.note, 2, 4)"


def upgrade():
    _unguard()
    _change(('BYTEA', "BLOB NOT NULL DEFAULT X''"), sa.Text(), sa.LargeBinary(),
            lambda value: encrypt(value.encode(), PLACE) if value else b'')
    if _on_sqlite():
        op.execute(f"CREATE TRIGGER trace_entry_no_update BEFORE UPDATE OF {OTHERS} ON trace_entry "
                   "BEGIN SELECT RAISE(ABORT, 'trace_entry is append only'); END")
        op.execute(f"CREATE TRIGGER trace_entry_no_new_note BEFORE UPDATE OF note ON trace_entry WHEN {SAME_KEY} "
                   "BEGIN SELECT RAISE(ABORT, 'trace_entry is append only'); END")
    else:
        op.execute(f"CREATE TRIGGER trace_entry_append_only BEFORE UPDATE OF {OTHERS} OR DELETE OR TRUNCATE ON trace_entry "
                   "FOR EACH STATEMENT EXECUTE FUNCTION append_only()")
        op.execute(f"CREATE TRIGGER trace_entry_no_new_note BEFORE UPDATE OF note ON trace_entry FOR EACH ROW WHEN ({SAME_KEY}) "
                   "EXECUTE FUNCTION append_only()")


def downgrade():
    """Readable again, with the keys in force."""
    _unguard()
    op.execute('DROP TRIGGER trace_entry_no_new_note' + ('' if _on_sqlite() else ' ON trace_entry'))
    _change(('TEXT', "TEXT NOT NULL DEFAULT ''"), sa.LargeBinary(), sa.Text(),
            lambda value: decrypt(bytes(value), PLACE).decode() if value else '')
    if _on_sqlite():
        op.execute("CREATE TRIGGER trace_entry_no_update BEFORE UPDATE ON trace_entry "
                   "BEGIN SELECT RAISE(ABORT, 'trace_entry is append only'); END")
    else:
        op.execute("CREATE TRIGGER trace_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trace_entry "
                   "FOR EACH STATEMENT EXECUTE FUNCTION append_only()")


def _on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def _unguard():
    op.execute('DROP TRIGGER trace_entry_no_update' if _on_sqlite() else 'DROP TRIGGER trace_entry_append_only ON trace_entry')


def _change(kinds, before, after, changed):
    """By plain statements, as 0039: to write a SQLite table anew would take long, and lose what stands about its indexes."""
    op.execute(f'ALTER TABLE trace_entry ADD COLUMN note_anew {kinds[_on_sqlite()]}')
    old = sa.table('trace_entry', sa.column('id'), sa.column('note', before))
    new = sa.table('trace_entry', sa.column('id'), sa.column('note_anew', after))
    change = sa.update(new).where(new.c.id == sa.bindparam('of_id')).values(note_anew=sa.bindparam('anew'))
    last, connection = 0, op.get_bind()
    while rows := connection.execute(sa.select(old).where(old.c.id > last).order_by(old.c.id).limit(BATCH)).all():
        connection.execute(change, [{'of_id': row.id, 'anew': changed(row.note)} for row in rows])
        last = rows[-1].id
    op.execute('ALTER TABLE trace_entry DROP COLUMN note')
    op.execute('ALTER TABLE trace_entry RENAME COLUMN note_anew TO note')
    if not _on_sqlite():
        op.execute('ALTER TABLE trace_entry ALTER COLUMN note SET NOT NULL')
