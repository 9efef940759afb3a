"""Say whose a term is, where it is one party's alone: the time to object to a ruling runs for each from its own receipt."""

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'


def upgrade():
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.add_column(sa.Column('participant_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_deadline_participant_id'), 'participant', ['participant_id'], ['id'])


def downgrade():
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_deadline_participant_id'), type_='foreignkey')
        batch_op.drop_column('participant_id')
