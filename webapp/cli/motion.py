"""`sutiao cases …`: help a process by hand, and bring running cases to another version of their process."""

from contextlib import contextmanager

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.errors import DomainError
from engine.oversight import repairs, upgrades
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Instance, Version
from engine.workflow.motion import ItemStatus
from webapp import i18n
from webapp.api import presenting, problems
from webapp.cli import Refused
from webapp.cli.terminal import aligned, web

NUMBER = click.argument("number")
TOKEN = click.argument("token")
ELEMENT = click.argument("element")
REASON = click.option("--reason", required=True, help="Why; it stays in the case's history.")


@click.command()
@NUMBER
def steps(number):
    """List the steps of the case NUMBER that go on now, each with the token that the other commands ask for."""
    with acting(write=False):
        for instance in instances_of(number):
            desk = repairs.desk(SYSTEM, instance)
            click.echo(f"#{instance.id} {instance.version.process_key} {instance.version.number} {instance.status}")
            rows = [(place.token, place.process_key, place.element, place.title) for place in desk.places] if desk else []
            click.echo("\n".join(aligned(rows)) if rows else "  （无）")


@click.command()
@NUMBER
@TOKEN
@ELEMENT
@REASON
def move(number, token, element, reason):
    """Let the case NUMBER go on at ELEMENT instead of where TOKEN is (`sutiao cases steps` tells the tokens)."""
    act(number, lambda instance: repairs.move(SYSTEM, instance.id, token, element, reason))


@click.command()
@NUMBER
@TOKEN
@REASON
def skip(number, token, reason):
    """Let the case NUMBER go on as if the step of TOKEN were done, without answers or results."""
    act(number, lambda instance: repairs.skip(SYSTEM, instance.id, token, reason))


@click.command()
@NUMBER
@TOKEN
@REASON
def repeat(number, token, reason):
    """Begin the step of TOKEN again: its inputs, clocks and tasks are worked out anew."""
    act(number, lambda instance: repairs.repeat(SYSTEM, instance.id, token, reason))


@click.command("set")
@NUMBER
@click.argument("name")
@click.argument("value")
@click.option("--force", is_flag=True, help="Even if the value is of another kind than before.")
@REASON
def set_value(number, name, value, force, reason):
    """Set the value NAME of the case's process to VALUE, written as in a diagram: 5, 'text', true, [1, 2]."""
    act(number, lambda instance: repairs.change(SYSTEM, instance.id, name, value, reason, force))


@click.command()
@NUMBER
@REASON
def suspend(number, reason):
    """Let nothing move in the case NUMBER; messages are kept, legal terms run on."""
    act(number, lambda instance: repairs.suspend(SYSTEM, instance.id, reason))


@click.command()
@NUMBER
@REASON
def resume(number, reason):
    """Let the suspended case NUMBER go on: what came or fell due meanwhile happens now."""
    act(number, lambda instance: repairs.resume(SYSTEM, instance.id, reason))


@click.command()
@NUMBER
@REASON
def cancel(number, reason):
    """Stop the process of the case NUMBER for good; open tasks, calls and timers are closed."""
    act(number, lambda instance: repairs.cancel(SYSTEM, instance.id, reason))


@click.command()
@NUMBER
@ELEMENT
@REASON
def reopen(number, element, reason):
    """Let the ended case NUMBER go on at ELEMENT, with the values its process ended with."""
    act(number, lambda instance: repairs.reopen(SYSTEM, instance.id, element, reason))


@click.command()
@click.argument("process")
@click.option("--to", "version_number", type=int, help="The version to go to; without it, the one in force.")
@click.option("--map", "mapping", multiple=True, help="process/old_step=new_step, for steps that no comparison can match.")
@click.option("--rehearse", is_flag=True, help="Only tell who could go and what holds the others; nothing is changed.")
@click.option("--reason", default="", help="Why; it stays in each case's history.")
def upgrade(process, version_number, mapping, rehearse, reason):
    """Bring the running instances of PROCESS to another version, each in a transaction of its own.

    What stands at a step that the new version does not have stays where it is and is told; --map says which step takes its place.
    """
    with acting(write=False):
        version_id = version_of(process, version_number).id
        pairs = upgrades.mapping_of("\n".join(mapping))
        outlook = upgrades.outlook(SYSTEM, version_id, pairs)
        can = len(outlook.instances) - len(outlook.blocked)
        click.echo(f"待转移 {len(outlook.instances)}，可以转移 {can}，受阻 {len(outlook.blocked)}")
        for blocker, number in outlook.by_place:
            place = f"{blocker.process_key}/{blocker.element_id}"
            click.echo(f"  {number} × {place}  {i18n.say(blocker.message, blocker.values)}")
    if not rehearse:
        carry_out(version_id, reason, pairs)


def carry_out(version_id: int, reason: str, pairs: list) -> None:
    """Begin a batch and work on it here, beside the workers, until all of it is settled."""
    with acting():
        batch_id = upgrades.begin(SYSTEM, version_id, reason, pairs).id
        ids = [item.id for item in upgrades.batch(SYSTEM, batch_id)[1]]
    with web():
        for item_id in ids:
            settle(item_id)
    with acting(write=False):
        batch, items, counts = upgrades.batch(SYSTEM, batch_id)
        click.echo(f"批次 #{batch.id}：已转移 {counts[ItemStatus.DONE]}，受阻 {counts[ItemStatus.BLOCKED]}，"
                   f"失败 {counts[ItemStatus.FAILED]}，等待 {counts[ItemStatus.WAITING]}")


def settle(item_id: int) -> None:
    """One instance in a transaction of its own; a worker that was faster has done it already."""
    try:
        with transaction():
            upgrades.carry_out(item_id)
    except ProcessFailed as failure:
        with transaction():
            upgrades.failed(item_id, failure)
    except (OperationalError, StaleDataError):
        click.echo(f"  {item_id} 正忙，由后台稍后处理")


def version_of(process: str, number: int | None) -> Version:
    """A version of this process by its number, or the one in force."""
    query = select(Version).where(Version.process_key == process).order_by(Version.number.desc()).limit(1)
    found = db.session.scalar(query.where(Version.number == number) if number else query)
    if found is None:
        raise Refused(f"there is no version {number or ''} of the process {process}.")
    return found


def instances_of(number: str) -> list[Instance]:
    """The instances of a case, the newest first."""
    case = presenting.visible_case(SYSTEM, number.strip())
    return list(db.session.scalars(select(Instance).where(Instance.case_id == case.id).order_by(Instance.id.desc())))


def act(number: str, verb) -> None:
    """Do something to the newest process of a case, and say where it is now."""
    with acting():
        found = instances_of(number)
        if not found:
            raise Refused(f"the case {number} has no process.")
        instance = verb(found[0])
        places = "、".join(element for _key, element in instance.position) or "—"
        click.echo(f"#{instance.id} {instance.status}  {places}")


@contextmanager
def acting(write: bool = True):
    """A transaction in the web's languages; what is refused is told in one line for each fault."""
    with web(), i18n.speaking("zh"):
        try:
            with transaction(write=write):
                yield
        except DomainError as error:
            raise Refused("; ".join(fault["message"] for fault in problems.faults(error))) from error


COMMANDS = [steps, move, skip, repeat, set_value, suspend, resume, cancel, reopen, upgrade]
