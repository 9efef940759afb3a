"""Which message is for which wait: of one name, and of one case or of the same keys.

A wait without keys hears what its case is told. A wait with keys hears what carries these keys: of its case, or of any case when
the message goes beyond it, as what instances throw does.
"""

from sqlalchemy import ColumnElement, and_, delete, exists, false, or_, select

from engine.db import database_now, db
from engine.workflow import spiff
from engine.workflow.models import Instance, InstanceStatus, Message, MessageWait, WaitStatus
from engine.workflow.said import MessageKey

NAME, LONGEST = 100, 200  # of a key that is looked for in the database


def is_kept() -> ColumnElement:
    """The condition that a message still waits to be heard."""
    return and_(Message.result == "kept", or_(Message.expires_at.is_(None), Message.expires_at > database_now()))


def takers(message: Message, *where) -> list[MessageWait]:
    """Open waits of running instances that a message is for, the oldest first."""
    query = select(MessageWait).join(Instance, Instance.id == MessageWait.instance_id).where(
        MessageWait.status == WaitStatus.OPEN, Instance.status == InstanceStatus.RUNNING, *where)
    return list(db.session.scalars(query.where(_is_for(message)).order_by(MessageWait.id)))


def _is_for(message: Message) -> ColumnElement:
    if message.wait_id is not None:
        return MessageWait.id == message.wait_id
    if message.starts:
        return false()
    named = and_(MessageWait.kind == message.kind, MessageWait.name == message.name)
    same_case = MessageWait.case_id.is_not_distinct_from(message.case_id)
    reached = named if message.goes_beyond else and_(named, same_case)
    fitting = [and_(same_case, MessageWait.shape == "")]
    for shape in db.session.scalars(select(MessageWait.shape).where(
            reached, MessageWait.status == WaitStatus.OPEN, MessageWait.shape != "").distinct()):
        keys = spiff.said(shape, message.payload, message.keys)
        if keys is not None:
            fitting.append(and_(MessageWait.shape == shape, MessageWait.keys == spiff.as_line(keys)))
    return and_(reached, or_(*fitting))


def early(waits: list[MessageWait]) -> Message | None:
    """The oldest kept message that is for one of these waits."""
    if not waits:
        return None
    named = and_(Message.wait_id.is_(None), Message.starts == "", Message.name.in_([wait.name for wait in waits]))
    bound = Message.wait_id.in_([wait.id for wait in waits])
    cases = {wait.case_id for wait in waits}
    told = [Message.case_id.is_not_distinct_from(case_id) for case_id in cases]
    beyond = [and_(Message.goes_beyond, *_carried(wait)) for wait in waits if wait.shape]
    kept = select(Message).where(is_kept(), or_(bound, and_(named, or_(*told, *beyond)))).order_by(Message.id)
    return next((message for message in db.session.scalars(kept) if any(_fits(message, wait) for wait in waits)), None)


def _carried(wait: MessageWait) -> list[ColumnElement]:
    """What a message for this wait carries under the names of its keys; keys that stand elsewhere in it are not asked for."""
    return [
        exists().where(MessageKey.message_id == Message.id, MessageKey.name == name, MessageKey.value == value)
        for name, value in spiff.named(wait.shape, wait.keys).items()
        if len(name) <= NAME and len(value) <= LONGEST
    ]


def note_keys(message: Message) -> None:
    """A message that nobody waits for yet can be found by what it carries."""
    carried = {name: spiff.as_text(value) for name, value in {**message.payload, **message.keys}.items() if len(name) <= NAME}
    db.session.add_all(MessageKey(message_id=message.id, name=name, value=value)
                       for name, value in carried.items() if value is not None and len(value) <= LONGEST)


def forget_keys(message: Message) -> None:
    """It need not be found any more."""
    if message.goes_beyond:
        db.session.execute(delete(MessageKey).where(MessageKey.message_id == message.id))


def _fits(message: Message, wait: MessageWait) -> bool:
    if message.wait_id is not None:
        return message.wait_id == wait.id
    if (message.kind, message.name) != (wait.kind, wait.name):
        return False
    if message.case_id != wait.case_id and not (message.goes_beyond and wait.shape):
        return False
    keys = spiff.said(wait.shape, message.payload, message.keys)
    return keys is not None and spiff.as_line(keys) == wait.keys
