"""The journeys' cases, for the pages of the parties."""

from tests.journeys.conftest import refer  # noqa: F401
