"""Keep records of undisputed facts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('facts_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('items', JSON, nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('frozen_sha256', sa.String(length=64), nullable=False),
    sa.Column('created_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('signed_at', Moment(), nullable=True),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_facts_record_case_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_facts_record_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_facts_record'))
    )
    with op.batch_alter_table('facts_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_facts_record_case_id'), ['case_id'], unique=False)


def downgrade():
    with op.batch_alter_table('facts_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_facts_record_case_id'))

    op.drop_table('facts_record')
