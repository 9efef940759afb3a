"""Encrypt the secret by which a court's system verifies what we tell it."""

import sqlalchemy as sa
from alembic import op

from engine.encryption.values import decrypt, encrypt

revision = '0079'
down_revision = '0078'

PLACE = 'court_profile.callback_secret'


def upgrade():
    _change(('BYTEA', "BLOB NOT NULL DEFAULT X''"), sa.String(), sa.LargeBinary(),
            lambda value: encrypt(value.encode(), PLACE) if value else b'')


def downgrade():
    """Readable again, with the keys in force."""
    _change(('VARCHAR(100)', "VARCHAR(100) NOT NULL DEFAULT ''"), sa.LargeBinary(), sa.String(),
            lambda value: decrypt(bytes(value), PLACE).decode() if value else '')


def _change(kinds, before, after, changed):
    """By plain statements: courts are few, and no table of SQLite is written anew."""
    connection, name = op.get_bind(), 'callback_secret'
    on_sqlite = connection.dialect.name == 'sqlite'
    op.execute(f'ALTER TABLE court_profile ADD COLUMN {name}_new {kinds[on_sqlite]}')
    old = sa.table('court_profile', sa.column('body_id'), sa.column(name, before))
    new = sa.table('court_profile', sa.column('body_id'), sa.column(f'{name}_new', after))
    for row in connection.execute(sa.select(old)).all():
        connection.execute(sa.update(new).where(new.c.body_id == row.body_id).values({f'{name}_new': changed(row.callback_secret)}))
    op.execute(f'ALTER TABLE court_profile DROP COLUMN {name}')
    op.execute(f'ALTER TABLE court_profile RENAME COLUMN {name}_new TO {name}')
    if not on_sqlite:
        op.execute(f'ALTER TABLE court_profile ALTER COLUMN {name} SET NOT NULL')
