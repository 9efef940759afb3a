"""Say how many open tasks somebody holds at most."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0047'
down_revision = '0046'


def upgrade():
    op.create_table('task_cap',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['user.id'], name=op.f('fk_task_cap_set_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_task_cap_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_task_cap'))
    )


def downgrade():
    op.drop_table('task_cap')
