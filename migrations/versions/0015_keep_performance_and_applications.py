"""Keep performance and what is asked of courts after a default: obligations, receipts, applications, notarised deeds."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0015'
down_revision = '0014'


def upgrade():
    op.create_table('obligation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('term', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('debtor_id', sa.Integer(), nullable=False),
    sa.Column('creditor_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=16, scale=2), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('paid', sa.Numeric(precision=16, scale=2), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('performed_on', sa.Date(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_obligation_agreement_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_obligation_case_id')),
    sa.ForeignKeyConstraint(['creditor_id'], ['participant.id'], name=op.f('fk_obligation_creditor_id')),
    sa.ForeignKeyConstraint(['debtor_id'], ['participant.id'], name=op.f('fk_obligation_debtor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_obligation')),
    sa.UniqueConstraint('agreement_id', 'term', 'part', name=op.f('uq_obligation_agreement_id_term_part'))
    )
    with op.batch_alter_table('obligation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_obligation_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_obligation_case_id'), ['case_id'], unique=False)

    op.create_table('receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('obligation_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(length=16), nullable=False),
    sa.Column('amount', sa.Numeric(precision=16, scale=2), nullable=True),
    sa.Column('on_day', sa.Date(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['obligation_id'], ['obligation.id'], name=op.f('fk_receipt_obligation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt'))
    )
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_obligation_id'), ['obligation_id'], unique=False)

    op.create_table('court_application',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('court_id', sa.Integer(), nullable=False),
    sa.Column('applicant_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('filed_at', Moment(), nullable=False),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['applicant_id'], ['participant.id'], name=op.f('fk_court_application_applicant_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_court_application_case_id')),
    sa.ForeignKeyConstraint(['court_id'], ['body.id'], name=op.f('fk_court_application_court_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_court_application'))
    )
    with op.batch_alter_table('court_application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_court_application_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_court_application_court_id'), ['court_id'], unique=False)

    op.create_table('notarial_deed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('notary', sa.String(length=200), nullable=False),
    sa.Column('number', sa.String(length=100), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=False),
    sa.Column('certificate_number', sa.String(length=100), nullable=False),
    sa.Column('certificate_on', sa.Date(), nullable=True),
    sa.Column('noted_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_notarial_deed_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notarial_deed'))
    )
    with op.batch_alter_table('notarial_deed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notarial_deed_case_id'), ['case_id'], unique=False)


def downgrade():
    for name in ('notarial_deed', 'court_application', 'receipt', 'obligation'):
        op.drop_table(name)
