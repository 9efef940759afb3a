"""Draw mediators by lot, and keep what it takes to do it again: who speaks what, who is on which court's list."""

import sqlalchemy as sa
from alembic import op
from engine.db import Json, Moment

revision = '0048'
down_revision = '0047'

NONE = sa.text("'[]'")


def upgrade():
    op.create_table('assignment_draw',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=64), nullable=False),
    sa.Column('rules_sha256', sa.String(length=64), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('declined', Json, nullable=False),
    sa.Column('candidates', Json, nullable=False),
    sa.Column('rated', Json, nullable=False),
    sa.Column('weights', Json, nullable=False),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('lot', sa.Integer(), nullable=False),
    sa.Column('winner_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_assignment_draw_case_id')),
    sa.ForeignKeyConstraint(['instance_id'], ['instance.id'], name=op.f('fk_assignment_draw_instance_id')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_assignment_draw_version_id')),
    sa.ForeignKeyConstraint(['winner_id'], ['user.id'], name=op.f('fk_assignment_draw_winner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_draw')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_assignment_draw_case_id_number'))
    )
    with op.batch_alter_table('assignment_draw', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_draw_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_draw_winner_id'), ['winner_id'], unique=False)
    with op.batch_alter_table('mediator_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('courts', Json, nullable=False, server_default=NONE))
    with op.batch_alter_table('mediator_profile', schema=None) as batch_op:  # SQLite copies the rows before
        batch_op.alter_column('courts', server_default=None)
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('assigns_by_lot', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:  # SQLite copies the rows before
        batch_op.alter_column('assigns_by_lot', server_default=None)
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=8), nullable=False, server_default=''))
    with op.batch_alter_table('participant', schema=None) as batch_op:  # SQLite copies the rows before
        batch_op.alter_column('language', server_default=None)


def downgrade():
    with op.batch_alter_table('participant', schema=None) as batch_op:
        batch_op.drop_column('language')
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.drop_column('assigns_by_lot')
    with op.batch_alter_table('mediator_profile', schema=None) as batch_op:
        batch_op.drop_column('courts')
    op.drop_table('assignment_draw')
