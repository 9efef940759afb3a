"""Which call is next: due by the database's clock, and in the order its case asks for."""

from functools import cache

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from engine.db import database_now, db, transaction
from engine.operations import OPERATIONS
from engine.workflow.models import CallStatus, Instance, InstanceStatus, OperationCall


def is_there(call_id: int | None = None) -> bool:
    """Is this call due, or any? Reads only: whoever finds nothing has kept no writer waiting."""
    with transaction(write=False):
        query = _next(call_id is not None, _ordered(), is_taken=False)
        return db.session.execute(query, _asked(call_id)).first() is not None


def keeps_others_waiting() -> bool:
    """Does whoever asks for a call with a lock keep other writers waiting, also when there is none?"""
    return db.engine.dialect.name == "sqlite"


def take(call_id: int | None = None) -> OperationCall | None:
    """This call, or the next due one, locked; those that somebody else takes just now are passed over."""
    return db.session.scalar(_next(call_id is not None, _ordered()), _asked(call_id))


def take_of(instance_id: int) -> OperationCall | None:
    """The next due call, locked, when it is one of this instance."""
    call = take()
    return call if call is not None and call.instance_id == instance_id else None


def has_its_turn():
    """Does nothing hold a call back: no operator, and no earlier one of the same case (callbacks go one at a time)?"""
    return and_(_has_its_turn(_ordered()), ~_is_suspended())


def _asked(call_id: int | None) -> dict:
    return {"now": database_now()} | ({} if call_id is None else {"call_id": call_id})


def _ordered() -> tuple[str, ...]:
    return tuple(name for name, operation in OPERATIONS.items() if operation.in_order)


@cache
def _next(by_id: bool, ordered: tuple[str, ...], is_taken: bool = True) -> Select:
    due = and_(OperationCall.status == CallStatus.DUE, OperationCall.due_at <= bindparam("now"), _has_its_turn(ordered),
               ~_is_suspended())
    query = select(OperationCall if is_taken else OperationCall.id).where(due)
    query = query.where(OperationCall.id == bindparam("call_id")) if by_id else query
    query = query.order_by(OperationCall.due_at, OperationCall.id).limit(1)
    return query.with_for_update(skip_locked=True, of=OperationCall) if is_taken else query


def _has_its_turn(ordered: tuple[str, ...]):
    earlier = aliased(OperationCall)
    first = and_(earlier.case_id == OperationCall.case_id, earlier.id < OperationCall.id, earlier.operation.in_(ordered))
    open_ = earlier.status.in_([CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK])
    return or_(OperationCall.operation.not_in(ordered), ~exists().where(first, open_))


def _is_suspended():
    return exists().where(Instance.id == OperationCall.instance_id, Instance.status == InstanceStatus.SUSPENDED)
