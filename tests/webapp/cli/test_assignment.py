"""`sutiao assignment check`: a draw done again at a terminal; what was changed or taken away afterwards is said."""

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from engine.db import db, transaction
from engine.mediation.models import AssignmentDraw
from tests.engine.mediation.test_draws import Pool
from webapp.cli import sutiao

pytestmark = pytest.mark.db


@pytest.fixture
def check(world, settings, shipped_folders, monkeypatch):
    """Run the command for a case with one draw."""
    monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SUTIAO_DATA", str(settings.data))
    with transaction():
        pool = Pool(world, shipped_folders["assignment"])
        pool.draw()
        number = pool.case.number
    return lambda: CliRunner().invoke(sutiao, ["assignment", "check", number])


def change(statement) -> None:
    with transaction():
        db.session.execute(statement)


def test_an_untouched_draw_comes_out_equal(check):
    told = check()
    assert told.exit_code == 0 and "Draw 1: " in told.output and "winner equal" in told.output and "DIFFERS" not in told.output


def test_a_winner_who_was_no_candidate_is_said(check, world):
    change(update(AssignmentDraw).values(winner_id=world.outsider.id))
    told = check()
    assert told.exit_code and "nobody of the candidates" in told.output and "winner DIFFERS" in told.output


def test_a_draw_that_was_taken_away_is_missed(check):
    change(delete(AssignmentDraw))
    told = check()
    assert told.exit_code and "No draw is on record" in told.output and "knows of 1 more" in told.output
