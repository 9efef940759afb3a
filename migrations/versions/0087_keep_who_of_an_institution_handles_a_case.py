"""Keep who of an institution handles which of its cases: existing ones are with whoever took or did a task of it there.

PostgreSQL's net follows: an institution's people reach what is theirs by name, and what nobody of theirs handles yet.
"""

import sqlalchemy as sa
from alembic import op

from engine.db import Moment

revision = '0087'
down_revision = '0086'

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
BODIES, HOUSES, STANDING = (f"(SELECT string_to_array(nullif(current_setting('sutiao.{name}', true), ''), ',')::int[])"
                            for name in ('bodies', 'houses', 'standing'))
USER = "(SELECT nullif(current_setting('sutiao.user', true), '')::int)"
PERSON = "(SELECT nullif(current_setting('sutiao.participant', true), '')::int)"
BEFORE = f"""
CREATE OR REPLACE FUNCTION sutiao_reaches(wanted int) RETURNS boolean LANGUAGE sql STABLE SET sutiao.net = '' AS $$
  SELECT EXISTS (SELECT 1 FROM participant p WHERE p.case_id = wanted AND p.is_current
                   AND (p.body_id = ANY ({BODIES}::int[]) OR p.user_id = {USER} OR p.id = {PERSON}))
      OR EXISTS (SELECT 1 FROM confirmation_application a WHERE a.case_id = wanted AND a.court_id = ANY ({BODIES}::int[]))
      OR EXISTS (SELECT 1 FROM court_application a WHERE a.case_id = wanted AND a.court_id = ANY ({BODIES}::int[]))
      OR EXISTS (SELECT 1 FROM user_task t WHERE t.case_id = wanted AND t.status = 'open' AND t.assignee_id = {USER})"""
REACHES = f"""{BEFORE}
      OR EXISTS (SELECT 1 FROM case_handler h WHERE h.case_id = wanted AND h.until IS NULL
                   AND h.body_id = ANY ({HOUSES}::int[]) AND h.user_id = ANY ({STANDING}::int[]))
      OR EXISTS (SELECT 1 FROM participant p WHERE p.case_id = wanted AND p.is_current AND p.body_id = ANY ({HOUSES}::int[])
                   AND NOT EXISTS (SELECT 1 FROM case_handler h WHERE h.case_id = wanted AND h.body_id = p.body_id
                                     AND h.until IS NULL))
      OR EXISTS (SELECT 1 FROM authority_request a WHERE a.case_id = wanted AND a.status = 'asked' AND a.approver_id = {USER})"""
KEYS = {'case_id': 'case', 'body_id': 'body', 'user_id': 'user', 'begun_by_id': 'user', 'ended_by_id': 'user'}
NOW = {'postgresql_where': sa.text('until IS NULL'), 'sqlite_where': sa.text('until IS NULL')}


def upgrade():
    op.create_table('case_handler',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.Column('begun_by_id', sa.Integer(), nullable=True),
    sa.Column('until', Moment(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    *[sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_case_handler_{column}')) for column, table in KEYS.items()],
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_handler'))
    )
    with op.batch_alter_table('case_handler', schema=None) as batch_op:
        for column in ('case_id', 'body_id'):
            batch_op.create_index(batch_op.f(f'ix_case_handler_{column}'), [column], unique=False)
        batch_op.create_index('uq_case_handler_now', ['case_id', 'body_id', 'user_id'], unique=True, **NOW)
        batch_op.create_index('ix_case_handler_user_now', ['user_id', 'case_id'], unique=False, **NOW)
    op.execute("""
        INSERT INTO case_handler (case_id, body_id, user_id, since, revision)
        SELECT t.case_id, t.body_id, t.assignee_id, min(t.opened_at), 1 FROM user_task t
          JOIN role_grant g ON g.user_id = t.assignee_id AND g.body_id = t.body_id AND g.role = 'institution_handler'
           AND (g.valid_until IS NULL OR g.valid_until >= current_date)
          JOIN "user" u ON u.id = t.assignee_id AND u.is_active
         WHERE t.role = 'party' AND t.case_id IS NOT NULL
         GROUP BY t.case_id, t.body_id, t.assignee_id""")
    if op.get_bind().dialect.name == 'postgresql':  # the net of 0041 and 0057
        op.execute(f'{REACHES} $$')
        op.execute(f'CREATE POLICY net ON case_handler USING ({OFF} OR EXISTS '
                   '(SELECT 1 FROM "case" WHERE "case".id = case_handler.case_id)) WITH CHECK (true)')
        op.execute('ALTER TABLE case_handler ENABLE ROW LEVEL SECURITY')


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'{BEFORE} $$')
    op.drop_table('case_handler')
