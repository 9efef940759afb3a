"""Which neighbour is gone: every worker holds a lock on a file of its own, and the kernel drops it with the process.

A lease tells of a dead worker wherever it ran, after its seconds. Of one on this machine the lock tells at once, whatever it died
of. Whoever has no file here (another machine, another user, another container) is left to the lease; so is one that stands still.
"""

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workers.attempts import ME

LONG_GONE_SECONDS = 24 * 3600


@contextmanager
def seen() -> Iterator[None]:
    """Within the block, the neighbours see that this process is alive; its file outlives it, and tells that it is gone."""
    folder = _folder()
    if folder is None:
        yield
        return
    _clear(folder)
    with (folder / ME).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_gone(worker: str) -> bool:
    """Is it known that this worker's process has ended? Whoever is not known of here may be alive."""
    folder = _folder()
    return folder is not None and worker != ME and Path(worker).name == worker and _is_free(folder / worker)


def _folder() -> Path | None:
    """This user's, of this machine; none where somebody else could write into it."""
    folder = Path(tempfile.gettempdir(), f"sutiao-workers-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
    return folder if is_ours else None


def _is_free(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # it is held, or there is none
        return False
    return True


def _clear(folder: Path) -> None:
    """Files of workers that are gone for long tell nobody anything."""
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < time.time() - LONG_GONE_SECONDS and _is_free(path):
                path.unlink()
        except FileNotFoundError:  # a neighbour cleared it
            continue
