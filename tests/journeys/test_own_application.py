"""An institution applies to the organisation itself: its customer is asked, and nobody answers for them."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.mediation.models import Consent
from engine.notices.models import Notice
from engine.workflow.models import UserTask, WaitStatus


def test_a_customer_whom_the_bank_names_is_asked_and_answers_alone(apply_as_bank):
    walk = apply_as_bank()
    walk.do("review_application", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")

    assert walk.open().count("answer_invitation") == 1, "the bank has agreed for itself, and for nobody else"
    assert said(walk, "respondent") == {}
    walk.do("answer_invitation", agrees="yes", e_service=True)
    assert said(walk, "respondent")["mediation"] == said(walk, "respondent")["e_service"] == (True, "link")
    assert said(walk, "applicant")["mediation"] == (True, "staff") and "plan_session" in walk.open()


def test_whoever_has_to_supply_something_reads_by_which_day(apply):
    walk = apply()
    walk.do("review_application", decision="supplement", missing_text="保险合同号", missing_days="5")
    last = clock.today() + timedelta(days=5)

    task = db.session.scalar(select(UserTask).where(UserTask.element == "supply_application", UserTask.status == WaitStatus.OPEN))
    assert task.due_at == datetime.combine(last + timedelta(days=1), time(), clock.SHANGHAI), "until the end of the last day"
    assert date.fromisoformat(task.data["missing_by"]) == last, "what the form shows"
    told = db.session.scalar(select(Notice.text).where(Notice.template == "application_incomplete"))
    assert f"最迟{last.month}月{last.day}日提交" in told


def said(walk, side: str) -> dict:
    """What a side agreed to, and how it told us."""
    person = next(one for one in walk.case.participants if one.role == "party" and one.side == side)
    rows = db.session.query(Consent).filter(Consent.participant_id == person.id)
    return {row.subject: (row.is_given, row.channel) for row in rows}
