"""Helping a process by hand, as operators may: each act asks for a reason that stays in the case's history."""

from dataclasses import dataclass

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Invalid, problem
from engine.expressions import ExpressionFailed, ExpressionRefused, compile_expression
from engine.i18n import _
from engine.oversight.actions import reason_of
from engine.workflow import repair, spiff, variables, versions
from engine.workflow.models import Instance
from engine.workflow.surroundings import context_of


class ValueUnreadable(Invalid):
    message = _("This is no value: write it as in a diagram, for example 5, 'text', true, [1, 2] or date('2026-01-31').")


@dataclass(frozen=True)
class Place:
    """A step that goes on, or one that could: its token, if it has one, and how people call it."""

    process_key: str
    element: str
    title: str
    title_en: str
    kind: str = ""
    token: str = ""
    is_one_of_many: bool = False


@dataclass(frozen=True)
class Desk:
    """What can be done to an instance: where it is, where it could go, and which values it keeps (names and kinds only)."""

    places: list[Place]
    targets: dict[str, list[Place]]  # process key → steps in reading order
    values: dict[str, str]

    @property
    def movable(self) -> list[Place]:
        return [place for place in self.places if not place.is_one_of_many]


def desk(actor: Actor, instance: Instance) -> Desk | None:
    """What this actor may do to an instance; None when they may not, or when its state cannot be read."""
    require(actor, Permission.INSTANCE_TRACE)
    if not may(actor, Permission.INSTANCE_REPAIR):
        return None
    loaded = versions.of_instance(instance)
    try:
        run = spiff.load(loaded.definition, instance.state, context_of(instance))
    except spiff.RunFailed:
        return None
    places = [_place(loaded, key, element, token, one) for token, key, element, one in run.activities()]
    keys = [loaded.definition.key] if instance.is_over else list(dict.fromkeys(place.process_key for place in places))
    targets = {key: [_place(loaded, key, element) for element in loaded.definition.order(key)] for key in keys}
    fitting = {key: [each for each in steps if each.kind != "boundary_event"] for key, steps in targets.items()}
    kinds = {name: variables.kind_of(value) for name, value in sorted(run.data.items())}
    return Desk([] if instance.is_over else places, fitting, kinds)


def _place(loaded, key: str, element_id: str, token: str = "", one: bool = False) -> Place:
    element = loaded.definition.element(key, element_id)
    title = element.name if element.name != element_id else ""
    return Place(key, element_id, title, loaded.english_name(key, element_id), element.kind, token, one)


def move(actor: Actor, instance_id: int, token: str, element: str, reason: str) -> Instance:
    """Go on at another step. Raises ReasonMissing, RepairRefused, InstanceOver."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.move(instance_id, token, element, reason_of(reason), actor.name)


def skip(actor: Actor, instance_id: int, token: str, reason: str) -> Instance:
    """Go on as if a step were done. Raises ReasonMissing, RepairRefused, InstanceOver."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.skip(instance_id, token, reason_of(reason), actor.name)


def repeat(actor: Actor, instance_id: int, token: str, reason: str) -> Instance:
    """Begin a step again. Raises ReasonMissing, RepairRefused, InstanceOver."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.repeat(instance_id, token, reason_of(reason), actor.name)


def change(actor: Actor, instance_id: int, name: str, text: str, reason: str, force: bool = False) -> Instance:
    """Set one value of the process. Raises ReasonMissing, ValueUnreadable, ValuesRefused, RepairRefused, InstanceOver."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.change(instance_id, {name.strip(): value_of(text)}, reason_of(reason), actor.name, force)


def value_of(text: str):
    """A value as it is written in diagrams. Raises ValueUnreadable."""
    try:
        return compile_expression(text.strip()).evaluate({})
    except (ExpressionRefused, ExpressionFailed):
        raise ValueUnreadable(problems=[problem("/value", "unreadable", ValueUnreadable.message)]) from None


def suspend(actor: Actor, instance_id: int, reason: str) -> Instance:
    """Let nothing move for a while. Raises ReasonMissing, NotRunning."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.suspend(instance_id, reason_of(reason), actor.name)


def resume(actor: Actor, instance_id: int, reason: str) -> Instance:
    """Let a suspended process go on. Raises ReasonMissing, NotSuspended."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.resume(instance_id, reason_of(reason), actor.name)


def cancel(actor: Actor, instance_id: int, reason: str) -> Instance:
    """Stop a process for good. Raises ReasonMissing, InstanceOver."""
    require(actor, Permission.INSTANCE_REPAIR)
    return repair.cancel(instance_id, reason_of(reason), actor.name)


def reopen(actor: Actor, instance_id: int, element: str, reason: str) -> Instance:
    """Let an ended process, and its case, go on at a step. Raises ReasonMissing, RepairRefused, InstanceNotOver."""
    require(actor, Permission.INSTANCE_REPAIR)
    reason = reason_of(reason)
    instance = locked(Instance, instance_id)
    case = locked(Case, instance.case_id) if instance.case_id else None
    if case is not None and instance.is_over:
        outcomes.reopen(case, stage_at(instance, element))
    instance = repair.reopen(instance_id, element, reason, actor.name)
    db.session.flush()
    return instance


def stage_at(instance: Instance, element: str) -> str:
    """The stage a case is in at a step: the last one that the diagram names up to there."""
    loaded, found = versions.of_instance(instance), "accepted"
    for each in loaded.definition.order():
        found = loaded.definition.element(loaded.definition.key, each).properties.get("stage") or found
        if each == element:
            break
    return found
