"""Give each duty that looks at everything to one worker at a time."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0024'
down_revision = '0023'


def upgrade():
    op.create_table('duty',
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('held_until', Moment(), nullable=False),
    sa.Column('worker', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_duty'))
    )


def downgrade():
    op.drop_table('duty')
