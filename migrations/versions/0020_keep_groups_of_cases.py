"""Keep groups of cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment
from sqlalchemy.dialects import postgresql

revision = '0020'
down_revision = '0019'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('case_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('issues', sa.Text(), nullable=False),
    sa.Column('model_case_id', sa.Integer(), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('offer', JSON, nullable=False),
    sa.Column('result_at', Moment(), nullable=True),
    sa.Column('created_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['model_case_id'], ['case.id'], name=op.f('fk_case_group_model_case_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['body.id'], name=op.f('fk_case_group_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_group'))
    )
    with op.batch_alter_table('case_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_group_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('group_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('told_at', Moment(), nullable=True),
    sa.Column('added_by', sa.String(length=200), nullable=False),
    sa.Column('added_at', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_group_member_case_id')),
    sa.ForeignKeyConstraint(['group_id'], ['case_group.id'], name=op.f('fk_group_member_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_member')),
    sa.UniqueConstraint('case_id', name=op.f('uq_group_member_case_id'))
    )
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_member_group_id'), ['group_id'], unique=False)


def downgrade():
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_member_group_id'))

    op.drop_table('group_member')
    with op.batch_alter_table('case_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_group_organisation_id'))

    op.drop_table('case_group')
