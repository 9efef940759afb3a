"""Let people keep lists of tasks under a name, for themselves or their team."""

import sqlalchemy as sa
from alembic import op
from engine.db import Json, Moment

revision = '0043'
down_revision = '0042'


def upgrade():
    op.create_table('task_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('asked', Json, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_task_view_body_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_task_view_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_view')),
    sa.UniqueConstraint('user_id', 'name', name=op.f('uq_task_view_user_id_name'))
    )
    with op.batch_alter_table('task_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_view_body_id'), ['body_id'], unique=False)


def downgrade():
    op.drop_table('task_view')
