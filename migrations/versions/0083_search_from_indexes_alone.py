"""Let a search be answered from indexes alone: which cases somebody of a name is in, whose they are, which have an open task."""

import sqlalchemy as sa
from alembic import op

revision = '0083'
down_revision = '0082'

OPEN = sa.text("status = 'open'")
PATTERN = {'name': 'varchar_pattern_ops'}


def upgrade():
    op.drop_index('ix_participant_name', table_name='participant')
    op.create_index('ix_participant_name', 'participant', ['name', 'case_id'], postgresql_ops=PATTERN)
    op.create_index('ix_case_institution', 'case', ['institution_id', 'id'])
    op.drop_index('ix_case_institution_id', table_name='case')
    op.create_index('ix_case_reach', 'case', ['id', 'organisation_id', 'court_id', 'institution_id', 'mediator_id'])
    op.create_index('ix_user_task_of_case', 'user_task', ['case_id'], postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade():
    op.drop_index('ix_user_task_of_case', table_name='user_task')
    op.drop_index('ix_case_reach', table_name='case')
    op.create_index('ix_case_institution_id', 'case', ['institution_id'])
    op.drop_index('ix_case_institution', table_name='case')
    op.drop_index('ix_participant_name', table_name='participant')
    op.create_index('ix_participant_name', 'participant', ['name'], postgresql_ops=PATTERN)
