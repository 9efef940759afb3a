"""Count the workers that began with a piece of a process and did not come back."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0023'
down_revision = '0022'


def upgrade():
    op.create_table('begun_piece',
    sa.Column('subject', sa.String(length=100), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=100), nullable=False),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('rests_until', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_begun_piece'))
    )


def downgrade():
    op.drop_table('begun_piece')
