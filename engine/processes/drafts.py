"""Change a process: a draft is opened, saved, tried, submitted by its author, and published or sent back by somebody else."""

from collections.abc import Mapping

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid
from engine.i18n import _
from engine.processes import checks, coverage, library, publish, scenarios
from engine.processes.models import Draft
from engine.workflow.models import Version
from engine.workflow.versions import ProcessUnknown

OPEN, SUBMITTED, PUBLISHED, DROPPED = "open", "submitted", "published", "dropped"


class DraftChanged(Conflict):
    """Somebody saved the draft since this copy was opened."""

    message = _("The draft was changed at %(at)s; open it again before saving.")


class DraftClosed(Conflict):
    """The draft is published or dropped; nothing about it changes any more."""

    message = _("This draft is closed (%(status)s).")


class DraftOutdated(Conflict):
    """A newer version was published since the draft was opened."""

    message = _("Version %(number)s was published after this draft was opened; open a new draft from it.")


class NotSubmitted(Conflict):
    message = _("The author has not submitted this draft yet.")


class NotTheAuthor(Forbidden):
    message = _("Only the author may change this draft.")


class AuthorMayNotApprove(Forbidden):
    """Two people: whoever drew it does not publish it."""

    message = _("Somebody other than the author has to publish this draft.")


class ProcessExists(Conflict):
    message = _("There is already a process %(key)s.")


class RemarkNeeded(Invalid):
    message = _("Say why the draft goes back.")


def every(actor: Actor, status: str = "") -> list[Draft]:
    """Drafts, the latest change first."""
    require(actor, Permission.PROCESS_READ)
    query = select(Draft).order_by(Draft.changed_at.desc(), Draft.id.desc())
    return list(db.session.scalars(query.where(Draft.status == status) if status else query))


def get(actor: Actor, draft_id: int) -> Draft:
    """One draft. Raises NotFound."""
    require(actor, Permission.PROCESS_READ)
    return locked(Draft, draft_id)


def open(actor: Actor, process_key: str) -> Draft:
    """Start changing a process from its version in force; the author's own open draft of it is taken up again."""
    require(actor, Permission.PROCESS_EDIT)
    version = library.published().get(process_key)
    if version is None:
        raise ProcessUnknown(process=process_key)
    mine = select(Draft).where(Draft.process_key == process_key, Draft.author_id == actor.user_id, Draft.status == OPEN)
    return db.session.scalar(mine) or _new(actor, process_key, version.title, dict(version.files), version.id)


def begin(actor: Actor, process_key: str, files: Mapping[str, str]) -> Draft:
    """Start a process that does not exist yet, from uploaded files. Raises ProcessExists, FolderRefused."""
    require(actor, Permission.PROCESS_EDIT)
    if process_key in library.published():
        raise ProcessExists(key=process_key)
    library.refuse_faulty(process_key, files)
    title = library.settings_of(files).get("title") or process_key
    return _new(actor, process_key, str(title)[:200], dict(files), None)


def _new(actor, process_key, title, files, base) -> Draft:
    draft = Draft(process_key=process_key, title=title, files=files, base_version_id=base, author_id=actor.user_id, status=OPEN)
    db.session.add(draft)
    db.session.flush()
    return draft


def save(actor: Actor, draft_id: int, changes: Mapping[str, str | None], revision: int, note: str | None = None) -> Draft:
    """Keep changed files (None removes one). `revision` is that of the copy the author worked on.

    Raises DraftChanged, DraftClosed, NotTheAuthor, and FolderRefused for files that are misplaced, too large, not well-formed,
    or carry a document type or entities.
    """
    draft = _of_author(actor, draft_id)
    if draft.revision != revision:
        raise DraftChanged(at=draft.changed_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"))
    files = {name: text for name, text in {**draft.files, **changes}.items() if text is not None}
    library.refuse_faulty(draft.process_key, files)
    draft.files, draft.changed_at = files, clock.now()
    draft.status, draft.submitted_at = OPEN, None  # what was submitted is no longer what lies here
    if note is not None:
        draft.note = note
    title = library.settings_of(files).get("title")
    draft.title = str(title)[:200] if title else draft.title
    db.session.flush()
    return draft


def _of_author(actor, draft_id) -> Draft:
    require(actor, Permission.PROCESS_EDIT)
    draft = locked(Draft, draft_id)
    if draft.status not in (OPEN, SUBMITTED):
        raise DraftClosed(status=draft.status)
    if draft.author_id != actor.user_id:
        raise NotTheAuthor()
    return draft


def check(actor: Actor, draft_id: int, changes: Mapping[str, str] | None = None) -> list[checks.Finding]:
    """Everything to know about a draft, errors first; `changes` are files not saved yet."""
    draft = get(actor, draft_id)
    among = _among(draft)
    return checks.check(draft.process_key, among | {draft.process_key: {**draft.files, **(changes or {})}})


def walk(actor: Actor, draft_id: int) -> list[scenarios.Report]:
    """“Try it”: walk the draft's scenarios in memory."""
    draft = get(actor, draft_id)
    return scenarios.run_all(draft.process_key, _among(draft))


def covered(actor: Actor, draft_id: int) -> coverage.Coverage:
    """What the draft's scenarios walk through and what they leave out."""
    draft = get(actor, draft_id)
    return coverage.of(draft.process_key, draft.files, walk(actor, draft_id))


def _among(draft: Draft) -> dict[str, dict]:
    """The draft among the published processes it may call."""
    return {key: version.files for key, version in library.published().items()} | {draft.process_key: draft.files}


def submit(actor: Actor, draft_id: int, note: str = "") -> Draft:
    """Hand a draft to an approver; checks and scenarios must hold. Raises ProcessesRefused."""
    draft = _of_author(actor, draft_id)
    _refuse_outdated(draft)
    publish.refuse_broken(_among(draft), [draft.process_key])
    draft.status, draft.submitted_at, draft.note = SUBMITTED, clock.now(), note or draft.note
    draft.remark = ""
    db.session.flush()
    return draft


def approve(actor: Actor, draft_id: int, remark: str = "") -> Version | None:
    """Publish a submitted draft; None when its content is already in force. Never the author's own."""
    draft = _submitted(actor, draft_id)
    library.lock([draft.process_key])
    _refuse_outdated(draft)
    author = db.session.get(User, draft.author_id)
    made = publish.publish(actor, {draft.process_key: draft.files}, author=author.name, note=draft.note)
    _decide(draft, actor, PUBLISHED, remark)
    return made[-1] if made else None


def reject(actor: Actor, draft_id: int, remark: str) -> Draft:
    """Send a submitted draft back to its author, saying why."""
    draft = _submitted(actor, draft_id)
    if not remark.strip():
        raise RemarkNeeded()
    _decide(draft, actor, OPEN, remark.strip())
    return draft


def _submitted(actor, draft_id) -> Draft:
    require(actor, Permission.PROCESS_PUBLISH)
    draft = locked(Draft, draft_id)
    if draft.status in (PUBLISHED, DROPPED):
        raise DraftClosed(status=draft.status)
    if draft.status != SUBMITTED:
        raise NotSubmitted()
    if draft.author_id == actor.user_id:
        raise AuthorMayNotApprove()
    return draft


def _decide(draft, actor, status, remark) -> None:
    draft.status, draft.remark = status, remark
    draft.decided_by_id, draft.decided_at = actor.user_id, clock.now()
    db.session.flush()


def _refuse_outdated(draft) -> None:
    version = library.published().get(draft.process_key)
    if version is not None and version.id != draft.base_version_id:
        raise DraftOutdated(number=version.number)


def drop(actor: Actor, draft_id: int) -> Draft:
    """Give a draft up; it stays on record."""
    draft = _of_author(actor, draft_id)
    draft.status, draft.changed_at = DROPPED, clock.now()
    db.session.flush()
    return draft
