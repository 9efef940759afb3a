"""Say of each case whether its claimant is a consumer, a business or an institution; the cases there are by their applicants."""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'

APPLICANTS = ("SELECT 1 FROM participant WHERE participant.case_id = \"case\".id AND participant.side = 'applicant' "
              "AND participant.role = 'party'")


def upgrade():
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('claimant', sa.String(length=16), nullable=False, server_default='consumer'))
    op.execute(f"UPDATE \"case\" SET claimant = 'business' WHERE EXISTS ({APPLICANTS} AND participant.kind = 'legal')")
    op.execute(f"UPDATE \"case\" SET claimant = 'institution' WHERE EXISTS ({APPLICANTS} AND participant.body_id IS NOT NULL)")
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.alter_column('claimant', server_default=None)


def downgrade():
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('claimant')
