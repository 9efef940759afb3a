"""What a designer sees first: every process, its versions, how many instances run on each, and who is changing it."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db
from engine.errors import NotFound
from engine.processes import bindings, library
from engine.processes.models import Draft
from engine.workflow import spiff, versions
from engine.workflow.models import Instance, InstanceStatus, Version
from engine.workflow.versions import ProcessUnknown

UNDECIDED = ("open", "submitted")


@dataclass
class Shelf:
    """One process with its versions, the one in force first, and the drafts that are being worked on."""

    key: str
    versions: list[Version]
    running: Counter
    drafts: list[Draft] = field(default_factory=list)

    @property
    def live(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def title(self) -> str:
        return self.live.title if self.live else self.drafts[0].title

    @property
    def title_en(self) -> str:
        return self.live.title_en if self.live else ""

    @property
    def is_entry(self) -> bool:
        """Does a case begin with it, or do other processes call it?"""
        begins = library.settings_of(self.live.files).get("start", {}).get("by") if self.live else None
        return begins not in (None, "", "call", "message")

    @property
    def running_here(self) -> int:
        return sum(self.running[version.id] for version in self.versions)

    @property
    def running_on_older(self) -> int:
        return sum(self.running[version.id] for version in self.versions[1:])


def every(actor: Actor) -> list[Shelf]:
    """All processes, those that begin a case first."""
    require(actor, Permission.PROCESS_READ)
    running, shelves = running_instances(), {}
    for version in db.session.scalars(select(Version).order_by(Version.process_key, Version.number.desc())):
        shelves.setdefault(version.process_key, Shelf(version.process_key, [], running)).versions.append(version)
    for draft in db.session.scalars(select(Draft).where(Draft.status.in_(UNDECIDED)).order_by(Draft.changed_at.desc())):
        shelves.setdefault(draft.process_key, Shelf(draft.process_key, [], running)).drafts.append(draft)
    return sorted(shelves.values(), key=lambda shelf: (not shelf.is_entry, shelf.key))


def shelf(actor: Actor, key: str) -> Shelf:
    """One process. Raises ProcessUnknown."""
    found = next((each for each in every(actor) if each.key == key), None)
    if found is None:
        raise ProcessUnknown(process=key)
    return found


def version(actor: Actor, version_id: int) -> Version:
    """One version. Raises NotFound."""
    require(actor, Permission.PROCESS_READ)
    found = db.session.get(Version, version_id)
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class Caller:
    """A process that uses another one: where, and which version of it."""

    version: Version
    elements: list[tuple[str, str]]  # id and name of the call activities
    bound: Version | None  # None: the version in force when a case begins
    running: int


def callers(actor: Actor, key: str) -> list[Caller]:
    """Who uses a process: the versions in force that call it, by key."""
    require(actor, Permission.PROCESS_READ)
    running = running_instances()
    using = [version for _key, version in sorted(library.published().items()) if key in version.calls]
    return [_caller(version, key, running) for version in using]


def _caller(version: Version, key: str, running: Counter) -> Caller:
    process = spiff.read(versions.source(version.process_key, version.files))[version.process_key]
    places = [(each.id, each.name) for each in bindings.calls(process) if each.called == key]
    bound = db.session.get(Version, version.bound[key]) if key in version.bound else None
    return Caller(version, places, bound, running[version.id])


def running_instances() -> Counter:
    """Version id → running instances that run on it or call it."""
    counts = Counter()
    rows = db.session.execute(select(Instance.version_id, Instance.bindings).where(
        Instance.status.in_((InstanceStatus.RUNNING, InstanceStatus.SUSPENDED))))
    for version_id, bound in rows:
        counts.update({version_id, *bound.values()})
    return counts


def people(drafts: list[Draft]) -> dict[int, str]:
    """Names of whoever wrote or decided these drafts, by user id."""
    ids = {each for draft in drafts for each in (draft.author_id, draft.decided_by_id) if each}
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
