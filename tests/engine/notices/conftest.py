"""The bench of the operations, for messages."""

from tests.engine.operations.conftest import bench, mediated, parties, rogue  # noqa: F401
