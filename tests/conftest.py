"""What every test may ask for: an application on a real database, emptied after each test, and the people of the demo world."""

import gc
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import engine
from engine import clock, config
from engine.db import db, transaction
from engine.processes import library
from tests import databases, emptying, shipping
from tests.trodden import way

DATABASE_FIXTURES = {"app", "world", "client"}
OTHERS = {"live", "court_system", "monkeypatch"}  # other processes go by the machine's time; patched code does other things


def pytest_collection_modifyitems(items):
    """Whatever touches the database is marked `db`, and runs on both databases."""
    for item in items:
        if DATABASE_FIXTURES & set(item.fixturenames):
            item.add_marker("db")


def pytest_collection_finish():
    """What lives as long as the run is not looked through again and again, as in the web and the workers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def database_url():
    """The database under test: SQLite, or PostgreSQL when SUTIAO_TEST_DATABASE says so."""
    with databases.database_url() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url():
    """A real Valkey of the run's own."""
    with databases.redis_url() as url:
        yield url


@pytest.fixture(scope="session")
def settings(database_url, tmp_path_factory):
    """Settings of the run: its own database and data folder, no Redis unless a test asks for it."""
    return config.Settings(
        data=tmp_path_factory.mktemp("data"), database_url=database_url, secret_key="a key for tests only, long enough",
        callback_networks="any", demo=True,
    )


@pytest.fixture(scope="session")
def bare_app(settings):
    """The engine on its database, with all tables."""
    app = Flask(__name__)
    engine.init_app(app, settings)
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture
def app(request, bare_app, settings):
    """An application context on an empty database."""
    config.use(settings)
    with bare_app.app_context():
        if "shipped" not in request.fixturenames:
            shipping.leave()
        way.begin()
        if OTHERS & set(request.fixturenames):
            way.leave()
        yield bare_app
        db.session.rollback()
        stays = shipping.stay()
        emptying.empty(but=stays, touched=way.touched)
        if not stays:
            shipping.forget()
    clock.reset()


@pytest.fixture
def with_settings(app):
    """Settings of one test."""
    before = config.current()

    def use(**changes):
        config.use(replace(config.current(), **changes))

    yield use
    config.use(before)


@pytest.fixture
def case(app):
    """A bare case in the register."""
    from tests import factories

    with transaction():
        return factories.case()


@pytest.fixture
def world(app):
    """Everybody, written into the database."""
    from tests import personas

    with way.step("world"), transaction():
        return personas.world()


@pytest.fixture(scope="session")
def shipped_folders():
    """The process folders we ship, read once."""
    return library.read_folders(Path(__file__).parents[1] / "bpmn")


@pytest.fixture
def shipped(app, shipped_folders):
    """The shipped processes in force (their checks and scenarios are tests of their own)."""
    with way.step("shipped"):
        shipping.put(shipped_folders)
    return shipped_folders
