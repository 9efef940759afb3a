"""Index the court's side of cases, by which lists of tasks are narrowed: the judge, the days it was filed and docketed."""

from alembic import op

revision = '0094'
down_revision = '0093'

INDEXES = {'judge': 'court_judge', 'filed_on': 'filed_on', 'docketed_on': 'docketed_on'}


def upgrade():
    for name, column in INDEXES.items():
        op.create_index(f'ix_case_{name}', 'case', [column, 'id'])


def downgrade():
    for name in INDEXES:
        op.drop_index(f'ix_case_{name}', table_name='case')
