"""Write down for the audit what requests did: each change in its own transaction (after it, where a view keeps several of its
own), refusals, and who opened a case or a paper.
"""

from collections import OrderedDict
from threading import Lock

from flask import g, request

from engine import clock
from engine.access.actor import NOBODY, Actor
from engine.access.models import User
from engine.audit import notes
from engine.cases.models import Case
from engine.db import db
from engine.documents.models import Document
from engine.mediation.models import MediationSession
from engine.notices import keys
from engine.workflow.models import Instance, UserTask
from webapp.errors import trace_id
from webapp.identity import current_actor

NAMES = ("number", "code", "key", "process_key", "template", "name")  # of what has no id in the address; tokens are secrets
OF_A_CASE = {"task_id": UserTask, "instance_id": Instance, "document_id": Document, "session_id": MediationSession}
REASONS = ("over", "reason", "why")  # where forms ask why; over: more than was agreed for a colleague
# Where staff say why they do something. What is said in a case, or of somebody, stands in rows of its own and is never noted.
SAID_BY_STAFF = {"admin", "limits", "tracing", "triage", "wall", "revealing"}  # areas
SAID_BY_STAFF_AT = {"inbox.assign", "inbox.release", "many_tasks.act"}
REMEMBERED = 20_000

_opened: OrderedDict = OrderedDict()  # who opened what this hour, so that turning pages back and forth is told once
_lock = Lock()


def opens(view):
    """Mark a view that shows a case or a paper: who opens it is written down, once an hour."""
    view.opens = True
    return view


def leaves_no_note(view):
    """Mark a view that changes only what somebody keeps for themselves, many times an hour: a draft."""
    view.leaves_no_note = True
    return view


def note_change(status: int) -> None:
    """Within the transaction of a request that may have changed something."""
    if status < 400:
        _note(known_actor(), "done")


def note_refusal() -> None:
    """Somebody known was not allowed to do this. What is not theirs to see leaves no trace: it looks as if it did not exist."""
    _note(known_actor(), "refused")


def is_first_opening() -> bool:
    """Was a page made of what is worth protecting, for somebody who has not opened it within the hour?"""
    actor = known_actor()
    return actor is not None and _is_first(actor)


def note_opening() -> None:
    """After such a page was made."""
    _note(known_actor(), "opened")


def note_failed_sign_in(login: str) -> None:
    """Somebody tried to come in as this user, or as one there is not."""
    user = db.session.query(User.id, User.body_id).filter(User.login == login).one_or_none()
    tried = Actor("nobody", "", body_id=user.body_id if user else None)
    _write(tried, "user", user.id if user else "", None, "refused")


def known_actor() -> Actor | None:
    """Who is asking, when they are somebody."""
    actor = g.actor if "actor" in g else current_actor()
    return None if actor in (None, NOBODY) else actor


def _note(actor: Actor | None, outcome: str) -> None:
    if actor is not None:
        kind, key = _object()
        for told in [{"on_behalf_of": other} for other in _on_behalf_of(actor)] or [{}]:
            _write(actor, kind, key, _case(actor), outcome, **told)


def _on_behalf_of(actor: Actor) -> list[int]:
    """For whom: the person whom another system names, or who is away."""
    return [actor.person.user_id] if actor.person is not None else notes.absent()


def _write(actor: Actor, kind: str, key: object, case_id: int | None, outcome: str, **detail) -> None:
    address = notes.hashed_address(request.remote_addr or "", keys.key("audit addresses"))
    notes.note(actor, request.endpoint or "", kind, key, case_id=case_id, purpose=_purpose(), outcome=outcome,
               address_hash=address, trace_id=trace_id(), **detail)


def _purpose() -> str:
    if request.blueprint not in SAID_BY_STAFF and request.endpoint not in SAID_BY_STAFF_AT:
        return ""
    return next((said for name in REASONS if (said := request.form.get(name))), "")


def _object() -> tuple[str, object]:
    """What it was about, by the address: kind and id."""
    given = request.view_args or {}
    ids = [(name.removesuffix("_id"), value) for name, value in given.items() if name.endswith("_id")]
    return (ids or [(name, given[name]) for name in NAMES if name in given] or [("", "")])[-1]


def _case(actor: Actor) -> int | None:
    given = request.view_args or {}
    if actor.case_id is not None:
        return actor.case_id
    for name, model in OF_A_CASE.items():
        if name in given and (row := db.session.get(model, given[name])) is not None:
            return row.case_id
    return db.session.query(Case.id).filter(Case.number == given["number"]).scalar() if "number" in given else None


def _is_first(actor: Actor) -> bool:
    user_id = (actor.person or actor).user_id
    what = (clock.now().strftime("%Y%m%d%H"), actor.kind, user_id, actor.participant_id, actor.client_id, request.path)
    with _lock:
        if what in _opened:
            return False
        _opened[what] = True
        if len(_opened) > REMEMBERED:
            _opened.popitem(last=False)
    return True
