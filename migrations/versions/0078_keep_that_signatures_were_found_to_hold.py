"""Keep for which bytes of a document its signatures were found to hold, so that no page has to look again."""

from alembic import op

revision = '0078'
down_revision = '0077'


def upgrade():
    """By a plain statement: documents are many, and no table of SQLite is written anew."""
    op.execute('ALTER TABLE "document" ADD COLUMN "found_good_sha256" VARCHAR(64) NOT NULL DEFAULT \'\'')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE "document" ALTER COLUMN "found_good_sha256" DROP DEFAULT')


def downgrade():
    op.execute('ALTER TABLE "document" DROP COLUMN "found_good_sha256"')
