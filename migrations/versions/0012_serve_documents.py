"""Serve documents: confirmed addresses, what is served on whom rung by rung, and the daily account of what arrived."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('service_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('receiver', sa.String(length=100), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=False),
    sa.Column('postcode', sa.String(length=6), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('channels', JSON, nullable=False),
    sa.Column('kinds', JSON, nullable=False),
    sa.Column('is_secret', sa.Boolean(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('confirmed_at', Moment(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_service_address_case_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_service_address_document_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_service_address_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_address'))
    )
    with op.batch_alter_table('service_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_address_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_address_participant_id'), ['participant_id'], unique=False)

    op.create_table('serving',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('address_id', sa.Integer(), nullable=True),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('rung', sa.String(length=16), nullable=False),
    sa.Column('next_at', Moment(), nullable=True),
    sa.Column('served_at', Moment(), nullable=True),
    sa.Column('basis', sa.String(length=16), nullable=False),
    sa.Column('read_at', Moment(), nullable=True),
    sa.Column('record_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['service_address.id'], name=op.f('fk_serving_address_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_serving_case_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_serving_document_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_serving_participant_id')),
    sa.ForeignKeyConstraint(['record_id'], ['document.id'], name=op.f('fk_serving_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_serving')),
    sa.UniqueConstraint('document_id', 'participant_id', name=op.f('uq_serving_document_id_participant_id'))
    )
    with op.batch_alter_table('serving', schema=None) as batch_op:
        for column in ('case_id', 'document_id', 'next_at', 'participant_id', 'status'):
            batch_op.create_index(batch_op.f(f'ix_serving_{column}'), [column], unique=False)

    op.create_table('serving_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('serving_id', sa.Integer(), nullable=False),
    sa.Column('rung', sa.String(length=16), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.Column('arrived_at', Moment(), nullable=True),
    sa.Column('returned_at', Moment(), nullable=True),
    sa.Column('tracking', sa.String(length=64), nullable=False),
    sa.Column('remark', sa.String(length=500), nullable=False),
    sa.Column('noted_by', sa.String(length=200), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_serving_attempt_notice_id')),
    sa.ForeignKeyConstraint(['serving_id'], ['serving.id'], name=op.f('fk_serving_attempt_serving_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_serving_attempt'))
    )
    with op.batch_alter_table('serving_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_serving_attempt_notice_id'), ['notice_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_serving_attempt_serving_id'), ['serving_id'], unique=False)

    op.create_table('serving_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sent', sa.Integer(), nullable=False),
    sa.Column('delivered', sa.Integer(), nullable=False),
    sa.Column('gaps', JSON, nullable=False),
    sa.Column('reconciled_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_serving_day')),
    sa.UniqueConstraint('day', name=op.f('uq_serving_day_day'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_created_at'), ['created_at'], unique=False)


def downgrade():
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_created_at'))
    op.drop_table('serving_day')
    op.drop_table('serving_attempt')
    op.drop_table('serving')
    op.drop_table('service_address')
