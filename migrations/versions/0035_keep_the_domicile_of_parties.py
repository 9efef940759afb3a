"""Keep the region of a party's domicile; of the parties there are nobody was asked, so it stays empty."""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'


def upgrade():
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('domicile', sa.String(length=6), nullable=False, server_default=''))
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.alter_column('domicile', server_default=None)


def downgrade():
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.drop_column('domicile')
