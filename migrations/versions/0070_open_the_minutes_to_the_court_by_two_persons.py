"""Keep who of a court asked to read the minutes of a mediation, who allowed it, and until when."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0070'
down_revision = '0069'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
BODIES = "(SELECT string_to_array(nullif(current_setting('sutiao.bodies', true), ''), ',')::int[])"


def upgrade():
    op.create_table('wall_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('court_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', Moment(), nullable=True),
    sa.Column('is_allowed', sa.Boolean(), nullable=False),
    sa.Column('until', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_wall_opening_answered_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_wall_opening_asked_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_wall_opening_case_id')),
    sa.ForeignKeyConstraint(['court_id'], ['body.id'], name=op.f('fk_wall_opening_court_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wall_opening'))
    )
    with op.batch_alter_table('wall_opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wall_opening_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wall_opening_court_id'), ['court_id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':  # the net of 0041; a president answers for cases that are not theirs to read
        op.execute(f'CREATE POLICY net ON wall_opening USING ({OFF} OR court_id = ANY ({BODIES}::int[]) OR EXISTS '
                   '(SELECT 1 FROM "case" WHERE "case".id = wall_opening.case_id)) WITH CHECK (true)')
        op.execute('ALTER TABLE wall_opening ENABLE ROW LEVEL SECURITY')


def downgrade():
    with op.batch_alter_table('wall_opening', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wall_opening_court_id'))
        batch_op.drop_index(batch_op.f('ix_wall_opening_case_id'))
    op.drop_table('wall_opening')
