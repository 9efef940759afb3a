"""Encrypt what still lay readable in words: reasons of endings, remarks and answers of approvers, what somebody needs, what lists
are asked for, what colleagues tell one another with a task."""

import json

import sqlalchemy as sa
from alembic import op

from engine.db import Json
from engine.encryption.values import decrypt, encrypt

revision = '0092'
down_revision = '0091'

BATCH, AFTER = 500, '_encrypted'
TEXTS = {
    'authority_limit': ('revoked_reason',),
    'authority_request': ('remark',),
    'case_link': ('reason',),
    'closing': ('reason',),
    'confirmation_application': ('reason',),
    'court_application': ('reason',),
    'court_ending': ('reason',),
    'paper_signature': ('reason',),
    'power_of_attorney': ('ended_reason',),
    'task_loan': ('note',),
}
DOCUMENTS = {'authority_request': ('decisions',), 'participant': ('needs',), 'task_batch': ('told',), 'task_view': ('asked',)}
LENGTHS = {'task_loan.note': 200}


def upgrade():
    """By plain statements, as 0039: to write a SQLite table anew would take long, and lose what stands about its indexes."""
    for table, names in (*TEXTS.items(), *DOCUMENTS.items()):
        _change(table, names, dict.fromkeys(names, ('BYTEA', "BLOB NOT NULL DEFAULT X''")), _Plain(), sa.LargeBinary(), _encrypted)


def downgrade():
    """Readable again, with the keys in force."""
    for table, names in TEXTS.items():
        _change(table, names, {name: _text(f'{table}.{name}') for name in names}, sa.LargeBinary(), sa.Text(), _decrypted)
    for table, names in DOCUMENTS.items():
        kinds = dict.fromkeys(names, ('JSONB', "JSON NOT NULL DEFAULT '[]'"))
        _change(table, names, kinds, sa.LargeBinary(), _Json(), _decrypted)


def _text(place):
    kind = f'VARCHAR({LENGTHS[place]})' if place in LENGTHS else 'TEXT'
    return kind, f"{kind} NOT NULL DEFAULT ''"


def _change(table, names, kinds, before, after, changed):
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for name in names:
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}{AFTER}" {kinds[name][on_sqlite]}')
    old = sa.table(table, sa.column('id'), *(sa.column(name, before) for name in names))
    new = sa.table(table, sa.column('id'), *(sa.column(f'{name}{AFTER}', after) for name in names))
    change = sa.update(new).where(new.c.id == sa.bindparam('of_id')).values({f'{name}{AFTER}': sa.bindparam(f'to_{name}') for name in names})
    last, connection = 0, op.get_bind()
    while rows := connection.execute(sa.select(old).where(old.c.id > last).order_by(old.c.id).limit(BATCH)).all():
        connection.execute(change, [
            {'of_id': row.id} | {f'to_{name}': changed(getattr(row, name), f'{table}.{name}') for name in names} for row in rows])
        last = rows[-1].id
    for name in names:
        op.execute(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
        op.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{name}{AFTER}" TO "{name}"')
        if not on_sqlite:
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{name}" SET NOT NULL')


class _Plain(sa.types.TypeDecorator):
    """A text, or JSON as its text: SQLite keeps that, PostgreSQL's driver hands out what it means."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(',', ':'))


class _Json(sa.types.TypeDecorator):
    """JSON from its text: SQLite takes that, PostgreSQL what it means."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return json.loads(value or '[]')


def _encrypted(value, place):
    return encrypt(value.encode(), place) if value else b''


def _decrypted(value, place):
    return decrypt(bytes(value), place).decode() if value else ''
