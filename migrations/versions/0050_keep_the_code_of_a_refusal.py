"""Keep why an institution does not take part as a code beside its words, to be counted."""

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'


def upgrade():
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reason_code', sa.String(length=16), nullable=False, server_default=''))
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.alter_column('reason_code', server_default=None)


def downgrade():
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_column('reason_code')
