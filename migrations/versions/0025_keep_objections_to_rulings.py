"""Keep objections to confirming rulings, of parties and of others."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0025'
down_revision = '0024'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('ruling_objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('court_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('ruling_number', sa.String(length=64), nullable=False),
    sa.Column('capacity', sa.String(length=16), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('receipt_code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('id_type', sa.String(length=32), nullable=False),
    sa.Column('id_number', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('interest', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('files', JSON, nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('posted_on', sa.Date(), nullable=True),
    sa.Column('knew_on', sa.Date(), nullable=True),
    sa.Column('term', sa.String(length=16), nullable=False),
    sa.Column('starts_at', Moment(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('explanation', JSON, nullable=False),
    sa.Column('counted_in_time', sa.Boolean(), nullable=True),
    sa.Column('in_time', sa.Boolean(), nullable=True),
    sa.Column('overruled_by', sa.String(length=200), nullable=False),
    sa.Column('overruled_reason', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('court_reason', sa.Text(), nullable=False),
    sa.Column('opened_by', sa.String(length=200), nullable=False),
    sa.Column('opened_at', Moment(), nullable=True),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('read_at', Moment(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['court_application.id'], name=op.f('fk_ruling_objection_application_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_ruling_objection_case_id')),
    sa.ForeignKeyConstraint(['court_id'], ['body.id'], name=op.f('fk_ruling_objection_court_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_ruling_objection_document_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_ruling_objection_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ruling_objection')),
    sa.UniqueConstraint('receipt_code', name=op.f('uq_ruling_objection_receipt_code'))
    )
    with op.batch_alter_table('ruling_objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ruling_objection_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ruling_objection_court_id'), ['court_id'], unique=False)


def downgrade():
    op.drop_table('ruling_objection')
