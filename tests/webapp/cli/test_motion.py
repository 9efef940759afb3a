"""`sutiao cases`: help a process by hand, and bring running cases to another version."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.workflow.models import Instance, TraceEntry, UserTask, Version
from tests import personas
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish
from webapp.cli import sutiao


@pytest.fixture
def run(world, settings, monkeypatch):
    """Run the program on the tests' database."""
    monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SUTIAO_DATA", str(settings.data))
    return lambda *words: CliRunner().invoke(sutiao, words, catch_exceptions=False)


@pytest.fixture
def number(run, world) -> str:
    """A case of a small process that waits at `u`."""
    publish(user("u"), user("v"), "start > u > v > end", key="court_mediation")
    with transaction():
        return intake.accept(world.actor("court_system"), personas.referral()).number


def at() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(UserTask.element).where(UserTask.status == "open")))


def token() -> str:
    return db.session.scalar(select(UserTask.token).order_by(UserTask.id.desc()))


def test_the_steps_are_listed_with_their_tokens(run, number):
    told = run("cases", "steps", number)
    assert told.exit_code == 0 and token() in told.output and "court_mediation 1 running" in told.output


def test_a_step_is_moved_skipped_and_repeated_with_a_reason(run, number):
    assert run("cases", "move", number, token(), "v", "--reason", "asked for").exit_code == 0 and at() == ["v"]
    assert run("cases", "repeat", number, token(), "--reason", "asked for").exit_code == 0 and at() == ["v"]
    assert "completed" in run("cases", "skip", number, token(), "--reason", "asked for").output and at() == []
    assert "running  u" in run("cases", "reopen", number, "u", "--reason", "asked for").output and at() == ["u"]
    notes = set(db.session.scalars(select(TraceEntry.note).where(TraceEntry.event.in_(("token_moved", "reopened")))))
    assert notes == {"asked for"}


def test_without_a_reason_nothing_happens(run, number):
    assert run("cases", "suspend", number).exit_code == 2
    assert "理由" in run("cases", "suspend", number, "--reason", " ").output and at() == ["u"]


def test_it_rests_goes_on_and_is_cancelled(run, number):
    assert "suspended" in run("cases", "suspend", number, "--reason", "asked for").output
    refused = run("cases", "suspend", number, "--reason", "asked for")
    assert refused.exit_code == 1 and "流程没有在运行" in refused.output
    assert "running" in run("cases", "resume", number, "--reason", "asked for").output
    assert "cancelled" in run("cases", "cancel", number, "--reason", "asked for").output and at() == []


def test_a_value_is_set_or_refused(run, number):
    assert run("cases", "set", number, "limit", "5", "--reason", "asked for").exit_code == 0
    refused = run("cases", "set", number, "limit", "'x'", "--reason", "asked for")
    assert refused.exit_code == 1 and "limit" in refused.output
    db.session.rollback()
    assert db.session.scalar(select(UserTask)).data["limit"] == 5


def test_running_cases_go_to_another_version_after_a_rehearsal(run, number):
    publish(user("x"), user("v"), "start > x > v > end", key="court_mediation", number=2)
    publish(user("y"), user("z"), user("v"), "start > y > z > v > end", key="court_mediation", number=3)
    rehearsed = run("cases", "upgrade", "court_mediation", "--rehearse")
    assert "受阻 1" in rehearsed.output and "court_mediation/u" in rehearsed.output
    assert "受阻 1" in run("cases", "upgrade", "court_mediation", "--reason", "a better way").output and at() == ["u"]
    done = run("cases", "upgrade", "court_mediation", "--map", "court_mediation/u=z", "--reason", "a better way")
    assert "已转移 1" in done.output and at() == ["z"]
    db.session.rollback()
    assert db.session.scalar(select(Version.number).join(Instance, Instance.version_id == Version.id)) == 3
    assert run("cases", "upgrade", "court_mediation", "--to", "9", "--rehearse").exit_code == 1
