"""A mediator's day on one page: meetings, what is due, who waits for me, for whom I wait, and what was said."""

from dataclasses import dataclass, fields
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
from engine.inbox.lists import beginning, queries
from engine.inbox.lists.beginning import WHOLE, Beginning
from engine.inbox.workspace import commenting, internal, news
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

    meetings: Beginning  # of Meeting
    coming: Beginning  # of Meeting
    due: Beginning  # of UserTask
    mine: Beginning  # of UserTask: the others that wait for me, the longest first
    others: Beginning  # of UserTask: what parties and the office have to do in my cases
    cases: dict[int, Case]
    questions: Beginning  # of ClauseQuestion: unanswered, the longest first
    replies: Beginning  # of ClaimReply: what counts now, the newest first
    named: Beginning  # of Named
    unread: Beginning  # of Case, number: comments of colleagues
    fresh: Beginning  # of Case: where others did or said something since I looked


def of(actor: Actor, whole: str = "") -> Today:
    """The day of a mediator; one of its lists as a whole."""
    require(actor, Permission.SESSION_HOLD)
    most = dict.fromkeys(LISTS, SHOWN) | {whole: WHOLE}
    begin = datetime.combine(clock.today(), time(), SHANGHAI)
    due = beginning.of(queries.own(actor, "today").order_by(UserTask.due_at, UserTask.id), most["due"])
    mine, others = _mine(actor, most["mine"]), _others(actor, most["others"])
    questions = _said(actor, ClauseQuestion, most["questions"], ClauseQuestion.id, ClauseQuestion.answered_at.is_(None))
    replies = _said(actor, ClaimReply, most["replies"], ClaimReply.id.desc(), ClaimReply.at > clock.now() - LATELY,
                    ClaimReply.recorded_by != actor.name, _counts())
    unread = _unread(actor, most["unread"])
    rows = [*due, *mine, *others, *questions, *replies]
    return Today(
        _meetings(actor, most["meetings"], None, begin + timedelta(days=1)),
        _meetings(actor, most["coming"], begin + timedelta(days=1), begin + COMING),
        due, mine, others, _cases(actor, {row.case_id for row in rows if row.case_id}), questions, replies,
        commenting.named(actor, most["named"]), unread, _fresh(actor, most["fresh"], {case.id for case, _number in unread}))


LISTS = [each.name for each in fields(Today)]


def _mine(actor: Actor, most: int) -> Beginning:
    """Those that are not due today."""
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), SHANGHAI)
    later = or_(UserTask.due_at.is_(None), UserTask.due_at > midnight)
    return beginning.of(queries.own(actor, "mine").where(later).order_by(UserTask.opened_at, UserTask.id), most)


def _meetings(actor: Actor, most: int, begin: datetime | None, end: datetime) -> Beginning:
    """Planned or under way in the mediator's own cases; those whose time has passed stand among today's until they are ended."""
    query = select(MediationSession, Case).join(Case, Case.id == MediationSession.case_id).where(
        or_(Case.mediator_id == actor.user_id, Case.id.in_(panel.seats_of(actor.user_id))),
        MediationSession.status.in_((SessionStatus.PLANNED, SessionStatus.OPEN)),
        MediationSession.planned_at < end)
    if begin is not None:
        query = query.where(MediationSession.planned_at >= begin)
    rows = beginning.of(query.order_by(MediationSession.planned_at, MediationSession.id), most, tuple)
    at_the_door = dict(db.session.execute(select(Attendance.session_id, func.count()).where(
        Attendance.session_id.in_([session.id for session, _case in rows]), Attendance.state == "waiting"
    ).group_by(Attendance.session_id)).all())
    return Beginning((Meeting(session, case, at_the_door.get(session.id, 0)) for session, case in rows), rows.all)


def _others(actor: Actor, most: int) -> Beginning:
    query = select(UserTask).join(Case, Case.id == UserTask.case_id).where(
        Case.mediator_id == actor.user_id, queries.IS_OPEN, internal.leaves_out(UserTask),
        or_(UserTask.assignee_id.is_(None), UserTask.assignee_id != actor.user_id))
    return beginning.of(query.order_by(UserTask.due_at.asc().nulls_last(), UserTask.id), most)


def _fresh(actor: Actor, most: int, told: set[int]) -> Beginning:
    """My open cases with something new, but for those that stand there for their comments."""
    ids = db.session.scalars(select(Case.id).where(Case.mediator_id == actor.user_id, Case.closed_at.is_(None)).limit(MOST)).all()
    found = sorted(news.among(actor, ids) - told, reverse=True)
    return Beginning((db.session.get(Case, each) for each in found[:most]), len(found))


def _said(actor: Actor, model, most: int, order, *conditions) -> Beginning:
    query = select(model).join(Case, Case.id == model.case_id).where(
        Case.mediator_id == actor.user_id, Case.closed_at.is_(None), visible(actor, model), *conditions)
    return beginning.of(query.order_by(order), most)


def _counts():
    """The condition that the party has said nothing to the claim since."""
    later = aliased(ClaimReply)
    return ~select(later.id).where(later.case_id == ClaimReply.case_id, later.claim == ClaimReply.claim,
                                   later.participant_id == ClaimReply.participant_id, later.id > ClaimReply.id).exists()


def _cases(actor: Actor, ids: set[int]) -> dict[int, Case]:
    return {case.id: case for case in db.session.scalars(select(Case).where(Case.id.in_(ids), visible(actor, Case)))}


def _unread(actor: Actor, most: int) -> Beginning:
    """How many comments of colleagues stand unread in each of the mediator's cases."""
    read = select(Reading.id).where(Reading.comment_id == Comment.id, Reading.user_id == actor.user_id).exists()
    query = select(Comment.case_id, func.count(Comment.id)).join(Case, Case.id == Comment.case_id).where(
        Case.mediator_id == actor.user_id, Comment.author_id != actor.user_id, Comment.taken_back_at.is_(None), ~read,
        visible(actor, Comment)).group_by(Comment.case_id).order_by(func.max(Comment.id).desc())
    return beginning.of(query, most, lambda row: (db.session.get(Case, row[0]), row[1]))


