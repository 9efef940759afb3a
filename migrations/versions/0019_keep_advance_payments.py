"""Keep advance payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment
from sqlalchemy.dialects import postgresql

revision = '0019'
down_revision = '0018'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('advance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payer_id', sa.Integer(), nullable=False),
    sa.Column('payee_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=16, scale=2), nullable=False),
    sa.Column('basis', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('voucher', sa.String(length=200), nullable=False),
    sa.Column('received_at', Moment(), nullable=True),
    sa.Column('confirmed_by', sa.String(length=200), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('recover_from', sa.String(length=300), nullable=False),
    sa.Column('recoveries', JSON, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_advance_case_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_advance_document_id')),
    sa.ForeignKeyConstraint(['payee_id'], ['participant.id'], name=op.f('fk_advance_payee_id')),
    sa.ForeignKeyConstraint(['payer_id'], ['participant.id'], name=op.f('fk_advance_payer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advance'))
    )
    with op.batch_alter_table('advance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_advance_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_advance_payer_id'), ['payer_id'], unique=False)


def downgrade():
    with op.batch_alter_table('advance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_advance_payer_id'))
        batch_op.drop_index(batch_op.f('ix_advance_case_id'))

    op.drop_table('advance')
