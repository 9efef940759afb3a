"""Do something with all tasks of a list, one after another; each under the net of its task (0041)."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json, Moment

revision = '0063'
down_revision = '0062'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"


def upgrade():
    op.create_table('task_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=16), nullable=False),
    sa.Column('told', Json, nullable=False),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['undoes_id'], ['task_batch.id'], name=op.f('fk_task_batch_undoes_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_task_batch_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_batch'))
    )
    for column in ('status', 'undoes_id', 'user_id'):
        op.create_index(op.f(f'ix_task_batch_{column}'), 'task_batch', [column])
    op.create_table('task_batch_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('state', Json, nullable=False),
    sa.Column('why', Json, nullable=False),
    sa.Column('settled_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['task_batch.id'], name=op.f('fk_task_batch_item_batch_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_task_batch_item_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_batch_item')),
    sa.UniqueConstraint('batch_id', 'task_id', name=op.f('uq_task_batch_item_batch_id_task_id'))
    )
    op.create_index('ix_task_batch_item_status', 'task_batch_item', ['batch_id', 'status', 'id'])
    op.create_index(op.f('ix_task_batch_item_task_id'), 'task_batch_item', ['task_id'])
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'CREATE POLICY net ON task_batch_item USING ({OFF} OR EXISTS '
                   '(SELECT 1 FROM user_task WHERE user_task.id = task_batch_item.task_id)) WITH CHECK (true)')
        op.execute('ALTER TABLE task_batch_item ENABLE ROW LEVEL SECURITY')


def downgrade():
    op.drop_table('task_batch_item')
    op.drop_table('task_batch')
