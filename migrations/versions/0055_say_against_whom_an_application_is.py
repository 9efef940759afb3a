"""Say against whom a payment order or enforcement is asked for."""

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'

OF_THEM = "FROM obligation o WHERE o.case_id = court_application.case_id AND o.creditor_id = court_application.applicant_id"


def upgrade():
    with op.batch_alter_table('court_application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('debtor_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_court_application_debtor_id'), 'participant', ['debtor_id'], ['id'])
    # Where one person alone owes the applicant anything, it is that one; elsewhere nobody knows any longer.
    op.execute(f"UPDATE court_application SET debtor_id = (SELECT MIN(o.debtor_id) {OF_THEM}) "
               f"WHERE kind IN ('payment_order', 'enforcement') AND (SELECT COUNT(DISTINCT o.debtor_id) {OF_THEM}) = 1")


def downgrade():
    with op.batch_alter_table('court_application', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_court_application_debtor_id'), type_='foreignkey')
        batch_op.drop_column('debtor_id')
