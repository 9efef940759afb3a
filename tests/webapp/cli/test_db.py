"""The migrations and the models tell the same story, on both databases."""

import json

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from engine.access.models import User
from engine.config import Settings
from engine.db import db
from engine.encryption.values import decrypt
from engine.oversight import keyboard
from webapp.cli.db import migrating, upgrade_all


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request, migrated, tmp_path):
    """An engine on a fresh database after `sutiao db upgrade`, and the settings that name it."""
    with migrated.copy(request.param, tmp_path / "data") as settings:
        engine = create_engine(settings.database_url)
        yield engine, settings
        engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_models(upgraded):
    with upgraded[0].connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)

    assert differences == []


def test_the_migrations_form_one_chain_numbered_without_gaps(tmp_path):
    with migrating(Settings(data=tmp_path)) as config:
        scripts = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]
    numbers = [script.revision for script in scripts]

    assert numbers == [f"{number:04}" for number in range(1, len(scripts) + 1)]
    assert [script.down_revision for script in scripts] == [None, *numbers[:-1]]
    assert [script.path.rpartition("/")[2][:5] for script in scripts] == [f"{number}_" for number in numbers]


def test_a_second_upgrade_changes_nothing_and_what_was_said_under_an_older_rule_is_kept(upgraded):
    engine, settings = upgraded
    before = set(inspect(engine).get_table_names())
    with migrating(settings) as config:
        command.downgrade(config, "0053")
    say_of_paper(engine, 1)
    upgrade_all(settings)
    upgrade_all(settings)

    assert set(inspect(engine).get_table_names()) == before
    say_of_paper(engine, 2)
    with pytest.raises(IntegrityError):
        say_of_paper(engine, 1)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT participant_id, proves FROM claim_evidence ORDER BY id")).all() == [
            (1, b"1"), (2, b"2")]


def say_of_paper(engine, participant_id):
    """A bare row of what a party says of the same paper, whatever else is there."""
    off = "PRAGMA foreign_keys=OFF" if engine.dialect.name == "sqlite" else "SET session_replication_role = replica"
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute(off)
        with connection.begin():
            connection.execute(text(
                "INSERT INTO claim_evidence"
                " (claim, document_id, participant_id, proves, recorded_by, at, case_id, audience, revision) VALUES"
                " (1, 1, :who, :proves, '', '2026-01-01 00:00:00+00:00', 1, 'mediation', 1)"),
                {"who": participant_id, "proves": str(participant_id).encode()})
        connection.invalidate()  # it looks after nothing any more


KEYS = {  # what somebody had chosen before → what they have now
    "all as it was": ({}, {}),
    "urgency elsewhere": ({"p": "w"}, {"i": "w"}),
    "urgency off": ({"p": "", "c": "q"}, {"i": "", "c": "q"}),
    "urgency where it is now": ({"p": "i"}, {}),
    "something else at p": ({"p": "w", "x": "p"}, {"i": "w", "x": "p"}),
    "something else at i": ({"x": "i"}, {"x": "i", "i": "p", "p": ""}),
    "nothing of these": ({"c": "q"}, {"c": "q"}),
    "chosen since": ({"p": "w", "e": "h"}, {"p": "w", "e": "h"}),
}


def test_whoever_moved_a_key_keeps_it_when_the_keys_of_everybody_change(upgraded):
    engine, settings = upgraded
    users = db.metadata.tables["user"]
    with engine.begin() as connection:
        for name in KEYS:
            connection.execute(users.insert().values(login=name, name=name, revision=1))
    with migrating(settings) as config:
        command.downgrade(config, "0090")
    with engine.begin() as connection:
        for name, (before, _after) in KEYS.items():
            connection.execute(users.update().where(users.c.name == name).values(keys=before))
    upgrade_all(settings)
    with engine.connect() as connection:
        found = dict(connection.execute(select(users.c.name, users.c["keys"])).all())
    assert found == {name: after for name, (_before, after) in KEYS.items()}
    for name, keys in found.items():
        places = [own for own in keyboard.of(User(login="x", name="x", keys=keys)).values() if own]
        assert len(places) == len(set(places)), name


def test_what_lay_readable_is_encrypted_and_readable_again_by_the_keys_in_force(upgraded):
    engine, settings = upgraded
    ways = {number: f"双方未能达成一致{number}" for number in range(1, 502)}  # more than one batch
    with migrating(settings) as config:
        command.downgrade(config, "0091")
    bare_closings(engine, ways)
    upgrade_all(settings)
    with migrating(settings) as config:
        kept = dict(asked(engine, "SELECT case_id, reason FROM closing"))
        assert not any("一致".encode() in bytes(value) for value in kept.values())
        assert {number: decrypt(bytes(value), "closing.reason").decode() for number, value in kept.items()} == ways
        [view] = asked(engine, "SELECT asked FROM task_view")
        assert json.loads(decrypt(bytes(view.asked), "task_view.asked")) == {"view": "mine"}
        command.downgrade(config, "0091")
    assert dict(asked(engine, "SELECT case_id, reason FROM closing")) == ways


def asked(engine, query):
    with engine.connect() as connection:
        return connection.execute(text(query)).all()


def bare_closings(engine, ways):
    """Endings, and a list that somebody kept, of nothing that is there."""
    off = "PRAGMA foreign_keys=OFF" if engine.dialect.name == "sqlite" else "SET session_replication_role = replica"
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute(off)
        with connection.begin():
            connection.execute(text("INSERT INTO closing (case_id, outcome, reason, decided_by, at, handed_over) VALUES"
                                    " (:case, 'O04', :reason, '', '2026-01-01 00:00:00+00:00', '[]')"),
                               [{"case": case, "reason": reason} for case, reason in ways.items()])
            connection.execute(text("INSERT INTO task_view (user_id, name, asked, created_at, revision) VALUES"
                                    " (1, 'x', '{\"view\":\"mine\"}', '2026-01-01 00:00:00+00:00', 1)"))
        connection.invalidate()


def test_versions_of_an_older_database_are_kept_and_bind_to_the_latest(tmp_path):
    settings = Settings(data=tmp_path, database_url=f"sqlite:///{tmp_path / 'old.sqlite'}")
    with migrating(settings) as config:
        command.upgrade(config, "0001")
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO version"
            " (process_key, number, sha256, title, title_en, files, calls, published_at, published_by, author, note) VALUES"
            " ('P', 1, 'x', 'P', '', '{}', '[]', '2026-01-01', '', '', '')"))
    upgrade_all(settings)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT process_key, bound FROM version")).all() == [("P", "{}")]
    engine.dispose()
