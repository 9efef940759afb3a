"""Let the database refuse to change or remove what was signed: signatures, what signers saw, and agreements in effect.

What is encrypted of an agreement may be written anew with another key; which document it is, under which hash and since when it
is in effect may not.
"""

from alembic import op

revision = '0072'
down_revision = '0071'

KEPT = {  # table → the state from which on, columns that stay
    'document': ("OLD.frozen_sha256 <> ''", ('frozen_sha256', 'case_id', 'check_code')),
    'agreement': ('OLD.effective_at IS NOT NULL', ('frozen_sha256', 'document_id', 'case_id', 'effective_at')),
}


def upgrade():
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            _refuse('signature', verb, '1')
        for table, (is_so, columns) in KEPT.items():
            changed = ' OR '.join(f'NEW.{column} IS NOT OLD.{column}' for column in columns)
            _refuse(table, 'UPDATE', f'{is_so} AND ({changed})')
            _refuse(table, 'DELETE', is_so)
        return
    op.execute("CREATE OR REPLACE FUNCTION stays_signed() RETURNS trigger LANGUAGE plpgsql AS "
               "$$ BEGIN RAISE EXCEPTION '% is signed: it stays', TG_TABLE_NAME; END $$")
    op.execute('CREATE TRIGGER signature_stays BEFORE UPDATE OR DELETE ON signature FOR EACH ROW EXECUTE FUNCTION stays_signed()')
    for table, (is_so, columns) in KEPT.items():
        changed = ' OR '.join(f'NEW.{column} IS DISTINCT FROM OLD.{column}' for column in columns)
        op.execute(f'CREATE TRIGGER {table}_stays_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({is_so} AND ({changed})) '
                   'EXECUTE FUNCTION stays_signed()')
        op.execute(f'CREATE TRIGGER {table}_stays_delete BEFORE DELETE ON {table} FOR EACH ROW WHEN ({is_so}) '
                   'EXECUTE FUNCTION stays_signed()')


def _refuse(table, verb, when):
    op.execute(f"CREATE TRIGGER {table}_stays_{verb.lower()} BEFORE {verb} ON {table} WHEN {when} "
               f"BEGIN SELECT RAISE(ABORT, '{table} is signed: it stays'); END")


def downgrade():
    names = [f'{table}_stays_{verb}' for table in KEPT for verb in ('update', 'delete')]
    if op.get_bind().dialect.name == 'sqlite':
        for name in (*names, 'signature_stays_update', 'signature_stays_delete'):
            op.execute(f'DROP TRIGGER {name}')
        return
    for name in names:
        op.execute(f"DROP TRIGGER {name} ON {name.partition('_')[0]}")
    op.execute('DROP TRIGGER signature_stays ON signature')
    op.execute('DROP FUNCTION stays_signed()')
