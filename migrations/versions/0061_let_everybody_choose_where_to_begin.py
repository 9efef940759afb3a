"""Let everybody choose the page they begin with."""

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'


def upgrade():
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('start_page', sa.String(length=32), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_column('start_page')
