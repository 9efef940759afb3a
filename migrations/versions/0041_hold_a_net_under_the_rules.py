"""Hold a net under the rules: row-level security on what belongs to cases, for whoever is not the tables' owner (PostgreSQL).

engine/access/net.py says who is asking. The owner (workers, the command line, a web that uses the owner's account) is not held.
"""

from alembic import op

revision = '0041'
down_revision = '0040'

OF_CASES = ('participant', 'user_task', 'document', 'note', 'comment', 'agreement', 'mediation_session', 'notice', 'serving',
            'service_address', 'referral', 'obligation', 'proposal', 'party_link', 'trace_entry')

OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
BODIES = "(SELECT string_to_array(nullif(current_setting('sutiao.bodies', true), ''), ',')::int[])"
USER = "(SELECT nullif(current_setting('sutiao.user', true), '')::int)"
PERSON = "(SELECT nullif(current_setting('sutiao.participant', true), '')::int)"

REACHES = f"""
CREATE FUNCTION sutiao_reaches(wanted int) RETURNS boolean LANGUAGE sql STABLE SET sutiao.net = '' AS $$
  SELECT EXISTS (SELECT 1 FROM participant p WHERE p.case_id = wanted AND p.is_current
                   AND (p.body_id = ANY ({BODIES}::int[]) OR p.user_id = {USER} OR p.id = {PERSON}))
      OR EXISTS (SELECT 1 FROM confirmation_application a WHERE a.case_id = wanted AND a.court_id = ANY ({BODIES}::int[]))
      OR EXISTS (SELECT 1 FROM court_application a WHERE a.case_id = wanted AND a.court_id = ANY ({BODIES}::int[]))
      OR EXISTS (SELECT 1 FROM user_task t WHERE t.case_id = wanted AND t.status = 'open' AND t.assignee_id = {USER})
$$"""
CASE = f"""
CREATE POLICY net ON "case" USING ({OFF} OR organisation_id = ANY ({BODIES}::int[]) OR court_id = ANY ({BODIES}::int[])
  OR institution_id = ANY ({BODIES}::int[]) OR mediator_id = {USER} OR sutiao_reaches(id)) WITH CHECK (true)"""


def upgrade():
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.execute(REACHES)
    op.execute(CASE)
    op.execute('ALTER TABLE "case" ENABLE ROW LEVEL SECURITY')
    for table in OF_CASES:
        op.execute(f'CREATE POLICY net ON {table} USING ({OFF} OR case_id IS NULL OR EXISTS '
                   f'(SELECT 1 FROM "case" WHERE "case".id = {table}.case_id)) WITH CHECK (true)')
        op.execute(f'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY')


def downgrade():
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table in (*OF_CASES, '"case"'):
        op.execute(f'ALTER TABLE {table} DISABLE ROW LEVEL SECURITY')
        op.execute(f'DROP POLICY net ON {table}')
    op.execute('DROP FUNCTION sutiao_reaches(int)')
