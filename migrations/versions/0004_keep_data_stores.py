"""Keep what data stores hold; find kept messages by what they carry."""

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0004'
down_revision = '0003'


def upgrade():
    op.create_table('data_store',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['instance.id'], name=op.f('fk_data_store_instance_id')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_data_store'))
    )
    op.create_table('message_key',
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_message_key_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'name', name=op.f('pk_message_key'))
    )
    op.create_index('ix_message_key_carried', 'message_key', ['name', 'value'], unique=False)
    note_kept()


def note_kept():
    """What kept messages carry, as the program notes it from now on: texts and numbers under their names."""
    rows = sa.table('message', sa.column('id'), sa.column('payload', sa.JSON), sa.column('keys', sa.JSON),
                    sa.column('result'), sa.column('goes_beyond'))
    keys = sa.table('message_key', sa.column('message_id'), sa.column('name'), sa.column('value'))
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows).where(rows.c.result == 'kept', rows.c.goes_beyond)).all():
        carried = {name: as_text(value) for name, value in {**row.payload, **row.keys}.items()}
        noted = [{'message_id': row.id, 'name': name, 'value': value} for name, value in carried.items()
                 if value is not None and len(name) <= 100 and len(value) <= 200]
        if noted:
            connection.execute(keys.insert(), noted)


def as_text(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return format(number.normalize() if number else Decimal(0), 'f')
    return value if isinstance(value, str) and value else None


def downgrade():
    op.drop_index('ix_message_key_carried', table_name='message_key')
    op.drop_table('message_key')
    op.drop_table('data_store')
