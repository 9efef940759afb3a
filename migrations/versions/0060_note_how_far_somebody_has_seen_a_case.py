"""Note how far somebody has seen what happened in a case."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0060'
down_revision = '0059'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"


def upgrade():
    op.create_table('case_look',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_look_case_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_case_look_user_id')),
    sa.PrimaryKeyConstraint('user_id', 'case_id', name=op.f('pk_case_look'))
    )
    with op.batch_alter_table('case_look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_look_case_id'), ['case_id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':  # the net of 0041
        op.execute(f'CREATE POLICY net ON case_look USING ({OFF} OR EXISTS (SELECT 1 FROM "case" WHERE "case".id = case_look.case_id)) '
                   'WITH CHECK (true)')
        op.execute('ALTER TABLE case_look ENABLE ROW LEVEL SECURITY')


def downgrade():
    with op.batch_alter_table('case_look', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_look_case_id'))
    op.drop_table('case_look')
