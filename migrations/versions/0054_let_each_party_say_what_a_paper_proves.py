"""Let each party say what a paper proves: it stands under a claim once for each of them, not once for all."""

from alembic import op

revision = '0054'
down_revision = '0053'

ONCE_FOR_ALL, ONCE_FOR_EACH = ['claim', 'document_id'], ['claim', 'document_id', 'participant_id']


def upgrade():
    _instead(ONCE_FOR_ALL, ONCE_FOR_EACH)


def downgrade():
    op.execute("DELETE FROM claim_evidence WHERE id NOT IN"
               " (SELECT max(id) FROM claim_evidence GROUP BY claim, document_id)")  # what was said last, as before
    _instead(ONCE_FOR_EACH, ONCE_FOR_ALL)


def _instead(old, new):
    with op.batch_alter_table('claim_evidence', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_claim_evidence_' + '_'.join(old)), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_claim_evidence_' + '_'.join(new)), new)
