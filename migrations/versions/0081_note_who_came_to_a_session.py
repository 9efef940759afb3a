"""Note who came to a session, how they were identified, and who else was there."""

import sqlalchemy as sa
from alembic import op

revision = '0081'
down_revision = '0080'

COLUMNS = (('came', 8), ('identity', 16))


def upgrade():
    """By plain statements, as 0076: no table of SQLite is written anew."""
    for name, length in COLUMNS:
        op.execute(f"ALTER TABLE attendance ADD COLUMN {name} VARCHAR({length}) DEFAULT '' NOT NULL")
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    op.execute(f'ALTER TABLE mediation_session ADD COLUMN others {"BLOB" if on_sqlite else "BYTEA"}')
    if not on_sqlite:
        for name, _length in COLUMNS:
            op.alter_column('attendance', name, existing_type=sa.String(_length), server_default=None)


def downgrade():
    op.drop_column('mediation_session', 'others')
    for name, _length in COLUMNS:
        op.drop_column('attendance', name)
