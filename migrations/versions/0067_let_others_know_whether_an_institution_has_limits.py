"""Let others know whether an institution has limits: what is asked of its side depends on it (PostgreSQL)."""

from alembic import op

revision = '0067'
down_revision = '0066'

BODIES = "(SELECT string_to_array(nullif(current_setting('sutiao.bodies', true), ''), ',')::int[])"
OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"


def upgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE authority_limit DISABLE ROW LEVEL SECURITY')
        op.execute('DROP POLICY net ON authority_limit')


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'CREATE POLICY net ON authority_limit USING ({OFF} OR institution_id = ANY ({BODIES}::int[])) WITH CHECK (true)')
        op.execute('ALTER TABLE authority_limit ENABLE ROW LEVEL SECURITY')
