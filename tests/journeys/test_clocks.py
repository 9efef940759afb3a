"""A case has one clock for each term, however many people it waits for, and every one of them sees when it ends."""

from sqlalchemy import select

from engine.db import db
from engine.deadlines.models import Deadline
from engine.operations.operation import TryAgain
from engine.operations.report_progress import ReportProgress
from engine.workflow.models import Timer, UserTask


def clocks(walk, term):
    rows = list(db.session.scalars(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == term)))
    return [row.status for row in rows]


def test_the_organisations_three_working_days_are_one_clock_that_ends_with_the_answer(refer):
    walk = refer()
    walk.work()
    task = db.session.scalar(select(UserTask).where(UserTask.case_id == walk.case_id, UserTask.element == "accept_referral"))
    timer = db.session.scalar(select(Timer).where(Timer.case_id == walk.case_id, Timer.term == "T04"))
    assert task.due_at == timer.due_at
    assert clocks(walk, "T04") == ["running"]

    walk.do("accept_referral", decision="accept")
    assert clocks(walk, "T04") == ["met"]
    assert clocks(walk, "T06") == ["running"]


def test_the_mediation_term_runs_from_acceptance_although_the_courts_system_is_down(refer, monkeypatch):
    monkeypatch.setattr(ReportProgress, "run", court_is_down)
    walk = refer(decides_here=False)
    walk.do("accept_referral", decision="accept")
    term = db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "T06"))
    assert term.status == "running" and abs((term.starts_at - walk.case.accepted_at).total_seconds()) < 5
    assert "assign_mediator" in walk.open()


def court_is_down(operation, inputs, call):
    raise TryAgain("the court does not answer", 3600)
