"""Talk about a case among those who work on it: comments, mentions that stand in the inbox, who has read what, notes of calls."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, bindparam, or_, select

from engine import clock, statements
from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import ACTORS_KEPT, may, reads, require, visible
from engine.cases.models import Case
from engine.cases.talk import Comment, Mention, Reading
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox.lists import beginning
from engine.inbox.lists.beginning import Beginning

INSTITUTION = (Role.INSTITUTION_HANDLER, Role.INSTITUTION_APPROVER)
COURT = (Role.CLERK, Role.JUDGE, Role.COURT_PRESIDENT)
FORM = Form.from_row({"id": "comment", "components": [
    {"key": "text", "type": "textarea", "label": "评论", "label_en": "Comment", "required": True, "max_length": 5000}]})
AT = re.compile(r"(?<![A-Za-z0-9._%+-])@(?=\S)")  # not the one inside a mail address
AFTER_A_NAME = re.compile(r"[\s,，。:：;；!！?？]")
LATEST = 200


class NotYourComment(Conflict):
    """Only who wrote it may take it back."""

    message = _("Only who wrote a comment may take it back.")


@dataclass(frozen=True)
class Talk:
    """What one person may read and write about a case: nothing of it is a party's."""

    audience: str
    comments: list[Comment]
    people: list[User]  # who may be named: those who would read it
    unread: int


def audience_of(actor: Actor, case: Case) -> str | None:
    """For whom this person's comments on the case are; None: they may write none."""
    if actor.kind != "user" or not may(actor, Permission.CASE_COMMENT, case):
        return None
    bodies = sorted({body for role in INSTITUTION for body in actor.bodies(role) if body is not None})
    return next((each for each in ("staff", "court", *(f"body:{body}" for body in bodies)) if reads(actor, case.id, each)), None)


def talk(actor: Actor, case: Case) -> Talk | None:
    """The comments of a case for this person; None when they have no part in any."""
    audience = audience_of(actor, case)
    if audience is None:
        return None
    found = _comments(actor, case.id)
    unread = sum(not _is_read(actor, each) for each in found)
    return Talk(audience, found, [one for one in readers(case, audience) if one.id != actor.user_id], unread)


def _comments(actor: Actor, case_id: int) -> list[Comment]:
    rows = db.session.scalars(select(Comment).where(Comment.case_id == case_id, visible(actor, Comment))
                              .order_by(Comment.id.desc()).limit(LATEST))
    return list(rows)[::-1]


def _is_read(actor: Actor, comment: Comment) -> bool:
    return comment.author_id == actor.user_id or any(each.user_id == actor.user_id for each in comment.readings)


def readers(case: Case, audience: str) -> list[User]:
    """Everybody who would read a comment of this audience, by name: asked of the same policy that shows it to them."""
    query = select(User).where(User.is_active, _might_read(case, audience)).order_by(User.name, User.id)
    return [one for one in db.session.scalars(query).unique() if reads(Actor.of_user(one), case.id, audience)]


def _might_read(case: Case, audience: str):
    if audience == "staff":
        return or_(User.id == case.mediator_id, _holds((Role.COORDINATOR,), [case.organisation_id]))
    if audience == "court":
        asked = select(ConfirmationApplication.court_id).where(ConfirmationApplication.case_id == case.id)
        return _holds(COURT, [case.court_id, *db.session.scalars(asked)])
    return _holds(INSTITUTION, [int(audience.removeprefix("body:"))])


def _holds(roles: Sequence[Role], bodies: Sequence[int | None]):
    return User.id.in_(select(RoleGrant.user_id).where(
        RoleGrant.role.in_(roles), RoleGrant.body_id.in_([each for each in bodies if each is not None]), RoleGrant.is_in_force))


def write(actor: Actor, case: Case, text: str, named: Sequence[int] = ()) -> Comment:
    """Tell the colleagues something. Who is named, by `@name` or in `named`, finds it in their inbox.

    Raises Invalid, also for a name that is nobody's who may read it.
    """
    require(actor, Permission.CASE_COMMENT, case)
    checked = FORM.check({"text": text})
    audience = audience_of(actor, case)
    if audience is None:
        raise NotFound()
    meant = _meant(checked["text"], named, readers(case, audience))
    comment = Comment(case_id=case.id, audience=audience, author_id=actor.user_id, author=actor.name, text=checked["text"])
    comment.mentions = [Mention(user_id=each) for each in meant if each != actor.user_id]
    db.session.add(comment)
    db.session.flush()
    return comment


def _meant(text: str, named: Sequence[int], people: list[User]) -> list[int]:
    """The ids of who is named; the longest name that fits counts."""
    by_length = sorted(people, key=lambda one: -len(one.name))
    meant = []
    for at in AT.finditer(text):
        rest = text[at.end():]
        fits = [one.id for one in by_length if rest.startswith(one.name)]
        if not fits:
            why, name = _("Nobody who may read this case is called “%(name)s”."), AFTER_A_NAME.split(rest, maxsplit=1)[0][:20]
            raise Invalid(problems=[problem("/text", "nobody", why, name=name)])
        meant.append(fits[0])
    known = {one.id for one in people}
    if unknown := [each for each in named if each not in known]:
        raise Invalid(problems=[problem("/named", "nobody", _("Choose among those who may read this case."), count=len(unknown))])
    return list(dict.fromkeys([*meant, *named]))


def read(actor: Actor, case: Case) -> int:
    """Note that everything that stands there now was read; returns how many comments that were not."""
    require(actor, Permission.CASE_COMMENT, case)
    fresh = [each for each in _comments(actor, case.id) if not _is_read(actor, each)]
    for comment in fresh:
        db.session.add(Reading(comment_id=comment.id, user_id=actor.user_id))
    for mention in _mentions(actor, Comment.case_id == case.id):
        mention.seen_at = clock.now()
    db.session.flush()
    return len(fresh)


def take_back(actor: Actor, comment_id: int) -> Comment:
    """Take one's own words back: the place stays, the words go, nobody is named by it any more."""
    comment = db.session.scalar(select(Comment).where(Comment.id == comment_id, visible(actor, Comment)))
    if comment is None:
        raise NotFound()
    require(actor, Permission.CASE_COMMENT, comment)
    if comment.author_id != actor.user_id:
        raise NotYourComment()
    comment.text, comment.taken_back_at = "", comment.taken_back_at or clock.now()
    for mention in comment.mentions:
        db.session.delete(mention)
    db.session.flush()
    return comment


@dataclass(frozen=True)
class Named:
    """A comment that names somebody, as their inbox tells of it."""

    comment: Comment
    case: Case


def named(actor: Actor, limit: int = 20) -> Beginning:
    """Where somebody is named and has not looked yet, the newest first; only what they may read today."""
    if actor.kind != "user":
        return Beginning()
    if statements.ask(_UNSEEN, user=actor.user_id).first() is None:  # as mostly
        return Beginning()
    return beginning.of(_named(actor), limit, lambda row: Named(*row))


_UNSEEN = select(Mention.id).where(Mention.user_id == bindparam("user"), Mention.seen_at.is_(None)).limit(1)


@lru_cache(maxsize=ACTORS_KEPT)
def _named(actor: Actor) -> Select:
    query = select(Comment, Case).join(Mention, Mention.comment_id == Comment.id).join(Case, Case.id == Comment.case_id)
    unseen = Mention.user_id == actor.user_id, Mention.seen_at.is_(None)
    return query.where(*unseen, visible(actor, Comment)).order_by(Comment.id.desc())


def _mentions(actor: Actor, condition) -> list[Mention]:
    return list(db.session.scalars(select(Mention).join(Comment, Comment.id == Mention.comment_id).where(
        Mention.user_id == actor.user_id, Mention.seen_at.is_(None), condition, visible(actor, Comment))))
