"""Let caps say how many tasks of one kind somebody holds at most."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json

revision = '0064'
down_revision = '0063'


def upgrade():
    with op.batch_alter_table('task_cap') as batch_op:
        batch_op.add_column(sa.Column('kinds', Json, nullable=False, server_default='{}'))
        batch_op.alter_column('most', existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table('task_cap') as batch_op:
        batch_op.alter_column('kinds', existing_type=Json, server_default=None)


def downgrade():
    op.execute('DELETE FROM task_cap WHERE most IS NULL')
    with op.batch_alter_table('task_cap') as batch_op:
        batch_op.alter_column('most', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column('kinds')
