"""Keep an audit that is append only, linked into chains and anchored."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0027'
down_revision = '0026'

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
APPEND_ONLY = ('audit_entry', 'audit_link', 'audit_anchor', 'trace_entry')


def upgrade():
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('tenant', sa.Integer(), nullable=False),
    sa.Column('actor_kind', sa.String(length=16), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=100), nullable=False),
    sa.Column('object_type', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=64), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('detail', JSON, nullable=False),
    sa.Column('address_hash', sa.String(length=32), nullable=False),
    sa.Column('trace_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_action'), ['action'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index('ix_audit_entry_case_id_id', ['case_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_tenant_id', ['tenant', 'id'], unique=False)
    op.create_table('audit_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('row_id', sa.BigInteger(), nullable=False),
    sa.Column('tenant', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('source', 'row_id', name=op.f('uq_audit_link_source_row_id')),
    sa.UniqueConstraint('tenant', 'number', name=op.f('uq_audit_link_tenant_number'))
    )
    op.create_table('audit_anchor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('leaves', sa.BigInteger(), nullable=False),
    sa.Column('last_link_id', sa.BigInteger(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('peaks', JSON, nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_anchor'))
    )
    op.create_table('audit_head',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('next_number', sa.BigInteger(), nullable=False),
    sa.Column('moved_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_audit_head'))
    )
    for table in APPEND_ONLY:
        _guard(table)


def _guard(table):
    """The database itself refuses to change or delete these rows."""
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                       f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END")
        return
    op.execute("CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
               "$$ BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$")
    op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
               "FOR EACH STATEMENT EXECUTE FUNCTION append_only()")


def downgrade():
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == 'sqlite':
            for verb in ('update', 'delete'):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    for table in ('audit_head', 'audit_anchor', 'audit_link', 'audit_entry'):
        op.drop_table(table)
