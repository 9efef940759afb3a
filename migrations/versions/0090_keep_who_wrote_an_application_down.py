"""Keep who of the staff wrote an application down, how, and their drafts of it."""

import sqlalchemy as sa
from alembic import op

revision = '0090'
down_revision = '0089'

KEYS = {'user_id': 'user', 'body_id': 'body'}


def upgrade():
    op.add_column('referral', sa.Column('recorded_by', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('referral', sa.Column('proof', sa.LargeBinary(), nullable=True))
    with op.batch_alter_table('application_draft', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=16), nullable=False, server_default='own'))
        for column, table in KEYS.items():
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f'fk_application_draft_{column}'), table, [column], ['id'])
        batch_op.create_index(batch_op.f('ix_application_draft_user_id'), ['user_id'])
    with op.batch_alter_table('application_draft', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=sa.String(length=16), server_default=None)
    if op.get_bind().dialect.name == 'postgresql':
        op.alter_column('referral', 'recorded_by', existing_type=sa.String(length=200), server_default=None)


def downgrade():
    with op.batch_alter_table('application_draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_draft_user_id'))
        for column in KEYS:
            batch_op.drop_constraint(batch_op.f(f'fk_application_draft_{column}'), type_='foreignkey')
            batch_op.drop_column(column)
        batch_op.drop_column('kind')
    op.drop_column('referral', 'proof')
    op.drop_column('referral', 'recorded_by')
