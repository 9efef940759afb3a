"""Keep when the payer agreed to an advance; of those paid before, nobody was asked first, so it stays empty."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0038'
down_revision = '0037'


def upgrade():
    with op.batch_alter_table('advance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreed_at', Moment(), nullable=True))


def downgrade():
    with op.batch_alter_table('advance', schema=None) as batch_op:
        batch_op.drop_column('agreed_at')
