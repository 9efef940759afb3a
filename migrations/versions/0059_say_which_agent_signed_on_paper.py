"""Say which agent of a party signed on paper."""

import sqlalchemy as sa
from alembic import op

revision = '0059'
down_revision = '0058'


def upgrade():
    with op.batch_alter_table('paper_signature', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agent_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_paper_signature_agent_id'), 'participant', ['agent_id'], ['id'])


def downgrade():
    with op.batch_alter_table('paper_signature', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_paper_signature_agent_id'), type_='foreignkey')
        batch_op.drop_column('agent_id')
