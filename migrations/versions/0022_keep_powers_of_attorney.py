"""Keep powers of attorney that come in the course of a case."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0022'
down_revision = '0021'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('power_of_attorney',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('principal_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('proof', JSON, nullable=False),
    sa.Column('matter', sa.String(length=300), nullable=False),
    sa.Column('matters', JSON, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('papers', JSON, nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('ended_by', sa.String(length=200), nullable=False),
    sa.Column('ended_reason', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['participant.id'], name=op.f('fk_power_of_attorney_agent_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_power_of_attorney_case_id')),
    sa.ForeignKeyConstraint(['principal_id'], ['participant.id'], name=op.f('fk_power_of_attorney_principal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_power_of_attorney'))
    )
    with op.batch_alter_table('power_of_attorney', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_power_of_attorney_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_power_of_attorney_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_power_of_attorney_principal_id'), ['principal_id'], unique=False)


def downgrade():
    op.drop_table('power_of_attorney')
