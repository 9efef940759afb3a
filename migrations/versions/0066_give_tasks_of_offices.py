"""Give tasks of offices by load or by lot, where a diagram says so, and keep all that this took."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json, Moment

revision = '0066'
down_revision = '0065'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"


def upgrade():
    op.add_column('user_task', sa.Column('gives', sa.String(length=8), nullable=False, server_default=''))
    op.add_column('user_task', sa.Column('rated_by', sa.String(length=64), nullable=False, server_default=''))
    which = sa.text("status = 'open' AND gives <> '' AND assignee_id IS NULL")
    op.create_index('ix_user_task_to_give', 'user_task', ['id'], postgresql_where=which, sqlite_where=which)
    op.create_table('task_draw',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=300), nullable=False),
    sa.Column('way', sa.String(length=8), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=64), nullable=False),
    sa.Column('rules_sha256', sa.String(length=64), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('facts', Json, nullable=False),
    sa.Column('candidates', Json, nullable=False),
    sa.Column('rated', Json, nullable=False),
    sa.Column('weights', Json, nullable=False),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('lot', sa.Integer(), nullable=False),
    sa.Column('winner_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_task_draw_task_id')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_task_draw_version_id')),
    sa.ForeignKeyConstraint(['winner_id'], ['user.id'], name=op.f('fk_task_draw_winner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_draw')),
    sa.UniqueConstraint('task_id', name=op.f('uq_task_draw_task_id'))
    )
    op.create_index(op.f('ix_task_draw_winner_id'), 'task_draw', ['winner_id'])
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'CREATE POLICY net ON task_draw USING ({OFF} OR EXISTS '
                   '(SELECT 1 FROM user_task WHERE user_task.id = task_draw.task_id)) WITH CHECK (true)')
        op.execute('ALTER TABLE task_draw ENABLE ROW LEVEL SECURITY')


def downgrade():
    op.drop_table('task_draw')
    op.drop_index('ix_user_task_to_give', table_name='user_task')
    op.drop_column('user_task', 'rated_by')
    op.drop_column('user_task', 'gives')
