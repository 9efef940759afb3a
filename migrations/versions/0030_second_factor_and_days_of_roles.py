"""Give accounts a second factor, and roles the days they hold."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0030'
down_revision = '0029'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('second_factor', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('second_factor_since', Moment(), nullable=True))
        batch_op.add_column(sa.Column('second_factor_step', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('recovery_hashes', JSON, nullable=False, server_default='[]'))
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('valid_until', sa.Date(), nullable=True))


def downgrade():
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_column('valid_until')
        batch_op.drop_column('valid_from')
    with op.batch_alter_table('user', schema=None) as batch_op:
        for name in ('recovery_hashes', 'second_factor_step', 'second_factor_since', 'second_factor'):
            batch_op.drop_column(name)
