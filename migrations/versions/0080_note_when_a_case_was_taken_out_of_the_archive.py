"""Note when a case was taken out of the archive, beside when it was closed."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0080'
down_revision = '0079'


def upgrade():
    op.add_column('case', sa.Column('taken_out_at', Moment(), nullable=True))


def downgrade():
    op.drop_column('case', 'taken_out_at')
