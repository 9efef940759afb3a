"""Put a small drawn process into the database, ready to start."""

from engine.db import db, transaction
from engine.workflow import starts
from engine.workflow.models import Version
from tests.engine.workflow.spiff import drawing

TOML = '[lanes]\n"书记员" = "clerk"\n'


def publish(*parts, key: str = "P", number: int = 1, extra: str = "", **files) -> int:
    """Publish a process drawn by `tests.engine.workflow.spiff.drawing`; returns the version's id."""
    with transaction():
        version = Version(
            process_key=key, number=number, sha256=f"{key}-{number}", title=key, calls=[],
            files={"process.bpmn": drawing.xml(*parts, key=key, extra=extra).decode(), "process.toml": TOML, **files},
        )
        db.session.add(version)
        db.session.flush()
        starts.renew(version)
        return version.id
