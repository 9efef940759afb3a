"""Keep why a task was handed on or given back: said by colleagues to colleagues, so it stands neither in the trace nor in the
audit alone."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0093'
down_revision = '0092'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
KEYS = {'task_id': 'user_task', 'by_id': 'user', 'to_id': 'user'}


def upgrade():
    op.create_table('task_handover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('to_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    *[sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_task_handover_{column}')) for column, table in KEYS.items()],
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_handover'))
    )
    with op.batch_alter_table('task_handover', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_handover_task_id'), ['task_id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':  # the net of 0041 and 0057
        op.execute(f'CREATE POLICY net ON task_handover USING ({OFF} OR EXISTS '
                   '(SELECT 1 FROM user_task WHERE user_task.id = task_handover.task_id)) WITH CHECK (true)')
        op.execute('ALTER TABLE task_handover ENABLE ROW LEVEL SECURITY')


def downgrade():
    op.drop_table('task_handover')
