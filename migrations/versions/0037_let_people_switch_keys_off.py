"""Let people switch single keys off."""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'


def upgrade():
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_keys', sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.alter_column('has_keys', server_default=None)


def downgrade():
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_column('has_keys')
