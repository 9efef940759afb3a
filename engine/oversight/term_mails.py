"""One mail in the morning for each of the staff who wants it: which terms near their end, of what they hold or could take, or
stands in a case that nobody handles.

It names a case by its number, says the last day and links to the page: nothing else of a case leaves by mail.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import exists, or_, select

from engine import clock, config
from engine.access import handlers, policy, roster
from engine.access.actor import Actor
from engine.access.models import Participant, Role, RoleGrant, User
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db, locked
from engine.deadlines import reckoning, reminding, terms
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox.lists import queries
from engine.notices import mail
from engine.notices.models import TermMail
from engine.oversight import unsent_mails
from engine.workflow.models import UserTask

CHOICES = ("", "daily", "never")
ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
HEADS = {Role.INSTITUTION_HANDLER: "/handling/", Role.INSTITUTION_ADMIN: "/handlers/?handler=none"}  # role → where it reads them
WORDS = {  # language → subject, line, last words
    "zh": ("诉调平台：{n}项期限将届满", "{number}　{day}届满（还有{left}日）\n{url}", "登录后可见详情。不再接收：{url}"),
    "en": ("Sutiao: terms near their end: {n}", "{number}  until {day} (days left: {left})\n{url}",
           "Sign in to see what it is about. To get no more of these: {url}"),
}


@dataclass(frozen=True)
class Near:
    """A term that is to be reminded of today: of which case, until when, on which page."""

    number: str
    due_at: datetime
    path: str


def choose(user: User, told: Mapping[str, str]) -> None:
    """Keep the address and whether mails are wanted. Raises Invalid."""
    address, choice = told.get("mail", "").strip()[:200], told.get("term_mail", "")
    if address and not ADDRESS.fullmatch(address):
        raise Invalid(problems=[problem("/mail", "email", _("Give an e-mail address that can be used."))])
    if choice == "daily" and not address:
        raise Invalid(problems=[problem("/mail", "required", _("Say to which address the mails go."))])
    if address != user.mail or choice == "never":
        unsent_mails.begin_anew(user, is_wanted=choice != "never")
    user.mail, user.term_mail = address, choice if choice in CHOICES else ""


def waiting(most: int) -> list[int]:
    """Who of the staff wants a mail, and was not dealt with this morning."""
    if not mail.is_set() or clock.now().astimezone(SHANGHAI).time() < reminding.MORNING:
        return []
    wanted = CHOICES[:2] if config.current().term_mail else CHOICES[1:2]
    dealt_with = exists().where(TermMail.user_id == User.id, TermMail.day == clock.today(), TermMail.status != "away")
    is_staff = exists().where(RoleGrant.user_id == User.id, RoleGrant.role != Role.CONSUMER, RoleGrant.is_in_force)
    return list(db.session.scalars(select(User.id).where(
        User.is_active, User.term_mail.in_(wanted), ~dealt_with, is_staff).order_by(User.id).limit(most)))


def begin(user_id: int) -> dict | None:
    """Note that the mail of today leaves, and what stands in it; None when there is nothing to say, or nowhere to send it."""
    user = locked(User, user_id)
    row = db.session.scalar(select(TermMail).where(TermMail.user_id == user_id, TermMail.day == clock.today()))
    if row is None:
        row = TermMail(user_id=user_id, day=clock.today())
        db.session.add(row)
    elif row.status != "away":
        return None
    found = near(user) if user.mail else []
    row.terms, row.status, row.tried_at = len(found), "leaving" if found else "nothing", clock.now()
    db.session.flush()
    return {"id": row.id, "to": user.mail, **written(found, user.language)} if found else None


def near(user: User) -> list[Near]:
    """The terms of which the table says that today is the day to remind of them, the soonest first."""
    actor = Actor.of_user(user)
    found = [*_of_tasks(actor), *_of_nobody(actor), *_of_mediations(actor)]
    return sorted(found, key=lambda each: (each.due_at, each.number))


def written(found: list[Near], language: str) -> dict[str, str]:
    """The mail in words."""
    subject, line, last = WORDS["en" if language.startswith("en") else "zh"]
    base, now = config.current().public_url, clock.now()
    lines = [line.format(number=each.number, day=reckoning.last_day(each.due_at).isoformat(), url=base + each.path,
                         left=reminding.days_left(each.due_at, now)) for each in found]
    return {"subject": subject.format(n=len(found)), "text": "\n\n".join([*lines, last.format(url=f"{base}/account/#mail")])}


def _of_tasks(actor: Actor) -> list[Near]:
    """Of what this person holds, could take, or has to see to for somebody who is away."""
    held = or_(UserTask.assignee_id.is_(None), UserTask.assignee_id.in_([actor.user_id, *roster.replaced_by(actor.user_id)]))
    rows = db.session.execute(select(UserTask.id, UserTask.term, UserTask.due_at, Case.number, Case.organisation_number).join(
        Case, Case.id == UserTask.case_id).where(
        queries.IS_OPEN, UserTask.term != "", *_soon(UserTask.due_at), held, queries.reachable(actor), ~_stands_still()))
    return [Near(own or number, due_at, f"/inbox/tasks/{key}")
            for key, term, due_at, number, own in rows if _is_today(term, due_at)]


def _of_nobody(actor: Actor) -> list[Near]:
    """What an institution was asked in cases that nobody there handles: its tasks stand in no list of anybody. Its handlers take
    the case, who leads there hands it out."""
    found: dict[int, Near] = {}
    for role, path in HEADS.items():
        for body in sorted(each for each in actor.bodies(role) if each is not None):
            rows = db.session.execute(select(UserTask.id, UserTask.term, UserTask.due_at, Case.number).join(
                Case, Case.id == UserTask.case_id).where(
                queries.IS_OPEN, UserTask.term != "", *_soon(UserTask.due_at), UserTask.role == "party", UserTask.body_id == body,
                UserTask.assignee_id.is_(None), Case.closed_at.is_(None), policy.heads(actor, UserTask.case_id),
                handlers.is_with(None, UserTask.case_id, [body]), ~_stands_still()))
            found = {key: Near(number, due_at, path) for key, term, due_at, number in rows if _is_today(term, due_at)} | found
    return list(found.values())


def _stands_still():
    return exists().where(Deadline.case_id == UserTask.case_id, Deadline.term == UserTask.term,
                          Deadline.status == DeadlineStatus.PAUSED)


def _of_mediations(actor: Actor) -> list[Near]:
    """The term of the whole mediation is its mediators', whoever has a task."""
    if not actor.has(Role.MEDIATOR):
        return []
    beside = exists().where(Participant.case_id == Case.id, Participant.user_id == actor.user_id,
                            Participant.role == "co_mediator", Participant.is_current)
    rows = db.session.execute(select(Deadline.term, Deadline.due_at, Case.number, Case.organisation_number).join(
        Case, Case.id == Deadline.case_id).where(
        Deadline.status == DeadlineStatus.RUNNING, Deadline.term.in_([one.id for one in terms.family("mediation")]),
        *_soon(Deadline.due_at), or_(Case.mediator_id == actor.user_id, beside), policy.visible(actor, Case)))
    return [Near(own or number, due_at, f"/cases/{number}") for term, due_at, number, own in rows if _is_today(term, due_at)]


def _soon(column):
    """Between now and the earliest reminder of any term, so that an index finds them."""
    farthest = max(day for term in terms.every() for day in term.reminders or (0,))
    until = datetime.combine(clock.today() + timedelta(days=farthest + 2), time(), SHANGHAI)
    return column > clock.now(), column <= until


def _is_today(term: str, due_at: datetime) -> bool:
    return reminding.is_today(terms.get(term), due_at, clock.now())
