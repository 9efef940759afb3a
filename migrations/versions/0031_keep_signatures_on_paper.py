"""Keep signatures on paper."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment

revision = '0031'
down_revision = '0030'


def upgrade():
    op.create_table('paper_signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('scan_id', sa.Integer(), nullable=True),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.Column('signed_at', Moment(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('manner', sa.String(length=16), nullable=False),
    sa.Column('identity', sa.String(length=200), nullable=False),
    sa.Column('witness', sa.String(length=200), nullable=False),
    sa.Column('taken_by', sa.String(length=200), nullable=False),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('checked_by', sa.String(length=200), nullable=False),
    sa.Column('checked_at', Moment(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_paper_signature_agreement_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_paper_signature_case_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_paper_signature_participant_id')),
    sa.ForeignKeyConstraint(['scan_id'], ['document.id'], name=op.f('fk_paper_signature_scan_id')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_paper_signature_signature_id')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['user.id'], name=op.f('fk_paper_signature_taken_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_signature'))
    )
    with op.batch_alter_table('paper_signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_signature_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_paper_signature_case_id'), ['case_id'], unique=False)



def downgrade():
    with op.batch_alter_table('paper_signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paper_signature_case_id'))
        batch_op.drop_index(batch_op.f('ix_paper_signature_agreement_id'))

    op.drop_table('paper_signature')
