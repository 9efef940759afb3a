"""`sutiao db`: the database's tables, step by step as the migrations say."""

from contextlib import contextmanager
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import text

import engine
from engine.config import Settings
from engine.db import db as database

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
OURS = 7_225_021  # the name of the lock that lets one upgrade at a time into PostgreSQL


@contextmanager
def migrating(settings: Settings | None = None):
    """Alembic's configuration, on a connection that is alone in changing the database."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    app = Flask(__name__)
    engine.init_app(app, settings or Settings.from_env())
    with app.app_context():
        try:
            with database.engine.connect().execution_options(write=True) as connection:
                config.attributes["connection"] = connection
                with alone(connection), connection.begin():
                    yield config
        finally:
            database.engine.dispose()


@contextmanager
def alone(connection):
    """Keep other upgrades out, and SQLite from following foreign keys while it writes tables anew."""
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # for this connection only, closed afterwards
        yield
        return
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_lock(:name)"), {"name": OURS})
    yield
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_unlock(:name)"), {"name": OURS})


def upgrade_all(settings: Settings | None = None) -> None:
    """Make or change the tables until they are as this version of the program needs them."""
    with migrating(settings) as config:
        command.upgrade(config, "head")


@click.group()
def db():
    """Look after the database named by SUTIAO_DATABASE_URL, otherwise the SQLite file in the data folder."""


@db.command()
def upgrade():
    """Bring the database up to date: make missing tables, change old ones.

    `sutiao serve` does this by itself. Doing it twice changes nothing; data are kept. Make a copy before the first start of
    a new version: there is no automatic way back.
    """
    upgrade_all()
    click.echo("The database is up to date.")


@db.command()
@click.argument("message")
def revision(message):
    """Write the next migration from the difference between the models and the SQLite database in force.

    MESSAGE says what changes, as in a commit: "Keep who opened a document". Read the file it writes before committing it.
    """
    numbers = [int(file.name[:4]) for file in (FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")]
    with migrating() as config:
        script = command.revision(config, message, autogenerate=True, rev_id=f"{max(numbers, default=0) + 1:04d}")
    click.echo(f"Wrote {script.path}")
