"""Keep the days on which a court's own system says that its ruling was received: each party's time to object runs from its day."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json

revision = '0051'
down_revision = '0050'


def upgrade():
    with op.batch_alter_table('confirmation_application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('receipts', Json, nullable=False, server_default='{}'))
    with op.batch_alter_table('confirmation_application', schema=None) as batch_op:
        batch_op.alter_column('receipts', server_default=None)


def downgrade():
    with op.batch_alter_table('confirmation_application', schema=None) as batch_op:
        batch_op.drop_column('receipts')
