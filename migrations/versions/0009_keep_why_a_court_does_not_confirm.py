"""Keep why a court does not confirm: the coded ground of its ruling."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade():
    with op.batch_alter_table('confirmation_application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ground', sa.String(length=24), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('confirmation_application', schema=None) as batch_op:
        batch_op.drop_column('ground')
