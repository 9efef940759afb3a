"""Keep signatures provable for the long term: add the document time stamps that are due, also to what was signed before there was
an authority, and look after that authority while it does not answer.
"""

import logging

from engine.db import transaction
from engine.documents import archive, stamping
from engine.documents.stamping import NoTimeStamp

log = logging.getLogger(__name__)


def extend() -> int:
    """Stamp what is due, each document by itself and with no transaction open meanwhile; how many were stamped."""
    if not stamping.is_demanded():
        return 0
    with transaction(write=False):
        waiting = archive.due()
    done = 0
    for document_id in waiting:
        with transaction(door="stamps"):
            taken = archive.take(document_id)
        try:
            done += _stamped(document_id, taken) if taken else False
        except NoTimeStamp as failure:  # whoever comes next would hear the same
            with transaction(door="stamps"):
                archive.tell_of(failure)
            break
        except Exception as error:
            log.exception("a document could not be stamped", extra={"document": document_id})
            with transaction(door="stamps"):
                archive.tell_of_document(document_id, f"{type(error).__name__}: {error}")
    return done


def take_up() -> int:
    """What was signed before there was an authority becomes due, batch by batch; how many documents."""
    found, done = stamping.is_demanded(), 0
    while found:
        with transaction(door="stamps"):
            found = archive.take_up()
        done += found
    return done


def _stamped(document_id: int, taken: str) -> bool:
    made = archive.add(taken)
    with transaction(door="stamps"):
        return archive.keep(document_id, taken, made)


def look() -> int:
    """While the authority is known not to answer, ask whether it does again; the incident ends when it does."""
    with transaction(write=False):
        is_waiting = stamping.is_demanded() and archive.is_told_of()
    if not is_waiting:
        return 0
    try:
        stamping.try_out()
    except NoTimeStamp:
        return 0
    with transaction(door="stamps"):
        archive.answers_again()
    return 1
