"""Let people watch tasks and put them aside."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0034'
down_revision = '0033'


def upgrade():
    op.create_table('task_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('until', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_task_mark_task_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_task_mark_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_mark')),
    sa.UniqueConstraint('user_id', 'kind', 'task_id', name=op.f('uq_task_mark_user_id_kind_task_id'))
    )
    with op.batch_alter_table('task_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_mark_task_id'), ['task_id'], unique=False)


def downgrade():
    op.drop_table('task_mark')
