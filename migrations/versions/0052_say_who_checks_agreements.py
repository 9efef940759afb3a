"""Say whether an organisation's office checks agreements before anybody signs."""

import sqlalchemy as sa
from alembic import op

revision = '0052'
down_revision = '0051'


def upgrade():
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quality_check', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.alter_column('quality_check', server_default=None)


def downgrade():
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.drop_column('quality_check')
