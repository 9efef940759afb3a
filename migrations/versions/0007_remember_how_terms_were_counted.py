"""Remember how terms were counted: their length where somebody said one, the calendar's hash, and when they remind next."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0007'
down_revision = '0006'


def upgrade():
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.add_column(sa.Column('length', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('calendar', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('remind_at', Moment(), nullable=True))
        batch_op.create_index('ix_deadline_remind', ['status', 'remind_at'], unique=False)


def downgrade():
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.drop_index('ix_deadline_remind')
        for name in ('remind_at', 'calendar', 'length'):
            batch_op.drop_column(name)
