"""Keep which courts struck a mediator off their registers."""

import sqlalchemy as sa
from alembic import op
from engine.db import Json

revision = '0069'
down_revision = '0068'


def upgrade():
    with op.batch_alter_table('mediator_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('struck_off', Json, nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table('mediator_profile', schema=None) as batch_op:  # SQLite copies the rows before
        batch_op.alter_column('struck_off', server_default=None)


def downgrade():
    with op.batch_alter_table('mediator_profile', schema=None) as batch_op:
        batch_op.drop_column('struck_off')
