"""Keep who asked that a mediator who was struck off or dismissed comes back, and who decided it."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0082'
down_revision = '0081'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
BODIES = "(SELECT string_to_array(nullif(current_setting('sutiao.bodies', true), ''), ',')::int[])"
KEYS = {'user_id': 'user', 'organisation_id': 'body', 'court_id': 'body', 'asked_by_id': 'user', 'decided_by_id': 'user'}
INDEXED = ('user_id', 'organisation_id', 'court_id')


def upgrade():
    op.create_table('reinstatement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('court_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('is_granted', sa.Boolean(), nullable=False),
    sa.Column('decision', sa.LargeBinary(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    *[sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_reinstatement_{column}')) for column, table in KEYS.items()],
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reinstatement'))
    )
    with op.batch_alter_table('reinstatement', schema=None) as batch_op:
        for column in INDEXED:
            batch_op.create_index(batch_op.f(f'ix_reinstatement_{column}'), [column], unique=False)
    if op.get_bind().dialect.name == 'postgresql':  # the net of 0041
        op.execute(f'CREATE POLICY net ON reinstatement USING ({OFF} OR court_id = ANY ({BODIES}::int[]) '
                   f'OR organisation_id = ANY ({BODIES}::int[])) WITH CHECK (true)')
        op.execute('ALTER TABLE reinstatement ENABLE ROW LEVEL SECURITY')


def downgrade():
    op.drop_table('reinstatement')
