"""A mediator's day on one page: meetings, what is due, who waits for me, for whom I wait, and what was said."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from engine import clock
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.cases.models import Case
from engine.cases.talk import Comment, Reading
from engine.clock import SHANGHAI
from engine.db import db
from engine.inbox.lists import pages, queries
from engine.inbox.lists.asked import Asked
from engine.inbox.workspace import commenting, internal, news
from engine.inbox.workspace.commenting import Named
from engine.mediation import panel
from engine.mediation.models import Attendance, ClaimReply, ClauseQuestion, MediationSession, SessionStatus
from engine.workflow.models import UserTask

SHOWN, MOST = 20, 500
COMING = timedelta(days=7)
LATELY = timedelta(days=2)


@dataclass(frozen=True)
class Meeting:
    """A session of a case, and how many stand at its door."""

    session: MediationSession
    case: Case
    waiting: int = 0


@dataclass(frozen=True)
class Today:
    """What stands on the page; each list is short and the most urgent first."""

    meetings: list[Meeting]
    coming: list[Meeting]
    due: list[UserTask]
    mine: list[UserTask]  # the others that wait for me, the longest first
    others: list[UserTask]  # what parties and the office have to do in my cases
    cases: dict[int, Case]
    questions: list[ClauseQuestion]  # unanswered, the longest first
    replies: list[ClaimReply]  # what counts now, the newest first
    named: list[Named]
    unread: list[tuple[Case, int]]  # comments of colleagues
    fresh: list[Case]  # where others did or said something since I looked


def of(actor: Actor) -> Today:
    """The day of a mediator."""
    require(actor, Permission.SESSION_HOLD)
    begin = datetime.combine(clock.today(), time(), SHANGHAI)
    due = pages.read(actor, Asked("today"), limit=SHOWN).tasks
    mine = [task for task in queries.mine(actor) if task.id not in {one.id for one in due}]
    mine, others = sorted(mine, key=lambda task: task.opened_at)[:SHOWN], _others(actor)
    questions = _said(actor, ClauseQuestion, ClauseQuestion.id, ClauseQuestion.answered_at.is_(None))
    replies = _said(actor, ClaimReply, ClaimReply.id.desc(), ClaimReply.at > clock.now() - LATELY,
                    ClaimReply.recorded_by != actor.name, _counts())
    unread = _unread(actor)
    rows = [*due, *mine, *others, *questions, *replies]
    return Today(
        _meetings(actor, None, begin + timedelta(days=1)), _meetings(actor, begin + timedelta(days=1), begin + COMING),
        due, mine, others, _cases(actor, {row.case_id for row in rows if row.case_id}), questions, replies,
        commenting.named(actor), unread, _fresh(actor, {case.id for case, _number in unread}))


def _meetings(actor: Actor, begin: datetime | None, end: datetime) -> list[Meeting]:
    """Planned or under way in the mediator's own cases; those whose time has passed stand among today's until they are ended."""
    query = select(MediationSession, Case).join(Case, Case.id == MediationSession.case_id).where(
        or_(Case.mediator_id == actor.user_id, Case.id.in_(panel.seats_of(actor.user_id))),
        MediationSession.status.in_((SessionStatus.PLANNED, SessionStatus.OPEN)),
        MediationSession.planned_at < end)
    if begin is not None:
        query = query.where(MediationSession.planned_at >= begin)
    rows = db.session.execute(query.order_by(MediationSession.planned_at).limit(SHOWN)).all()
    at_the_door = dict(db.session.execute(select(Attendance.session_id, func.count()).where(
        Attendance.session_id.in_([session.id for session, _case in rows]), Attendance.state == "waiting"
    ).group_by(Attendance.session_id)).all())
    return [Meeting(session, case, at_the_door.get(session.id, 0)) for session, case in rows]


def _others(actor: Actor) -> list[UserTask]:
    query = select(UserTask).join(Case, Case.id == UserTask.case_id).where(
        Case.mediator_id == actor.user_id, queries.IS_OPEN, internal.leaves_out(UserTask),
        or_(UserTask.assignee_id.is_(None), UserTask.assignee_id != actor.user_id))
    return list(db.session.scalars(query.order_by(UserTask.due_at.asc().nulls_last(), UserTask.id).limit(SHOWN)))


def _fresh(actor: Actor, told: set[int]) -> list[Case]:
    """My open cases with something new, but for those that stand there for their comments."""
    ids = db.session.scalars(select(Case.id).where(Case.mediator_id == actor.user_id, Case.closed_at.is_(None)).limit(MOST)).all()
    found = sorted(news.among(actor, ids) - told)[-SHOWN:]
    return [db.session.get(Case, each) for each in reversed(found)]


def _said(actor: Actor, model, order, *conditions) -> list:
    query = select(model).join(Case, Case.id == model.case_id).where(
        Case.mediator_id == actor.user_id, Case.closed_at.is_(None), visible(actor, model), *conditions)
    return list(db.session.scalars(query.order_by(order).limit(SHOWN)))


def _counts():
    """The condition that the party has said nothing to the claim since."""
    later = aliased(ClaimReply)
    return ~select(later.id).where(later.case_id == ClaimReply.case_id, later.claim == ClaimReply.claim,
                                   later.participant_id == ClaimReply.participant_id, later.id > ClaimReply.id).exists()


def _cases(actor: Actor, ids: set[int]) -> dict[int, Case]:
    return {case.id: case for case in db.session.scalars(select(Case).where(Case.id.in_(ids), visible(actor, Case)))}


def _unread(actor: Actor) -> list[tuple[Case, int]]:
    """How many comments of colleagues stand unread in each of the mediator's cases."""
    read = select(Reading.id).where(Reading.comment_id == Comment.id, Reading.user_id == actor.user_id).exists()
    rows = db.session.execute(select(Comment.case_id, func.count(Comment.id)).join(Case, Case.id == Comment.case_id).where(
        Case.mediator_id == actor.user_id, Comment.author_id != actor.user_id, Comment.taken_back_at.is_(None), ~read,
        visible(actor, Comment)).group_by(Comment.case_id).order_by(func.max(Comment.id).desc()).limit(SHOWN)).all()
    return [(db.session.get(Case, case_id), number) for case_id, number in rows]


