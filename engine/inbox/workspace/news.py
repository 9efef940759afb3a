"""What others did in a case since somebody last looked: replies, questions, messages, steps done, colleagues' comments; and
what the clock says of its terms."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import CompoundSelect, Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from engine import clock, statements
from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.policy import ACTORS_KEPT, visible
from engine.cases.models import Case
from engine.cases.talk import Comment, Reading
from engine.db import db, savepoint
from engine.inbox.models import CaseLook
from engine.inbox.workspace import desk, internal
from engine.workflow.models import TraceEntry

SAID = ("message_received", "task_completed", "clause_asked", "clause_answered", "draft_shown", "document_received",
        "paper_signed_for", "paper_returned", "agent_appointed", "party_joined", "party_left")
OF_THE_MEDIATION = ("claim_replied", "claim_evidenced", "minutes_confirmed", "minutes_objected")  # not the court's
BY_THE_CLOCK = ("term_reminded", "term_recounted")  # said by nobody: a term is about to end, or its end moved with the calendar
MACHINES = ("", "system", "worker", "clock")
COURT = (Role.CLERK, Role.JUDGE, Role.COURT_PRESIDENT)
SHOWN = 8


@dataclass(frozen=True)
class News:
    """What is new in one case for one person; `since`: when they looked last, None when they never did."""

    since: datetime | None
    entries: list[TraceEntry]  # the newest first, at most `SHOWN`
    more: int = 0  # how many older ones there are


def of_case(actor: Actor, case: Case) -> News | None:
    """What is new; for people with an account only. Nothing is new to who never looked: all of it is."""
    if actor.user_id is None:
        return None
    look = _look(actor, case.id)
    if look is None:
        return News(None, [])
    rows = db.session.scalars(select(TraceEntry).where(
        TraceEntry.case_id == case.id, TraceEntry.id > look.entry_id, _told(actor, desk.sees_mediation(actor, case))
    ).order_by(TraceEntry.id.desc()))
    # a message is told to every process of its case: it was said once
    found = {entry.detail.get("message") or -entry.id: entry for entry in rows
             if entry.detail.get("name") not in internal.MESSAGES}
    return News(look.at, list(found.values())[:SHOWN], max(0, len(found) - SHOWN))


def among(actor: Actor, case_ids: Iterable[int | None]) -> set[int]:
    """In which of these cases, all of them the actor's to see, something is new."""
    wanted = {each for each in case_ids if each is not None}
    if not wanted or actor.user_id is None:
        return set()
    return set(statements.ask(_fresh(actor), cases=sorted(wanted)).scalars())


@lru_cache(maxsize=ACTORS_KEPT)
def _fresh(actor: Actor) -> CompoundSelect:
    """Those of some cases in which something is new to the actor."""
    inside = any(actor.has(role) for role in desk.SESSION_SEERS) and not any(actor.has(role) for role in COURT)
    told = select(TraceEntry.id).where(
        TraceEntry.case_id == CaseLook.case_id, TraceEntry.id > CaseLook.entry_id, _told(actor, inside))
    looked = select(CaseLook.case_id).where(
        CaseLook.user_id == actor.user_id, statements.among(CaseLook.case_id, "cases"), told.exists())
    return looked.union_all(_unread(actor))


def look(actor: Actor, case: Case) -> None:
    """Note that everything that stands there now has been seen."""
    newest = db.session.scalar(select(func.max(TraceEntry.id)).where(TraceEntry.case_id == case.id)) or 0
    row = _look(actor, case.id)
    if row is not None:
        row.entry_id, row.at = max(newest, row.entry_id), clock.now()
        return
    with suppress(IntegrityError), savepoint():  # another window may have been the first
        db.session.add(CaseLook(user_id=actor.user_id, case_id=case.id, entry_id=newest))
        db.session.flush()


def _look(actor: Actor, case_id: int) -> CaseLook | None:
    return db.session.get(CaseLook, (actor.user_id, case_id))


def _told(actor: Actor, inside: bool):
    """The condition on what others said or did, as far as this side of the wall hears of it, and on what the clock says."""
    heard = SAID + OF_THE_MEDIATION if inside else SAID
    said = and_(TraceEntry.event.in_(heard), TraceEntry.actor.not_in((*MACHINES, actor.name)))
    return and_(or_(said, TraceEntry.event.in_(BY_THE_CLOCK)), internal.leaves_out(TraceEntry))


def _unread(actor: Actor) -> Select:
    """Those of some cases with comments of colleagues that stand unread."""
    read = select(Reading.id).where(Reading.comment_id == Comment.id, Reading.user_id == actor.user_id).exists()
    return select(Comment.case_id).distinct().where(
        statements.among(Comment.case_id, "cases"), Comment.author_id != actor.user_id, Comment.taken_back_at.is_(None), ~read,
        visible(actor, Comment))
