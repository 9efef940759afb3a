"""A process folder as one file to take away, in the layout of `bpmn/`: the same files always give the same bytes."""

import io
import zipfile

from engine.processes.library import Files

EARLIEST = (1980, 1, 1, 0, 0, 0)


def pack(key: str, files: Files) -> bytes:
    """The folder as a ZIP file, under its key."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{key}/{name}", EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name].encode())
    return target.getvalue()
