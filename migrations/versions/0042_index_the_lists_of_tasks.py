"""Index open tasks in the orders in which lists are read, and cases by what lists are narrowed by."""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'

OPEN = {
    'ix_user_task_open': (['role', 'body_id', 'opened_at', 'id'], ''),
    'ix_user_task_due': (['role', 'body_id', 'due_at', 'id'], ''),
    'ix_user_task_free': (['role', 'body_id', 'due_at', 'id'], ' AND assignee_id IS NULL'),
    'ix_user_task_held': (['assignee_id', 'due_at', 'id'], ''),
}


def upgrade():
    op.drop_index('ix_user_task_open', table_name='user_task')
    for name, (columns, also) in OPEN.items():
        which = sa.text(f"status = 'open'{also}")
        op.create_index(name, 'user_task', columns, postgresql_where=which, sqlite_where=which)
    op.create_index('ix_case_amount', 'case', ['amount', 'id'])
    op.create_index(op.f('ix_case_cause_code'), 'case', ['cause_code'])
    op.create_index(op.f('ix_case_cause'), 'case', ['cause'])


def downgrade():
    for name in ('ix_case_cause', 'ix_case_cause_code', 'ix_case_amount'):
        op.drop_index(name, table_name='case')
    for name in OPEN:
        op.drop_index(name, table_name='user_task')
    op.create_index('ix_user_task_open', 'user_task', ['role', 'status', 'opened_at'])
