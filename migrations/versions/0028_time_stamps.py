"""Keep the time stamps of signatures and documents, and when the next one is due."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0028'
down_revision = '0027'


def upgrade():
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('level', sa.String(length=8), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('stamped_at', Moment(), nullable=True))
        batch_op.add_column(sa.Column('stamp_due_at', Moment(), nullable=True))
        batch_op.create_index(batch_op.f('ix_document_stamp_due_at'), ['stamp_due_at'], unique=False)
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stamped_at', Moment(), nullable=True))


def downgrade():
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_column('stamped_at')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_stamp_due_at'))
        batch_op.drop_column('stamp_due_at')
        batch_op.drop_column('stamped_at')
        batch_op.drop_column('level')
