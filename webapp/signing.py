"""Make a signature before the request's transaction opens: its time stamp is asked for over the network."""

from collections.abc import Callable, Mapping
from contextlib import contextmanager

from flask import request

from engine.access.actor import Actor
from engine.db import transaction
from engine.documents import ahead, archive
from engine.documents.stamping import NoTimeStamp
from engine.errors import DomainError
from engine.inbox import effects
from engine.workflow.models import UserTask


def made(asked: Callable[[], tuple[Actor, UserTask, Mapping] | None]) -> ahead.Made | None:
    """The signature that the request asks for, ready to be entered with its answers. `asked` tells who, which task and which
    answers; what it finds wrong is left to the view, which looks again. Raises NoTimeStamp, and tells of it.
    """
    if not {"hash_shown", "paper_check"} & request.form.keys():
        return None
    try:
        with transaction(write=False):
            told = asked()
            order = effects.order_signature(*told, request.form.get("hash_shown", "")) if told else None
    except DomainError:
        return None
    with telling():
        return ahead.make(order) if order else None


@contextmanager
def telling():
    """Outside any transaction: that there is no time stamp is an incident."""
    try:
        yield
    except NoTimeStamp as failure:
        with transaction():
            archive.tell_of(failure)
        raise
