"""Keep the keys that people chose: urgency went from p to i, and p lets a clock stand still. An export knows its length."""

import sqlalchemy as sa
from alembic import op

from engine.db import Json

revision = '0091'
down_revision = '0090'

USERS = sa.table('user', sa.column('id', sa.Integer()), sa.column('keys', Json))
NEWER = {'i', 'e', '^k'}  # came with the change: whoever has one of them elsewhere chose since then


def upgrade():
    _change(lambda old: old if NEWER & old.keys() else _kept(old))
    op.execute('UPDATE export SET total = done WHERE total IS NULL')
    _let_total_be_empty(False)


def downgrade():
    _change(lambda new: {('p' if key == 'i' else key): own for key, own in new.items() if key not in ('p', 'e', '^k')}
            if 'i' in new else new)
    _let_total_be_empty(True)


def _let_total_be_empty(may):
    with op.batch_alter_table('export', schema=None) as batch_op:
        batch_op.alter_column('total', existing_type=sa.Integer(), nullable=may)


def _kept(old):
    """What was said of p was said of urgency. Whose own key is where urgency is now keeps it at p, and has none for the clock."""
    moved = {('i' if key == 'p' else key): own for key, own in old.items()}
    if 'p' not in old and 'i' in old.values():
        moved |= {'i': 'p', 'p': ''}
    return {key: own for key, own in moved.items() if own != key}


def _change(changed):
    connection = op.get_bind()
    for user_id, old in connection.execute(sa.select(USERS).order_by(USERS.c.id)).all():
        if old and (new := changed(old)) != old:
            connection.execute(sa.update(USERS).where(USERS.c.id == user_id).values(keys=new))
