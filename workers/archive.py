"""Put closed cases into the archive, one transaction each."""

from engine.cases import archive
from engine.db import transaction


def put_away() -> int:
    """Those whose time has come; returns how many."""
    with transaction(write=False):
        found = archive.due()
    done = 0
    for case_id in found:
        with transaction(door="duty"):
            done += archive.put_away(case_id)
    return done
