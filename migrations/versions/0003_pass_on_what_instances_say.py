"""Pass on what instances say: keys of messages, thrown messages and signals, events that start processes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from engine.db import Moment
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade():
    op.create_table('thrown',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('element', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('keys', JSON, nullable=False),
    sa.Column('payload', JSON, nullable=False),
    sa.Column('thrown_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('handled_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_thrown_case_id')),
    sa.ForeignKeyConstraint(['instance_id'], ['instance.id'], name=op.f('fk_thrown_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thrown'))
    )
    with op.batch_alter_table('thrown', schema=None) as batch_op:
        batch_op.create_index('ix_thrown_ahead', ['id'], unique=False, postgresql_where=sa.text('handled_at IS NULL'),
                              sqlite_where=sa.text('handled_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_thrown_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thrown_instance_id'), ['instance_id'], unique=False)

    op.create_table('start_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('process_key', sa.String(length=64), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('element', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('variable', sa.String(length=100), nullable=False),
    sa.Column('time', sa.Text(), nullable=False),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('rest', JSON, nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_start_event_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_start_event'))
    )
    with op.batch_alter_table('start_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_start_event_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_start_event_process_key'), ['process_key'], unique=False)
        batch_op.create_index('ix_start_event_told', ['kind', 'name'], unique=False)

    with op.batch_alter_table('message_wait', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=16), nullable=False, server_default='message'))
        batch_op.add_column(sa.Column('shape', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('keys', sa.String(length=300), nullable=False, server_default=''))
        batch_op.create_index('ix_message_wait_open', ['name', 'status'], unique=False)

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.alter_column('case_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('kind', sa.String(length=16), nullable=False, server_default='message'))
        batch_op.add_column(sa.Column('keys', JSON, nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('goes_beyond', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('wait_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('starts', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('expires_at', Moment(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_message_wait_id'), 'message_wait', ['wait_id'], ['id'])
        batch_op.create_index('ix_message_result', ['result', 'name'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_wait_id'), ['wait_id'], unique=False)


def downgrade():
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_wait_id'))
        batch_op.drop_index('ix_message_result')
        batch_op.drop_constraint(batch_op.f('fk_message_wait_id'), type_='foreignkey')
        for name in ('expires_at', 'starts', 'wait_id', 'goes_beyond', 'keys', 'kind'):
            batch_op.drop_column(name)

    with op.batch_alter_table('message_wait', schema=None) as batch_op:
        batch_op.drop_index('ix_message_wait_open')
        for name in ('keys', 'shape', 'kind'):
            batch_op.drop_column(name)

    op.drop_table('start_event')
    op.drop_table('thrown')
