"""Let closed cases lie in an archive, where they are only read."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0071'
down_revision = '0070'


def upgrade():
    op.add_column('case', sa.Column('archived_at', Moment(), nullable=True))
    which = sa.text('closed_at IS NOT NULL AND archived_at IS NULL')
    op.create_index('ix_case_to_archive', 'case', ['closed_at'], postgresql_where=which, sqlite_where=which)


def downgrade():
    op.drop_index('ix_case_to_archive', table_name='case')
    op.drop_column('case', 'archived_at')
