"""Encrypt why somebody did what the audit tells of; its rows stay as they were written, but for the key that encrypts them."""

import sqlalchemy as sa
from alembic import op

from engine.encryption.values import decrypt, encrypt

revision = '0089'
down_revision = '0088'

BATCH = 500
PLACE = 'audit_entry.purpose'
OTHERS = 'id, at, tenant, actor_kind, actor_id, action, object_type, object_id, case_id, outcome, detail, address_hash, trace_id'
# a value begins with its form and the id of its key: only another key may write it anew; the chain tells whether it says the same
SAME_KEY = "length(OLD.purpose) = 0 OR length(NEW.purpose) = 0 OR substr(OLD.purpose, 2, 4) = substr(NEW.purpose, 2, 4)"


def upgrade():
    _unguard()
    _change(('BYTEA', "BLOB NOT NULL DEFAULT X''"), sa.Text(), sa.LargeBinary(),
            lambda value: encrypt(value.encode(), PLACE) if value else b'')
    if _on_sqlite():
        op.execute(f"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE OF {OTHERS} ON audit_entry "
                   "BEGIN SELECT RAISE(ABORT, 'audit_entry is append only'); END")
        op.execute(f"CREATE TRIGGER audit_entry_no_new_purpose BEFORE UPDATE OF purpose ON audit_entry WHEN {SAME_KEY} "
                   "BEGIN SELECT RAISE(ABORT, 'audit_entry is append only'); END")
    else:
        op.execute(f"CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OF {OTHERS} OR DELETE OR TRUNCATE ON audit_entry "
                   "FOR EACH STATEMENT EXECUTE FUNCTION append_only()")
        op.execute(f"CREATE TRIGGER audit_entry_no_new_purpose BEFORE UPDATE OF purpose ON audit_entry FOR EACH ROW WHEN ({SAME_KEY}) "
                   "EXECUTE FUNCTION append_only()")


def downgrade():
    """Readable again, with the keys in force."""
    _unguard()
    op.execute('DROP TRIGGER audit_entry_no_new_purpose' + ('' if _on_sqlite() else ' ON audit_entry'))
    _change(('TEXT', "TEXT NOT NULL DEFAULT ''"), sa.LargeBinary(), sa.Text(),
            lambda value: decrypt(bytes(value), PLACE).decode() if value else '')
    if _on_sqlite():
        op.execute("CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
                   "BEGIN SELECT RAISE(ABORT, 'audit_entry is append only'); END")
    else:
        op.execute("CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
                   "FOR EACH STATEMENT EXECUTE FUNCTION append_only()")


def _on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def _unguard():
    op.execute('DROP TRIGGER audit_entry_no_update' if _on_sqlite() else 'DROP TRIGGER audit_entry_append_only ON audit_entry')


def _change(kinds, before, after, changed):
    """By plain statements, as 0039: to write a SQLite table anew would take long, and lose what stands about its indexes."""
    op.execute(f'ALTER TABLE audit_entry ADD COLUMN purpose_anew {kinds[_on_sqlite()]}')
    old = sa.table('audit_entry', sa.column('id'), sa.column('purpose', before))
    new = sa.table('audit_entry', sa.column('id'), sa.column('purpose_anew', after))
    change = sa.update(new).where(new.c.id == sa.bindparam('of_id')).values(purpose_anew=sa.bindparam('anew'))
    last, connection = 0, op.get_bind()
    while rows := connection.execute(sa.select(old).where(old.c.id > last).order_by(old.c.id).limit(BATCH)).all():
        connection.execute(change, [{'of_id': row.id, 'anew': changed(row.purpose)} for row in rows])
        last = rows[-1].id
    op.execute('ALTER TABLE audit_entry DROP COLUMN purpose')
    op.execute('ALTER TABLE audit_entry RENAME COLUMN purpose_anew TO purpose')
    if not _on_sqlite():
        op.execute('ALTER TABLE audit_entry ALTER COLUMN purpose SET NOT NULL')
