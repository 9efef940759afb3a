"""Databases that migrations made: they go their whole way once, and every test gets a copy."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from engine.config import Settings
from tests import databases
from webapp.cli.db import upgrade_all


class Migrated:
    """What migrations made, by kind of database and by who made it: an address to copy from, and a data folder."""

    def __init__(self, folder: Path, running: ExitStack):
        self.folder, self.running = folder, running
        self.servers: dict[str, str] = {}
        self.made: dict[tuple[str, Callable], Settings] = {}
        self.copies = 0

    @contextmanager
    def copy(self, kind: str, data: Path, make: Callable[[Settings], None] = upgrade_all) -> Iterator[Settings]:
        """A database and a data folder as `make` leaves them."""
        found = self.made.get((kind, make)) or self._make(kind, make)
        self.copies += 1
        shutil.copytree(found.data, data, dirs_exist_ok=True)
        with databases.copied(found.database_url, f"copy_{self.copies}") as url:
            yield Settings(data=data, database_url=url)

    def _make(self, kind: str, make: Callable[[Settings], None]) -> Settings:
        if kind not in self.servers:
            self.servers[kind] = self.running.enter_context(databases.database_url(kind))
            if kind == "sqlite":
                Path(self.servers[kind].removeprefix("sqlite:///")).touch()
        name = f"made_{len(self.made)}"
        url = self.running.enter_context(databases.copied(self.servers[kind], name))
        found = self.made[kind, make] = Settings(data=self.folder / name, database_url=url)
        make(found)
        return found


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    with ExitStack() as running:
        yield Migrated(tmp_path_factory.mktemp("migrated"), running)
