"""Let long runs take turns: an instance in the middle of one waits for its next turn."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0008'
down_revision = '0007'


def upgrade():
    with op.batch_alter_table('instance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('under_way_since', Moment(), nullable=True))
        batch_op.create_index('ix_instance_under_way', ['under_way_since'], unique=False,
                              postgresql_where=sa.text('under_way_since IS NOT NULL'),
                              sqlite_where=sa.text('under_way_since IS NOT NULL'))


def downgrade():
    with op.batch_alter_table('instance', schema=None) as batch_op:
        batch_op.drop_index('ix_instance_under_way')
        batch_op.drop_column('under_way_since')
