"""Let a link between cases name both, so that either is named to people who may not read it."""

import sqlalchemy as sa
from alembic import op

revision = '0073'
down_revision = '0072'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
OF_ONE = 'EXISTS (SELECT 1 FROM "case" WHERE "case".id = case_link.case_id)'
OF_EITHER = 'EXISTS (SELECT 1 FROM "case" WHERE "case".id IN (case_link.case_id, case_link.other_id))'


def upgrade():
    for column, key in (('number', 'case_id'), ('other_number', 'other_id')):
        op.add_column('case_link', sa.Column(column, sa.String(length=64), nullable=False, server_default=''))
        op.execute(f'UPDATE case_link SET {column} = (SELECT "case".number FROM "case" WHERE "case".id = case_link.{key})')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'ALTER POLICY net ON case_link USING ({OFF} OR {OF_EITHER})')


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'ALTER POLICY net ON case_link USING ({OFF} OR case_id IS NULL OR {OF_ONE})')
    for column in ('other_number', 'number'):
        op.drop_column('case_link', column)
