"""What somebody typed into a task's form and did not (or not in time) hand in: kept while they type, offered again on any device,
and shown beside what stands there now when they were too late.
"""

from dataclasses import dataclass, field

from flask import jsonify, request
from flask_babel import gettext as _

from engine.access.actor import Actor
from engine.errors import Conflict, Forbidden, Invalid
from engine.forms import comparing, flat
from engine.forms.comparing import Difference
from engine.inbox import drafts, tasks
from engine.inbox.models import TaskDraft
from engine.workflow.models import UserTask
from webapp import i18n


@dataclass(frozen=True)
class Kept:
    """One's own draft of a task on its page. `is_shown`: the form is filled in with it."""

    row: TaskDraft | None
    is_shown: bool = False
    differences: list[Difference] = field(default_factory=list)  # to what was just typed, when a page did not know of it

    @property
    def revision(self) -> int:
        """What the page says it goes on from: the draft it shows, or has been told about."""
        return self.row.revision if self.row and (self.is_shown or self.differences) else 0


def kept(actor: Actor, task: UserTask) -> Kept:
    """The draft to offer on a task's page; shown in the form when the address says `draft`."""
    row = drafts.of(actor, task.id) if task.is_open else None
    return Kept(row, row is not None and "draft" in request.args)


def typed(task: UserTask) -> dict:
    """What the page's form holds, checked for nothing."""
    form = tasks.form_of(task)
    return flat.gather(form, dict(request.form.lists()), keep_empty=True) if form else {}


def beside_kept(actor: Actor, task: UserTask) -> Kept:
    """After a page tried to keep something without knowing of the draft there is: both, side by side."""
    row = drafts.of(actor, task.id)
    return Kept(row, False, differences(task, typed(task), row.answers)) if row else Kept(None)


def differences(task: UserTask, mine: dict, now: dict) -> list[Difference]:
    """Field by field: what was typed, and what is there."""
    form = tasks.form_of(task)
    return comparing.compare(form, mine, now, task.data, i18n.language()) if form else []


def save(actor: Actor, task_id: int):
    """Keep what the page sends while somebody types; a short answer for its script."""
    try:
        task = tasks.get(actor, task_id)
        row = tasks.save(actor, task_id, typed(task), request.form.get("draft", 0, int), request.form.get("origin", "")[:32])
    except drafts.AnotherDraft:
        row = drafts.of(actor, task_id)
        return _answer(409, _("Not kept: there is another draft of yours, %(when)s.", when=i18n.lately(row.saved_at)))
    except (Conflict, Forbidden, Invalid) as refused:
        status = 409 if isinstance(refused, Conflict) else 403 if isinstance(refused, Forbidden) else 422
        return _answer(status, i18n.say(refused.message, refused.details))
    return _answer(200, _("Draft kept %(when)s", when=i18n.lately(row.saved_at)), revision=row.revision)


def _answer(status: int, said: str, **more):
    answer = jsonify(said=said, **more)
    answer.status_code = status
    return answer


@dataclass(frozen=True)
class Late:
    """Somebody handed in what is no longer theirs to hand in: who was faster, when, and what they typed beside what is there."""

    task: UserTask
    said: str
    who: str
    at: object
    differences: list[Difference]
    is_ended: bool

    @property
    def is_same(self) -> bool:
        """What was typed is what stands there: the second click, or two people of one mind."""
        return all(row.is_same for row in self.differences)


def late(actor: Actor, task: UserTask, refused: Conflict | Forbidden) -> Late | None:
    """How to answer a task that ended or went to somebody else meanwhile; None when it is still the asker's to do.

    What was typed into one that ended differently can be read for a day, as a draft.
    """
    said, mine = i18n.say(refused.message, refused.details), typed(task)
    if not task.is_open:
        found = Late(task, said, task.completed_by, task.closed_at, differences(task, mine, task.answers or {}), True)
        if found.differences and not found.is_same:
            drafts.keep(actor, task, mine)
        return found
    if task.assignee_id not in (None, actor.user_id):
        return Late(task, said, tasks.holder(task), task.claimed_at, differences(task, mine, {}), False)
    return None


def left_behind(actor: Actor, task: UserTask) -> Late | None:
    """What remains of one's own draft of a task that ended without it: for a day."""
    row = None if task.is_open else drafts.of(actor, task.id)
    if row is None:
        return None
    return Late(task, "", task.completed_by, task.closed_at, differences(task, row.answers, task.answers or {}), True)
