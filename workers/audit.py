"""Link what was written for the audit, and sign it every hour."""

from engine.audit import sealing
from engine.db import transaction


def seal() -> int:
    """What has been committed since: batch after batch, so that others write in between."""
    sealed = 0
    while count := _batch():
        sealed += count
    return sealed


def _batch() -> int:
    with transaction(write=False):
        if not sealing.is_anything_new():
            return 0
    with transaction(door="audit"):
        return sealing.seal()


def anchor() -> bool:
    """One more signed root when an hour is over, with a copy outside the database; and what copies are missing."""
    with transaction(write=False):
        is_due = sealing.is_anchor_due()
        sealing.publish()
    if not is_due:
        return False
    with transaction(door="audit"):
        made = sealing.anchor()
    with transaction(write=False):
        sealing.publish()
    return made is not None
