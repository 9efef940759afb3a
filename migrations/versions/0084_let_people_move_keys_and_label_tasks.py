"""Let people put single keys elsewhere, and label tasks for themselves."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json

revision = '0084'
down_revision = '0083'
NOTHING = {'postgresql': "'\\x'", 'sqlite': "X''"}  # no bytes


def upgrade():
    nothing = sa.text(NOTHING[op.get_context().dialect.name])
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('keys', Json, nullable=False, server_default='{}'))
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.alter_column('keys', existing_type=Json, server_default=None)
    with op.batch_alter_table('task_mark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('word', sa.LargeBinary(), nullable=False, server_default=nothing))
        batch_op.add_column(sa.Column('word_blind', sa.String(length=32), nullable=False, server_default=''))
    with op.batch_alter_table('task_mark', schema=None) as batch_op:
        batch_op.alter_column('word', existing_type=sa.LargeBinary(), server_default=None)
        batch_op.alter_column('word_blind', existing_type=sa.String(length=32), server_default=None)


def downgrade():
    with op.batch_alter_table('task_mark', schema=None) as batch_op:
        batch_op.drop_column('word_blind')
        batch_op.drop_column('word')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_column('keys')
