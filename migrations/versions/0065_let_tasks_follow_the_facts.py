"""Let diagrams say how urgent tasks are, and open tasks follow the facts of their case."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json

revision = '0065'
down_revision = '0064'


def upgrade():
    op.add_column('user_task', sa.Column('said', Json, nullable=False, server_default='{}'))
    op.add_column('user_task', sa.Column('facts', sa.String(length=8), nullable=False, server_default=''))
    which = sa.text("status = 'open' AND facts = 'changed'")
    op.create_index('ix_user_task_facts_changed', 'user_task', ['instance_id'], postgresql_where=which, sqlite_where=which)
    with op.batch_alter_table('task_priority') as batch_op:
        batch_op.alter_column('given_by_id', existing_type=sa.Integer(), nullable=True)


def downgrade():
    op.execute('DELETE FROM task_priority WHERE given_by_id IS NULL')
    with op.batch_alter_table('task_priority') as batch_op:
        batch_op.alter_column('given_by_id', existing_type=sa.Integer(), nullable=False)
    op.drop_index('ix_user_task_facts_changed', table_name='user_task')
    op.drop_column('user_task', 'facts')
    op.drop_column('user_task', 'said')
