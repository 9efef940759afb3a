"""Files of many rows are made by workers, and kept for some days."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json, Moment

revision = '0086'
down_revision = '0085'


def upgrade():
    op.create_table('export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('asked', sa.LargeBinary(), nullable=False),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('last_row', sa.BigInteger(), nullable=True),
    sa.Column('pieces', Json, nullable=False),
    sa.Column('why', Json, nullable=False),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('fetched_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_export_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export'))
    )
    for column in ('expires_at', 'status', 'user_id'):
        op.create_index(op.f(f'ix_export_{column}'), 'export', [column])


def downgrade():
    op.drop_table('export')
