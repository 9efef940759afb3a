"""Let staff be told by mail of terms near their end, where they want it."""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0088'
down_revision = '0087'


def upgrade():
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    blob, nothing = ("BLOB", "X''") if on_sqlite else ("BYTEA", "'\\x'")
    op.execute(f"ALTER TABLE \"user\" ADD COLUMN mail {blob} DEFAULT {nothing} NOT NULL")
    op.execute("ALTER TABLE \"user\" ADD COLUMN term_mail VARCHAR(8) DEFAULT '' NOT NULL")
    if not on_sqlite:
        op.alter_column('user', 'mail', existing_type=sa.LargeBinary(), server_default=None)
        op.alter_column('user', 'term_mail', existing_type=sa.String(8), server_default=None)
    op.create_table(
        'term_mail',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('terms', sa.Integer(), nullable=False),
        sa.Column('status', sa.String(length=8), nullable=False),
        sa.Column('tried_at', Moment(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_term_mail_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_term_mail')),
        sa.UniqueConstraint('user_id', 'day', name=op.f('uq_term_mail_user_id_day')),
    )
    op.create_index(op.f('ix_term_mail_user_id'), 'term_mail', ['user_id'])
    op.create_index(op.f('ix_term_mail_day'), 'term_mail', ['day'])


def downgrade():
    op.drop_table('term_mail')
    op.drop_column('user', 'term_mail')
    op.drop_column('user', 'mail')
