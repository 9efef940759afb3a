"""Keep repairs and upgrades of instances."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'


def upgrade():
    op.create_table('upgrade_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('process_key', sa.String(length=64), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('bindings', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('mapping', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('started_by', sa.String(length=200), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_upgrade_batch_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upgrade_batch'))
    )
    with op.batch_alter_table('upgrade_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upgrade_batch_process_key'), ['process_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_upgrade_batch_status'), ['status'], unique=False)

    op.create_table('upgrade_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('blockers', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('kept', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.LargeBinary(), nullable=True),
    sa.Column('revision_after', sa.Integer(), nullable=True),
    sa.Column('settled_at', Moment(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['upgrade_batch.id'], name=op.f('fk_upgrade_item_batch_id')),
    sa.ForeignKeyConstraint(['instance_id'], ['instance.id'], name=op.f('fk_upgrade_item_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upgrade_item')),
    sa.UniqueConstraint('batch_id', 'instance_id', name=op.f('uq_upgrade_item_batch_id_instance_id'))
    )
    with op.batch_alter_table('upgrade_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upgrade_item_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upgrade_item_instance_id'), ['instance_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upgrade_item_status'), ['status'], unique=False)

    op.create_table('variable_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('before', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('after', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('changed_by', sa.String(length=200), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_variable_change_case_id')),
    sa.ForeignKeyConstraint(['instance_id'], ['instance.id'], name=op.f('fk_variable_change_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_variable_change'))
    )
    with op.batch_alter_table('variable_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_variable_change_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_variable_change_instance_id'), ['instance_id'], unique=False)

    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bound', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False,
                                      server_default='{}'))



def downgrade():
    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.drop_column('bound')

    with op.batch_alter_table('variable_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_variable_change_instance_id'))
        batch_op.drop_index(batch_op.f('ix_variable_change_case_id'))

    op.drop_table('variable_change')
    with op.batch_alter_table('upgrade_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upgrade_item_status'))
        batch_op.drop_index(batch_op.f('ix_upgrade_item_instance_id'))
        batch_op.drop_index(batch_op.f('ix_upgrade_item_batch_id'))

    op.drop_table('upgrade_item')
    with op.batch_alter_table('upgrade_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upgrade_batch_status'))
        batch_op.drop_index(batch_op.f('ix_upgrade_batch_process_key'))

    op.drop_table('upgrade_batch')
