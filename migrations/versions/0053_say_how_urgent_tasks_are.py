"""Say how urgent a task is."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0053'
down_revision = '0052'


def upgrade():
    op.create_table('task_priority',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('major', sa.Integer(), nullable=False),
    sa.Column('minor', sa.Integer(), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=False),
    sa.Column('given_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['given_by_id'], ['user.id'], name=op.f('fk_task_priority_given_by_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_task_priority_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_priority')),
    sa.UniqueConstraint('task_id', name=op.f('uq_task_priority_task_id'))
    )


def downgrade():
    op.drop_table('task_priority')
