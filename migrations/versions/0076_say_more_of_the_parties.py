"""Say more of the parties where papers name them, who is responsible in an agreement, and who is on which court's register."""

import sqlalchemy as sa
from alembic import op

revision = '0076'
down_revision = '0075'

ENCRYPTED = {'participant': ('ethnicity', 'occupation', 'representative_post'), 'agreement': ('responsibility',)}
REGISTERS = ('organisation_profile', 'mediator_profile')


def upgrade():
    """By plain statements, as 0068: columns that are empty so far, and no table of SQLite is written anew."""
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for table, names in ENCRYPTED.items():
        for name in names:
            kind = "BLOB NOT NULL DEFAULT X''" if on_sqlite else "BYTEA NOT NULL DEFAULT ''"
            op.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')
            if not on_sqlite:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{name}" DROP DEFAULT')
    for table in REGISTERS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column('register_no', sa.String(64), nullable=False, server_default=''))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column('register_no', existing_type=sa.String(64), server_default=None)


def downgrade():
    for table in REGISTERS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column('register_no')
    for table, names in ENCRYPTED.items():
        for name in names:
            op.execute(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
