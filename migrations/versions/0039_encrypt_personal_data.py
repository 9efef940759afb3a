"""Encrypt personal data where they stand, and keep blind indexes to find people by telephone and number."""

import json

import sqlalchemy as sa
from alembic import op

from engine.encryption import blind
from engine.encryption.values import encrypt

revision = '0039'
down_revision = '0038'

BATCH = 500

# table → (key, {column: whether it may be empty (NULL)})
TEXTS = {
    'participant': ('id', {'id_number': False, 'phone': False, 'email': False, 'address': False}),
    'case': ('id', {'statement': False}),
    'application_draft': ('id', {'phone': False}),
    'note': ('id', {'text': False}),
    'notice': ('id', {'address': False, 'text': False, 'error': False}),
    'service_address': ('id', {'phone': False, 'address': False, 'email': False}),
    'serving_attempt': ('id', {'address': False, 'remark': False}),
    'ruling_objection': ('id', {'id_number': False, 'phone': False, 'address': False}),
    'paper_signature': ('id', {'identity': False}),
    'mediation_session': ('id', {'minutes': False}),
    'obligation': ('id', {'text': False}),
    'receipt': ('id', {'remark': False}),
    'operation_call': ('id', {'last_error': False}),
    'call_attempt': ('id', {'error': False}),
    'incident': ('id', {'detail': False}),
    'data_store': ('name', {'value': False}),
}
DOCUMENTS = {
    'case': ('id', {'claims': False, 'details': False}),
    'referral': ('id', {'body': False}),
    'application_draft': ('id', {'told': False, 'unfinished': False}),
    'power_of_attorney': ('id', {'proof': False}),
    'document': ('id', {'told': False}),
    'agreement': ('id', {'terms': False}),
    'proposal': ('id', {'terms': False}),
    'user_task': ('id', {'data': False, 'answers': True}),
    'task_draft': ('id', {'answers': False}),
    'operation_call': ('id', {'inputs': False, 'request': True, 'stored_result': True, 'result': True}),
    'message': ('id', {'payload': False}),
    'thrown': ('id', {'payload': False}),
    'variable_change': ('id', {'before': False, 'after': False}),
    'upgrade_item': ('id', {'kept': False}),
    'idempotency': ('id', {'body': True}),
}
BYTES = {
    'instance': ('id', {'state': False}),
    'upgrade_item': ('id', {'state': True}),
}
INDEXES = {
    'participant': {'id_number': blind.id_number, 'phone': blind.phone},
    'application_draft': {'phone': blind.phone},
    'service_address': {'phone': blind.phone},
}
AFTER = '_encrypted'


def upgrade():
    op.drop_index('ix_application_draft_phone', 'application_draft')
    for table, columns in INDEXES.items():
        for column in columns:
            op.add_column(table, sa.Column(f'{column}_blind', sa.String(32), nullable=False, server_default=''))
    for table in sorted({*TEXTS, *DOCUMENTS, *BYTES}):
        kinds = [(place[table][0], name, may_be_null, kind) for kind, place in enumerate((TEXTS, DOCUMENTS, BYTES)) if table in place
                 for name, may_be_null in place[table][1].items()]
        _change(table, kinds)
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f'ix_{table}_{column}_blind', table, [f'{column}_blind'])


def _change(table, kinds):
    """Encrypt the columns of a table into new ones, which then take the place and name of the old ones.

    By plain statements: to write a SQLite table anew would take long, and lose what stands about its indexes.
    """
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for _key, name, may_be_null, _kind in kinds:
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}{AFTER}" ' + (
            'BYTEA' if not on_sqlite else 'BLOB' if may_be_null else "BLOB NOT NULL DEFAULT X''"))
    _fill(table, kinds[0][0], kinds)
    for _key, name, may_be_null, _kind in kinds:
        op.execute(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
        op.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{name}{AFTER}" TO "{name}"')
        if not on_sqlite and not may_be_null:
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{name}" SET NOT NULL')


def _fill(table, key, kinds):
    connection = op.get_bind()
    names = [name for _key, name, _may_be_null, _kind in kinds]
    blinds = INDEXES.get(table, {})
    old = sa.table(table, sa.column(key), *(sa.column(name, (sa.Text(), _Raw(), sa.LargeBinary())[kind]) for _k, name, _n, kind in kinds))
    new = sa.table(table, sa.column(key), *(sa.column(f'{name}{AFTER}', sa.LargeBinary()) for name in names),
                   *(sa.column(f'{name}_blind', sa.String()) for name in blinds))
    change = sa.update(new).where(new.c[key] == sa.bindparam('of_key')).values(
        {f'{name}{AFTER}': sa.bindparam(f'to_{name}') for name in names} | {f'{name}_blind': sa.bindparam(f'by_{name}') for name in blinds})
    last = None
    while True:
        query = sa.select(old).order_by(old.c[key]).limit(BATCH)
        rows = connection.execute(query if last is None else query.where(old.c[key] > last)).all()
        if not rows:
            return
        connection.execute(change, [
            {'of_key': getattr(row, key)}
            | {f'to_{name}': _encrypted(getattr(row, name), kind, f'{table}.{name}') for _key, name, _may_be_null, kind in kinds}
            | {f'by_{name}': index(getattr(row, name) or '') for name, index in blinds.items()} for row in rows])
        last = getattr(rows[-1], key)


class _Raw(sa.types.TypeDecorator):
    """JSON as its text: SQLite keeps that, PostgreSQL's driver hands out what it means."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def _encrypted(value, kind, place):
    if value is None or kind == 1 and value == 'null':
        return None if kind else b''
    if kind == 1:
        return encrypt(value.encode(), place)
    told = value.encode() if isinstance(value, str) else bytes(value)
    return encrypt(told, place) if told else b''


def downgrade():
    raise NotImplementedError('there is no way back from here but a copy made before')
