"""Pieces of processes that workers go on with by themselves: each is written down before, so that deaths over it are counted, and
what goes wrong with one is told and holds up no other."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import transaction
from engine.errors import Conflict
from engine.workflow import pieces
from engine.workflow.incidents import ProcessFailed
from workers.attempts import ME

log = logging.getLogger(__name__)

AT_ONCE = 20  # pieces that are written down in one transaction


def begin(subjects: Sequence[str]) -> list[str]:
    """Of these pieces those that this worker may go on with now: one that never got through, alone, or all that are fresh."""
    with transaction(write=False):
        left = pieces.left(subjects)
    with transaction(door="attempt"):
        if left:
            return left[:1] if pieces.begin_again(left[0], ME) else []
        return pieces.begin(subjects, ME)


def one_by_one(subjects: Sequence[str]) -> Iterator[str]:
    """Those pieces that this worker may go on with, each written down before its turn."""
    with transaction(write=False):
        left = pieces.left(subjects)
    fresh = [each for each in subjects if each not in left]
    for some in [*([each] for each in left), *(fresh[at:at + AT_ONCE] for at in range(0, len(fresh), AT_ONCE))]:
        yield from begin(some)


def carry_out(subject: str, act: Callable[[], object], kind: str, door: str = "command"):
    """Do a piece that this worker has begun with, in a transaction of its own. None when nothing came of it because the database
    was busy; False when it failed, and an incident of this kind tells."""
    try:
        with transaction(door=door):
            done = act()
            pieces.end([subject], ME)
            return done
    except (OperationalError, StaleDataError):
        log.warning("the database did not let it go on; it comes again", extra={"subject": subject})
        let_go([subject])
        return None
    except ProcessFailed as failure:
        _tell(subject, kind, f"{failure.reason}: {failure.text}", failure.element)
    except Conflict:
        log.info("it ended or was suspended meanwhile", extra={"subject": subject})
        let_go([subject])
    except Exception as error:
        log.exception("it could not go on", extra={"subject": subject})
        _tell(subject, kind, type(error).__name__)
    return False


def let_go(subjects: Sequence[str]) -> None:
    """Nothing came of these, and no worker died over them."""
    with suppress(SQLAlchemyError), transaction(door="attempt"):
        pieces.end(subjects, ME)


def _tell(subject: str, kind: str, detail: str, element: str = "") -> None:
    with transaction():
        pieces.end([subject], ME)
        pieces.tell(subject, kind, detail, element)
