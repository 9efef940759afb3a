"""The net under the rule table: PostgreSQL itself keeps back rows of cases that the asker has nothing to do with.

It is coarser than the rules (whose staff somebody is, whose case it is), and holds what only reads: what changes something runs
the process, which acts for everybody. It holds an account that does not own the tables (migrations, "row-level security"); the
owner's, and SQLite, go without.
"""

from sqlalchemy import text

from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import Role
from engine.db import db

ABOUT_ALL = frozenset({Role.ADMIN, Role.AUDITOR, Role.REGULATOR})  # they read of every case: what stands still, was done, in sums
BY_NAME = frozenset({Role.INSTITUTION_HANDLER, Role.INSTITUTION_APPROVER})  # of a body's cases only those that are theirs
WITHOUT = {  # tables that name a case, or something of one, or a body, and are not held: why
    "authority_limit": "what the other side is told depends on whether there are any",
    "audit_entry": "read by auditors only, who read of all; its chain is counted over all",
    "commitment": "what an institution promises to everybody",
    "evaluator": "lists for all", "mediator_profile": "lists for all", "court_profile": "lists for all",
    "organisation_profile": "lists for all",
    "api_client": "read before it is known who asks", "role_grant": "read before it is known who asks",
    "user": "read before it is known who asks",
    "task_view": "lists that colleagues share: no case in them",
    "draft": "of processes", "version": "of processes", "start_event": "of processes", "upgrade_batch": "of processes",
}
MOST_TOLD = 1000  # more cases than so many are asked for one by one
# cases that are reached by what lies elsewhere than in the case's own row; the net is drawn last, when they are known
_BODIES = "string_to_array(nullif(CAST(:bodies AS text), ''), ',')::int[]"
_HOUSES, _STANDING = (f"string_to_array(nullif(CAST(:{name} AS text), ''), ',')::int[]" for name in ("houses", "standing"))
_USER, _PERSON = "nullif(CAST(:user AS text), '')::int", "nullif(CAST(:participant AS text), '')::int"
_DRAW = text(f"""
WITH reached AS (
  SELECT case_id FROM participant WHERE is_current AND (body_id = ANY ({_BODIES}) OR user_id = {_USER} OR id = {_PERSON})
  UNION ALL SELECT case_id FROM user_task WHERE status = 'open' AND assignee_id = {_USER}
  UNION ALL SELECT case_id FROM confirmation_application WHERE court_id = ANY ({_BODIES})
  UNION ALL SELECT case_id FROM court_application WHERE court_id = ANY ({_BODIES})
  UNION ALL SELECT case_id FROM case_handler WHERE until IS NULL AND body_id = ANY ({_HOUSES}) AND user_id = ANY ({_STANDING})
  UNION ALL SELECT case_id FROM participant p WHERE is_current AND body_id = ANY ({_HOUSES}) AND NOT EXISTS (
    SELECT 1 FROM case_handler h WHERE h.case_id = p.case_id AND h.body_id = p.body_id AND h.until IS NULL)
  UNION ALL SELECT case_id FROM authority_request WHERE status = 'asked' AND approver_id = {_USER}
  LIMIT {MOST_TOLD + 1})
SELECT set_config('sutiao.cases', (
         SELECT CASE WHEN count(*) > {MOST_TOLD} THEN '*' ELSE coalesce(string_agg(case_id::text, ','), '') END
         FROM reached), true),
       set_config('sutiao.bodies', :bodies, true), set_config('sutiao.user', :user, true),
       set_config('sutiao.houses', :houses, true), set_config('sutiao.standing', :standing, true),
       set_config('sutiao.participant', :participant, true), set_config('sutiao.net', 'on', true)""")
_holds: dict[str, bool] = {}


def draw(actor: Actor) -> None:
    """From here to the end of the transaction nothing foreign is read, whatever a query asks for."""
    if not actor.is_system and not ABOUT_ALL & actor.roles.keys() and holds():
        db.session.execute(_DRAW, _reach(actor))


def _reach(actor: Actor) -> dict[str, str]:
    bodies = {body for role, at in actor.roles.items() if role not in BY_NAME for body in at if body is not None}
    if actor.kind == "client":
        bodies = {actor.body_id}
    houses = {body for body in actor.bodies(Role.INSTITUTION_HANDLER) if body is not None}
    told = {"bodies": _listed(bodies), "user": actor.user_id, "participant": actor.participant_id, "houses": _listed(houses),
            "standing": _listed({actor.user_id, *roster.replaced_by(actor.user_id)}) if houses else ""}
    return {name: str(value or "") for name, value in told.items()}


def _listed(keys: set[int]) -> str:
    return ",".join(map(str, sorted(keys)))


def holds() -> bool:
    """Is this account one that the net holds? Asked once: who owns the tables does not change while a program runs."""
    where = str(db.engine.url)
    if where not in _holds:
        _holds[where] = db.engine.dialect.name == "postgresql" and bool(
            db.session.scalar(text("SELECT to_regclass('\"case\"') IS NOT NULL AND row_security_active('\"case\"')")))
    return _holds[where]


def forget() -> None:
    """Ask anew (a test has changed the account)."""
    _holds.clear()
