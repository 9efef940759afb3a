"""Keep drafts of tasks per person; what open tasks have goes to whoever holds them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment
from sqlalchemy.dialects import postgresql

revision = '0036'
down_revision = '0035'

Json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
KEPT = ("SELECT id, assignee_id, CASE WHEN assignee_id IS NULL THEN participant_id END, draft, '', CURRENT_TIMESTAMP, 1 FROM user_task "
        "WHERE status = 'open' AND draft IS NOT NULL AND CAST(draft AS TEXT) <> 'null' "
        "AND (assignee_id IS NOT NULL OR participant_id IS NOT NULL)")


def upgrade():
    op.create_table('task_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('participant_id', sa.Integer(), nullable=True),
    sa.Column('answers', Json, nullable=False),
    sa.Column('origin', sa.String(length=32), nullable=False),
    sa.Column('saved_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_task_draft_participant_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_task_draft_task_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_task_draft_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_draft')),
    sa.UniqueConstraint('task_id', 'participant_id', name=op.f('uq_task_draft_task_id_participant_id')),
    sa.UniqueConstraint('task_id', 'user_id', name=op.f('uq_task_draft_task_id_user_id'))
    )
    with op.batch_alter_table('task_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_draft_participant_id'), ['participant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_draft_user_id'), ['user_id'], unique=False)
    op.execute(f"INSERT INTO task_draft (task_id, user_id, participant_id, answers, origin, saved_at, revision) {KEPT}")
    op.drop_column('user_task', 'draft')


def downgrade():
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        batch_op.add_column(sa.Column('draft', Json, nullable=True))
    op.drop_table('task_draft')
