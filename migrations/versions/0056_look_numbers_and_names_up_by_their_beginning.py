"""Look numbers and names up by how they begin: in the order of bytes on both databases."""

from alembic import op

revision = '0056'
down_revision = '0055'

BY_BEGINNING = {'organisation_number': 'varchar_pattern_ops'}, {'court_number': 'varchar_pattern_ops'}


def upgrade():
    op.create_index('ix_case_number', 'case', ['number'], postgresql_ops={'number': 'varchar_pattern_ops'})
    op.create_index('ix_participant_name', 'participant', ['name'], postgresql_ops={'name': 'varchar_pattern_ops'})
    for order in BY_BEGINNING:
        _order_anew(order)


def downgrade():
    for order in BY_BEGINNING:
        _order_anew(dict.fromkeys(order))
    op.drop_index('ix_participant_name', table_name='participant')
    op.drop_index('ix_case_number', table_name='case')


def _order_anew(order):
    name, = order
    op.drop_index(f'ix_case_{name}', table_name='case')
    op.create_index(f'ix_case_{name}', 'case', [name], postgresql_ops={key: by for key, by in order.items() if by})
