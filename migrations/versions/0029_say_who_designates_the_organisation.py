"""Say who designates the organisation for a court; the courts that are there keep what they had, the table."""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'


def upgrade():
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('designates_by', sa.String(length=8), nullable=False, server_default='rule'))
        batch_op.add_column(sa.Column('designates_source', sa.String(length=200), nullable=False, server_default='原有设置'))
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.alter_column('designates_by', server_default=None)
        batch_op.alter_column('designates_source', server_default=None)


def downgrade():
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.drop_column('designates_source')
        batch_op.drop_column('designates_by')
