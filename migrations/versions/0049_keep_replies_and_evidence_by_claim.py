"""Keep what parties reply to each claim, and which papers stand for or against it; both under the net of 0041 (PostgreSQL)."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0049'
down_revision = '0048'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
TABLES = ('claim_reply', 'claim_evidence')


def upgrade():
    op.create_table('claim_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('claim', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('stance', sa.String(length=16), nullable=False),
    sa.Column('admitted', sa.Numeric(precision=16, scale=2), nullable=True),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_claim_reply_case_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_claim_reply_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_reply'))
    )
    with op.batch_alter_table('claim_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_reply_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_reply_participant_id'), ['participant_id'], unique=False)
    op.create_table('claim_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('claim', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('proves', sa.LargeBinary(), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_claim_evidence_case_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_claim_evidence_document_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_claim_evidence_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_evidence')),
    sa.UniqueConstraint('claim', 'document_id', name=op.f('uq_claim_evidence_claim_document_id'))
    )
    with op.batch_alter_table('claim_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_evidence_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_evidence_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_evidence_participant_id'), ['participant_id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        for table in TABLES:
            op.execute(f'CREATE POLICY net ON {table} USING ({OFF} OR EXISTS '
                       f'(SELECT 1 FROM "case" WHERE "case".id = {table}.case_id)) WITH CHECK (true)')
            op.execute(f'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY')


def downgrade():
    for table in TABLES:
        op.drop_table(table)
