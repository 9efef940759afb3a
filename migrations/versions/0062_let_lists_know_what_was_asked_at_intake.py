"""Let lists know what was asked at intake: a row for each answer, beside the encrypted details, under the net of 0041."""

import json

import sqlalchemy as sa
from alembic import op

from engine.cases import listed
from engine.encryption.values import decrypt

revision = '0062'
down_revision = '0061'

BATCH = 500
OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"


def upgrade():
    op.create_table('case_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('blind', sa.String(length=32), nullable=False),
    sa.Column('place', sa.Numeric(precision=16, scale=2), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_answer_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_answer')),
    sa.UniqueConstraint('case_id', 'name', 'blind', name=op.f('uq_case_answer_case_id_name_blind'))
    )
    _fill()
    op.create_index('ix_case_answer_equal', 'case_answer', ['name', 'blind', 'case_id'])
    op.create_index('ix_case_answer_place', 'case_answer', ['name', 'place', 'case_id'])
    op.create_index('ix_case_category', 'case', ['category', 'id'])
    op.create_index('ix_case_region', 'case', ['region', 'id'])
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'CREATE POLICY net ON case_answer USING ({OFF} OR EXISTS '
                   '(SELECT 1 FROM "case" WHERE "case".id = case_answer.case_id)) WITH CHECK (true)')
        op.execute('ALTER TABLE case_answer ENABLE ROW LEVEL SECURITY')


def _fill():
    """A row for each answer of every case there is."""
    connection, last = op.get_bind(), 0
    cases = sa.table('case', sa.column('id'), sa.column('details', sa.LargeBinary()))
    rows = sa.table('case_answer', sa.column('case_id'), sa.column('name'), sa.column('blind'),
                    sa.column('place', sa.Numeric(16, 2)))
    while found := connection.execute(
            sa.select(cases).where(cases.c.id > last).order_by(cases.c.id).limit(BATCH)).all():
        told = {(row.id, name, blind): place for row in found if row.details
                for name, blind, place in listed.answers(json.loads(decrypt(bytes(row.details), 'case.details')))}
        if told:
            connection.execute(sa.insert(rows), [
                {'case_id': case, 'name': name, 'blind': blind, 'place': place} for (case, name, blind), place in told.items()])
        last = found[-1].id


def downgrade():
    op.drop_index('ix_case_region', table_name='case')
    op.drop_index('ix_case_category', table_name='case')
    op.drop_table('case_answer')
