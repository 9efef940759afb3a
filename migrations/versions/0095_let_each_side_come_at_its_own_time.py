"""Let each side come to a session at a time of its own: until when it is open."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0095'
down_revision = '0094'


def upgrade():
    op.add_column('mediation_session', sa.Column('open_until', Moment(), nullable=True))


def downgrade():
    op.drop_column('mediation_session', 'open_until')
