"""Index the terms that stand still and the processes that were suspended, for which lists of tasks ask row by row; and what
somebody holds by its age."""

import sqlalchemy as sa
from alembic import op

revision = '0075'
down_revision = '0074'


def upgrade():
    paused, suspended = sa.text("status = 'paused'"), sa.text("status = 'suspended'")
    op.create_index('ix_deadline_paused', 'deadline', ['case_id', 'term'], postgresql_where=paused, sqlite_where=paused)
    op.create_index('ix_instance_suspended', 'instance', ['id'], postgresql_where=suspended, sqlite_where=suspended)
    is_open = sa.text("status = 'open'")
    op.create_index('ix_user_task_held_since', 'user_task', ['assignee_id', 'opened_at', 'id'],
                    postgresql_where=is_open, sqlite_where=is_open)


def downgrade():
    op.drop_index('ix_user_task_held_since', table_name='user_task')
    op.drop_index('ix_instance_suspended', table_name='instance')
    op.drop_index('ix_deadline_paused', table_name='deadline')
