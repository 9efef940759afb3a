"""Let people settle a message that is not known to have arrived: by whom, when, and how it was made good."""

import sqlalchemy as sa
from alembic import op

revision = '0077'
down_revision = '0076'


def upgrade():
    """By plain statements: notices are many, and no table of SQLite is written anew."""
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    op.execute(f'ALTER TABLE "notice" ADD COLUMN "settled_at" {"DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"}')
    op.execute('ALTER TABLE "notice" ADD COLUMN "settled_by" VARCHAR(200) NOT NULL DEFAULT \'\'')
    empty = "BLOB NOT NULL DEFAULT X''" if on_sqlite else "BYTEA NOT NULL DEFAULT ''"
    op.execute(f'ALTER TABLE "notice" ADD COLUMN "settled_how" {empty}')
    if not on_sqlite:
        op.execute('ALTER TABLE "notice" ALTER COLUMN "settled_by" DROP DEFAULT, ALTER COLUMN "settled_how" DROP DEFAULT')
    op.create_index('ix_service_address_document_id', 'service_address', ['document_id'])
    with op.batch_alter_table('serving_day') as batch_op:
        batch_op.add_column(sa.Column('settled', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('serving_day') as batch_op:
        batch_op.alter_column('settled', existing_type=sa.Integer(), server_default=None)


def downgrade():
    op.drop_index('ix_service_address_document_id', 'service_address')
    with op.batch_alter_table('serving_day') as batch_op:
        batch_op.drop_column('settled')
    for name in ('settled_how', 'settled_by', 'settled_at'):
        op.execute(f'ALTER TABLE "notice" DROP COLUMN "{name}"')
