"""The bench of the operations: a case with its mediator and two parties."""

from tests.engine.operations.conftest import bench, mediated, parties  # noqa: F401
