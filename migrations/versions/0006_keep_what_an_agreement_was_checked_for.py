"""Keep what an agreement was checked for, its costs and security, and the rule by which it takes effect."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('costs', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('security', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('checks', JSON, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('effect', sa.String(length=16), nullable=False, server_default='online'))

    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=16), nullable=False, server_default='invited'))


def downgrade():
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.drop_column('kind')

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        for name in ('effect', 'checks', 'security', 'costs'):
            batch_op.drop_column(name)
