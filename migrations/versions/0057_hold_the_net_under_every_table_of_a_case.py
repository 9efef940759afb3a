"""Hold the net of 0041 under everything that belongs to a case, at a price that does not grow with the register (PostgreSQL).

Whether a case is reached by what lies elsewhere (a participant, an application, an open task) was asked of a function for each
row. Now engine/access/net.py asks once, and tells the numbers of these cases as long as they are few; the function is left for
whoever has many.
"""

from alembic import op

revision = '0057'
down_revision = '0056'

OF_CASES = ('advance', 'application_draft', 'assignment_draw', 'authority_request', 'call_note', 'case_link', 'clause_question',
            'closing', 'confirmation_application', 'consent', 'court_application', 'court_ending', 'deadline', 'evaluation',
            'facts_record', 'group_member', 'incident', 'instance', 'message', 'message_wait', 'notarial_deed', 'operation_call',
            'paper_signature', 'power_of_attorney', 'ruling_objection', 'thrown', 'timer', 'variable_change')
OF_ROWS = {'attendance': ('mediation_session', 'session_id'), 'call_attempt': ('operation_call', 'call_id'),
           'data_store': ('instance', 'instance_id'), 'mention': ('comment', 'comment_id'), 'message_key': ('message', 'message_id'),
           'one_time_code': ('party_link', 'link_id'), 'proposal_answer': ('proposal', 'proposal_id'),
           'reading': ('comment', 'comment_id'), 'receipt': ('obligation', 'obligation_id'),
           'room_signal': ('mediation_session', 'session_id'), 'secret_view': ('participant', 'participant_id'),
           'serving_attempt': ('serving', 'serving_id'), 'signature': ('document', 'document_id'),
           'task_draft': ('user_task', 'task_id'), 'task_loan': ('user_task', 'task_id'), 'task_mark': ('user_task', 'task_id'),
           'task_priority': ('user_task', 'task_id'), 'upgrade_item': ('instance', 'instance_id')}
OFF = "(SELECT coalesce(current_setting('sutiao.net', true), '') = '')"
BODIES = "(SELECT string_to_array(nullif(current_setting('sutiao.bodies', true), ''), ',')::int[])"
USER = "(SELECT nullif(current_setting('sutiao.user', true), '')::int)"

OF_ORGANISATION = {'case_group': 'organisation_id', 'authority_limit': 'institution_id'}
TOLD = "SELECT unnest(string_to_array(nullif(nullif(current_setting('sutiao.cases', true), ''), '*'), ',')::int[])"
MANY = "(SELECT current_setting('sutiao.cases', true) = '*')"
OWN = (f'{OFF} OR organisation_id = ANY ({BODIES}::int[]) OR court_id = ANY ({BODIES}::int[])'
       f' OR institution_id = ANY ({BODIES}::int[]) OR mediator_id = {USER}')


def upgrade():
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.execute(f'ALTER POLICY net ON "case" USING ({OWN} OR id IN ({TOLD}) OR {MANY} AND sutiao_reaches(id))')
    for table in OF_CASES:
        _hold(table, f'case_id IS NULL OR EXISTS (SELECT 1 FROM "case" WHERE "case".id = {table}.case_id)')
    for table, (parent, column) in OF_ROWS.items():
        _hold(table, f'{column} IS NULL OR EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{column})')
    for table, column in OF_ORGANISATION.items():
        _hold(table, f'{column} = ANY ({BODIES}::int[])')


def _hold(table, reached):
    op.execute(f'CREATE POLICY net ON {table} USING ({OFF} OR {reached}) WITH CHECK (true)')
    op.execute(f'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY')


def downgrade():
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table in (*OF_ROWS, *OF_CASES, *OF_ORGANISATION):
        op.execute(f'ALTER TABLE {table} DISABLE ROW LEVEL SECURITY')
        op.execute(f'DROP POLICY net ON {table}')
    op.execute(f'ALTER POLICY net ON "case" USING ({OWN} OR sutiao_reaches(id))')
