"""Ask about clauses of an agreement before it is signed."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0014'
down_revision = '0013'


def upgrade():
    op.create_table('clause_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=32), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.String(length=200), nullable=False),
    sa.Column('answered_at', Moment(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_clause_question_agreement_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_clause_question_case_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_clause_question_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clause_question'))
    )
    with op.batch_alter_table('clause_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clause_question_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clause_question_case_id'), ['case_id'], unique=False)


def downgrade():
    op.drop_table('clause_question')
