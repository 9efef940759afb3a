"""Let people lend a task to a colleague, and have it back."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0045'
down_revision = '0044'


def upgrade():
    op.create_table('task_loan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('for_absence', sa.Boolean(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_task_loan_owner_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_task_loan_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_loan')),
    sa.UniqueConstraint('task_id', name=op.f('uq_task_loan_task_id'))
    )
    with op.batch_alter_table('task_loan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_loan_owner_id'), ['owner_id'], unique=False)


def downgrade():
    op.drop_table('task_loan')
