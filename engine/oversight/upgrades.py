"""Bring the running instances of a process to one version: look ahead, try, do it in batches, follow it, take it back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import database_now, db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.oversight.actions import reason_of
from engine.processes import drafts, library
from engine.processes.models import Draft
from engine.workflow import upgrade, versions
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Instance, InstanceStatus, Version
from engine.workflow.motion import BatchStatus, ItemStatus, UpgradeBatch, UpgradeItem
from engine.workflow.repair import InstanceOver

LIVE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
MOST = 10_000  # instances in one batch


class NothingToUpgrade(Conflict):
    message = _("No running instance is on another version.")


class NotDone(Conflict):
    """Only what was upgraded can be taken back."""

    message = _("This instance was not upgraded, or was taken back already.")


class OwnDrawing(Forbidden):
    """Four eyes, also for one person who is designer and administrator."""

    message = _("You drew this version yourself: somebody else moves running cases to it.")


class MappingRefused(Invalid):
    message = _("The mapping names steps that do not exist.")


@dataclass
class Outlook:
    """What an upgrade would mean: how many could go, and what holds the others."""

    target: upgrade.Target
    instances: list[Instance]
    blocked: dict[int, list] = field(default_factory=dict)  # instance id → blockers

    @property
    def by_place(self) -> list[tuple[object, int]]:
        """Each blocker with the number of instances it holds, most first."""
        seen, counts = {}, Counter()
        for blockers in self.blocked.values():
            for each in blockers:
                place = (each.process_key, each.element_id, each.code)
                seen[place] = each
                counts[place] += 1
        return [(seen[place], number) for place, number in counts.most_common()]


def outdated(actor: Actor) -> list[tuple[Version, int]]:
    """The versions in force of processes with instances that run on others: each with how many."""
    require(actor, Permission.INSTANCE_TRACE)
    counts: Counter = Counter()
    targets: dict[str, upgrade.Target] = {}
    rows = select(Instance.version_id, Instance.bindings, Version.process_key).join(Version).where(Instance.status.in_(LIVE))
    for version_id, bound, key in db.session.execute(rows):
        to = targets.setdefault(key, upgrade.target(versions.latest(key)))
        counts[key] += (version_id, bound) != (to.version.id, to.bindings)
    return [(targets[key].version, number) for key, number in sorted(counts.items()) if number]


def target_of(actor: Actor, version_id: int) -> upgrade.Target:
    """A version as the goal of an upgrade. Raises NotFound."""
    require(actor, Permission.INSTANCE_TRACE)
    version = db.session.get(Version, version_id)
    if version is None:
        raise NotFound()
    return upgrade.target(version)


def _movable(to: upgrade.Target, ids: Sequence[int] | None = None) -> list[Instance]:
    query = select(Instance).join(Version).where(Version.process_key == to.version.process_key, Instance.status.in_(LIVE))
    if ids is not None:
        query = query.where(Instance.id.in_(ids))
    return [each for each in db.session.scalars(query.order_by(Instance.id).limit(MOST)) if not to.is_where(each)]


def outlook(actor: Actor, version_id: int, overrides: upgrade.Overrides = ()) -> Outlook:
    """Which running instances could go to a version, and what holds the others; nothing is changed."""
    to, overrides = target_of(actor, version_id), list(overrides)
    found = Outlook(to, _movable(to))
    for instance in found.instances:
        if blockers := upgrade.plan(instance, to, overrides).blockers:
            found.blocked[instance.id] = blockers
    return found


def rehearse(actor: Actor, instance_id: int, version_id: int, overrides: upgrade.Overrides = ()) -> upgrade.Rehearsal:
    """What one instance would wait for afterwards, tried on a copy. Raises NotFound, InstanceOver."""
    to, instance = target_of(actor, version_id), db.session.get(Instance, instance_id)
    if instance is None or instance.version.process_key != to.version.process_key:
        raise NotFound()
    if instance.is_over:
        raise InstanceOver()
    return upgrade.rehearse(instance, to, overrides)


def mapping_of(text: str) -> list[list[str]]:
    """Lines like `process/old_step = new_step` as a mapping. Raises MappingRefused."""
    found, faults = [], []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        place, _equals, new = (part.strip() for part in line.partition("="))
        key, _slash, old = place.partition("/")
        if key and old and new:
            found.append([key, old, new])
        else:
            faults.append(problem("/mapping", "line", _("Write “process/old_step = new_step”, not “%(line)s”."), line=line))
    if faults:
        raise MappingRefused(problems=faults)
    return found


def begin(actor: Actor, version_id: int, reason: str, mapping: Iterable = (), ids: Sequence[int] | None = None) -> UpgradeBatch:
    """Have all running instances, or these, brought to a version, one after another by the workers. Raises NothingToUpgrade,
    OwnDrawing."""
    require(actor, Permission.INSTANCE_MIGRATE)
    reason, to, mapping = reason_of(reason), target_of(actor, version_id), [list(each) for each in mapping]
    if _drew(actor, to.version):
        raise OwnDrawing()
    _check(to, mapping)
    instances = _movable(to, ids)
    if not instances:
        raise NothingToUpgrade()
    batch = UpgradeBatch(process_key=to.version.process_key, version_id=to.version.id, bindings=to.bindings, mapping=mapping,
                         reason=reason, started_by=actor.name)
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(UpgradeItem(batch_id=batch.id, instance_id=each.id) for each in instances)
    db.session.flush()
    return batch


def _drew(actor: Actor, version: Version) -> bool:
    """Did this person draw what the version is made of?"""
    own = select(Draft.files).where(Draft.author_id == actor.user_id, Draft.process_key == version.process_key,
                                    Draft.status == drafts.PUBLISHED)
    return any(library.digest(files) == version.sha256 for files in db.session.scalars(own))


def _check(to: upgrade.Target, mapping: list[list[str]]) -> None:
    loaded = versions.load(to.version.id, to.bindings)
    message = _("There is no step “%(element)s” in “%(process)s”.")
    faults = [problem("/mapping", "element_unknown", message, element=new, process=key)
              for key, _old, new in mapping if loaded.definition.element(key, new) is None]
    if faults:
        raise MappingRefused(problems=faults)


def carry_out(item_id: int) -> UpgradeItem:
    """Upgrade one instance of a batch; what stands in its way is kept with it. Raises ProcessFailed (nothing was changed)."""
    item = locked(UpgradeItem, item_id)
    batch = item.batch
    if item.status != ItemStatus.WAITING or batch.status != BatchStatus.RUNNING:
        return item
    to = upgrade.Target(batch.version, batch.bindings)
    try:
        instance, kept, state = upgrade.upgrade(item.instance_id, to, [tuple(each) for each in batch.mapping], batch.reason,
                                                batch.started_by)
    except upgrade.StillRunning:
        return item  # it waits until the run is at rest
    except upgrade.UpgradeBlocked as refusal:
        return _settled(item, ItemStatus.BLOCKED, blockers=[_told(each) for each in refusal.blockers])
    except (InstanceOver, upgrade.AlreadyThere) as refusal:
        return _settled(item, ItemStatus.BLOCKED, blockers=[_reason(refusal.code, refusal.message)])
    return _settled(item, ItemStatus.DONE, kept=kept, state=state, revision_after=instance.revision)


def failed(item_id: int, failure: ProcessFailed) -> UpgradeItem:
    """The instance could not go on under the new version; it stayed on its own."""
    item = locked(UpgradeItem, item_id)
    cause = failure.__cause__
    told = _reason(failure.reason, getattr(cause, "message", "") or failure.text, failure.element, getattr(cause, "details", {}))
    return _settled(item, ItemStatus.FAILED, blockers=[told])


def _told(blocker) -> dict:
    return _reason(blocker.code, blocker.message, blocker.element_id, blocker.values) | {"process_key": blocker.process_key}


def _reason(code: str, message: str, element: str = "", values: dict | None = None) -> dict:
    return {"process_key": "", "element": element, "code": code, "message": message, "values": dict(values or {})}


def _settled(item: UpgradeItem, status: ItemStatus, **values) -> UpgradeItem:
    item.status, item.settled_at = status, database_now()
    for name, value in values.items():
        setattr(item, name, value)
    db.session.flush()
    waiting = select(func.count()).select_from(UpgradeItem).where(
        UpgradeItem.batch_id == item.batch_id, UpgradeItem.status == ItemStatus.WAITING)
    if item.batch.status == BatchStatus.RUNNING and not db.session.scalar(waiting):
        item.batch.status, item.batch.ended_at = BatchStatus.DONE, database_now()
        db.session.flush()
    return item


def stop(actor: Actor, batch_id: int) -> UpgradeBatch:
    """Leave the instances that wait still where they are."""
    require(actor, Permission.INSTANCE_MIGRATE)
    batch = locked(UpgradeBatch, batch_id)
    if batch.status == BatchStatus.RUNNING:
        batch.status, batch.ended_at = BatchStatus.STOPPED, database_now()
        db.session.flush()
    return batch


def undo(actor: Actor, item_id: int, reason: str) -> UpgradeItem:
    """Take one instance back to where it was, while it has not moved since. Raises NotDone, MovedOn, ReasonMissing."""
    require(actor, Permission.INSTANCE_MIGRATE)
    reason, item = reason_of(reason), locked(UpgradeItem, item_id)
    if item.status != ItemStatus.DONE:
        raise NotDone()
    upgrade.take_back(item.instance_id, item.kept, item.state, item.revision_after, reason, actor.name)
    return _settled(item, ItemStatus.UNDONE, kept={}, state=None)


def batch(actor: Actor, batch_id: int) -> tuple[UpgradeBatch, list[UpgradeItem], Counter]:
    """A batch with its instances and how many are where. Raises NotFound."""
    require(actor, Permission.INSTANCE_TRACE)
    found = db.session.get(UpgradeBatch, batch_id)
    if found is None:
        raise NotFound()
    items = list(db.session.scalars(select(UpgradeItem).where(UpgradeItem.batch_id == batch_id).order_by(UpgradeItem.id)))
    return found, items, Counter(item.status for item in items)


def batches(actor: Actor, limit: int = 50) -> list[tuple[UpgradeBatch, Counter]]:
    """The batches there were, the newest first, with how many of their instances are where."""
    require(actor, Permission.INSTANCE_TRACE)
    found = list(db.session.scalars(select(UpgradeBatch).order_by(UpgradeBatch.id.desc()).limit(limit)))
    counts = {each.id: Counter() for each in found}
    rows = select(UpgradeItem.batch_id, UpgradeItem.status, func.count()).where(UpgradeItem.batch_id.in_(counts))
    for batch_id, status, number in db.session.execute(rows.group_by(UpgradeItem.batch_id, UpgradeItem.status)):
        counts[batch_id][status] = number
    return [(each, counts[each.id]) for each in found]
