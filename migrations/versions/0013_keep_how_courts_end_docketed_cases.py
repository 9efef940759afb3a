"""Keep how courts end the docketed cases that they entrusted."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0013'
down_revision = '0012'


def upgrade():
    op.create_table('court_ending',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('fee', sa.Numeric(precision=16, scale=2), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', Moment(), nullable=False),
    sa.Column('in_force_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_court_ending_case_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_court_ending_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_court_ending'))
    )
    with op.batch_alter_table('court_ending', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_court_ending_case_id'), ['case_id'], unique=False)


def downgrade():
    op.drop_table('court_ending')
