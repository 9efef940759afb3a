"""Bring a running instance to other versions of its processes: look ahead, rehearse on a copy, do it, take it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from engine.db import database_now, db, locked
from engine.deadlines import terms
from engine.errors import Conflict
from engine.i18n import Sentence, _
from engine.workflow import pauses, pieces, rows, runtime, spiff, trace, versions, waits
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Instance, Timer, UserTask, Version
from engine.workflow.repair import InstanceOver
from engine.workflow.surroundings import around, context_of, due_in, only_looking

Overrides = Iterable[tuple[str, str, str]]  # (process key, old element id, new element id): what no comparison can know


class UpgradeBlocked(Conflict):
    """The instance is at a place that the new version has no counterpart for; `blockers` names each."""

    message = _("The process cannot be moved to this version: %(why)s")

    def __init__(self, blockers: list[spiff.Blocker]):
        self.blockers = blockers
        super().__init__(why=Sentence.of(Sentence(each.message, each.values) for each in blockers))


class AlreadyThere(Conflict):
    message = _("The process runs on this version already.")


class StillRunning(Conflict):
    """In the middle of a long run its place is a passing one: it is taken over once it rests, or stands still for good."""

    message = _("The process is in the middle of a long run. Try again in a moment.")


class MovedOn(Conflict):
    """What was upgraded has gone on since: there is no way back, only forward."""

    message = _("The process has moved on since the upgrade; it can be taken to another version instead.")


@dataclass(frozen=True)
class Target:
    """Where an instance shall go: a version, and the versions of all it calls."""

    version: Version
    bindings: dict[str, int]

    def is_where(self, instance: Instance) -> bool:
        """Does the instance run on this already?"""
        return (instance.version_id, instance.bindings) == (self.version.id, self.bindings)


@dataclass(frozen=True)
class Plan:
    """What an upgrade would do: what each element becomes, and what stands in the way."""

    run: spiff.Run | None  # None: its state cannot be read
    loaded: versions.Loaded
    names: dict[tuple[str, str], str | None]
    blockers: list[spiff.Blocker]


@dataclass(frozen=True)
class Wait:
    """One thing an instance waits for, as a rehearsal shows it."""

    kind: str
    process_key: str
    element: str
    title: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Rehearsal:
    """The waits and clocks of an instance before and after, tried on a copy; nothing was saved."""

    blockers: list[spiff.Blocker]
    before: list[Wait] = field(default_factory=list)
    after: list[Wait] = field(default_factory=list)


def target(version: Version) -> Target:
    """This version with what it calls as a new instance would get it."""
    return Target(version, versions.bind(version))


def plan(instance: Instance, to: Target, overrides: Overrides = ()) -> Plan:
    """Look ahead: the mapping, suggested by comparing the drawings and completed by hand, and every blocker."""
    old, new = versions.of_instance(instance), versions.load(to.version.id, to.bindings)
    try:
        run = spiff.load(old.definition, instance.state, context_of(instance))
    except spiff.RunFailed as failure:
        return Plan(None, new, {}, [_failure(failure)])
    names = {**spiff.suggest(old.definition, new.definition), **{(key, before): after for key, before, after in overrides}}
    found = spiff.blockers(run, new.definition, names)
    return Plan(run, new, names, found or list(_of_roles(run, old, new, names)))


def _of_roles(run: spiff.Run, old: versions.Loaded, new: versions.Loaded, names):
    """A party's task cannot become the staff's, nor the other way round: who it was given to would be lost."""
    for wait in run.waits():
        now = new.definition.element(wait.process_key, names.get((wait.process_key, wait.element_id)) or "")
        if wait.kind == "user_task" and now is not None:
            was_party = old.role(wait.process_key, wait.lane) == "party"
            if was_party != (new.role(wait.process_key, now.lane) == "party"):
                message = _("“%(element)s” is asked of somebody else now: parties and staff cannot change places.")
                yield spiff.Blocker(wait.process_key, wait.element_id, wait.name, "role_changed", message, {"element": wait.name})


def rehearse(instance: Instance, to: Target, overrides: Overrides = ()) -> Rehearsal:
    """Try it on a copy of the state: what would be open and due before and after."""
    ahead = plan(instance, to, overrides)
    known = {timer.token: timer.due_at for timer in _open_timers(instance)}
    before = [_wait(instance, each, known) for each in ahead.run.waits()] if ahead.run else []
    if ahead.blockers:
        return Rehearsal(ahead.blockers, before)
    try:
        carried = spiff.carry_over(ahead.run, instance.state, ahead.loaded.definition, ahead.names, only_looking(instance))
        carried.proceed()
    except spiff.RunFailed as failure:
        return Rehearsal([_failure(failure)], before)
    return Rehearsal([], before, [_wait(instance, each, known) for each in carried.waits()])


def _failure(failure: spiff.RunFailed) -> spiff.Blocker:
    place = failure.element_id or ""
    return spiff.Blocker("", place, place, failure.code, failure.message, failure.details)


def _open_timers(instance: Instance):
    return db.session.scalars(select(Timer).where(Timer.instance_id == instance.id, Timer.status == "open"))


def _wait(instance: Instance, wait: spiff.Wait, known: dict[str, datetime]) -> Wait:
    due = None
    if wait.kind == "timer":
        term = wait.detail.get("term")
        by_law = term and terms.get(term).has_fixed_length
        due = known.get(wait.token) or (due_in(instance.case_id, term, database_now()) if by_law else wait.detail["due_at"])
    return Wait(wait.kind, wait.process_key, wait.element_id, wait.name, due)


def upgrade(instance_id: int, to: Target, overrides: Overrides, reason: str, by: str) -> tuple[Instance, dict, bytes]:
    """Move one instance; returns it with what it takes to go back. Raises UpgradeBlocked, AlreadyThere,
    StillRunning, InstanceOver.

    Open tasks, calls and clocks keep their rows and times; only what is new begins to wait, and what is gone is closed.
    """
    instance = locked(Instance, instance_id)
    if instance.is_over:
        raise InstanceOver()
    if to.is_where(instance):
        raise AlreadyThere()
    if _runs(instance):
        raise StillRunning()
    ahead = plan(instance, to, overrides)
    if ahead.blockers:
        raise UpgradeBlocked(ahead.blockers)
    before, state = rows.taken(instance), instance.state
    hashes = _hashes(instance), _hashes(instance, to)
    try:
        carried = spiff.carry_over(ahead.run, state, ahead.loaded.definition, ahead.names, context_of(instance))
        instance.version_id, instance.bindings = to.version.id, to.bindings
        runtime.go_on(instance, carried, ahead.loaded, by, deliver=False)
    except spiff.RunFailed as failure:
        raise ProcessFailed(instance.id, instance.case_id, failure.element_id or "", failure.code, str(failure)) from failure
    _follow(instance, carried, ahead.loaded)
    pauses.follow(instance, ahead.loaded, by)
    changed = {key: [old, hashes[1].get(key)] for key, old in hashes[0].items() if old != hashes[1].get(key)}
    trace.write(instance, "upgraded", by, note=reason, before=before["instance"]["position"], after=instance.position,
                versions=changed | {key: [None, new] for key, new in hashes[1].items() if key not in hashes[0]})
    db.session.flush()
    db.session.expire(instance, ["version"])
    return instance, rows.difference(instance, before), state


def _runs(instance: Instance) -> bool:
    """Does a worker go on with it in a moment? Not while it is suspended, nor while somebody looks into why it cannot go on."""
    if instance.under_way_since is None or instance.is_suspended:
        return False
    return not db.session.scalar(select(pieces.holds_back(instance.id, pieces.RUN_FAILED)))


def _hashes(instance: Instance, to: Target | None = None) -> dict[str, str]:
    """Process key → content hash of what an instance runs on, or would run on."""
    ids = [to.version.id, *to.bindings.values()] if to else [instance.version_id, *instance.bindings.values()]
    return dict(db.session.execute(select(Version.process_key, Version.sha256).where(Version.id.in_(ids))).all())


def _follow(instance: Instance, run: spiff.Run, loaded: versions.Loaded) -> None:
    """Rows that stay say what the new version calls them."""
    for wait in run.waits():
        model = waits.ROWS[wait.kind]
        row = db.session.scalar(select(model).where(model.instance_id == instance.id, model.token == wait.token))
        row.element, row.process_key = wait.element_id, wait.process_key
        if isinstance(row, Timer):
            row.attached_to = wait.detail.get("attached_to") or ""
        if isinstance(row, UserTask):
            _rename(instance, row, wait, loaded)


def _rename(instance: Instance, task: UserTask, wait: spiff.Wait, loaded: versions.Loaded) -> None:
    role = loaded.role(wait.process_key, wait.lane)
    task.title, task.title_en = wait.name or wait.element_id, loaded.english_name(wait.process_key, wait.element_id)
    task.form = wait.properties.get("form", "")
    if role != task.role:
        task.role, task.body_id = role, around().body_for(instance.case_id, role)
        task.assignee_id, task.claimed_at = around().assignee_for(instance.case_id, role), None


def take_back(instance_id: int, kept: dict, state: bytes, revision: int, reason: str, by: str) -> Instance:
    """Undo an upgrade while the instance has not moved since. Raises MovedOn."""
    instance = locked(Instance, instance_id)
    if instance.revision != revision or instance.is_over or rows.is_under_way(kept):
        raise MovedOn()
    before, hashes = instance.position, _hashes(instance)
    rows.restore(instance, kept)
    instance.state = state
    pauses.follow(instance, versions.of_instance(instance), by)
    trace.write(instance, "upgrade_undone", by, note=reason, before=before, after=instance.position,
                versions={key: [old, new] for key, new in _hashes(instance).items() if (old := hashes.get(key)) != new})
    db.session.flush()
    db.session.expire(instance, ["version"])
    return instance
