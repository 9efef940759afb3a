"""A process that cannot start is our fault: what a court sent is taken all the same, and starts once the fault is mended."""

import pytest
from sqlalchemy import func, select

from engine.cases import intake
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow import incidents, versions
from engine.workflow.models import Incident, Instance, UserTask, Version
from tests import personas
from tests.engine.workflow.spiff.drawing import script, user
from tests.published import publish
from workers import resume

BROKEN = (script("s", "x = unknown + 3"), user("accept_referral"), "start > s > accept_referral > end")


def accept(world):
    with transaction():
        return intake.accept(world.actor("court_system"), personas.referral())


def mend():
    publish(user("accept_referral"), "start > accept_referral > end", key="court_mediation", number=2)
    with transaction():
        for incident in db.session.scalars(select(Incident)):
            incidents.resolve(incident, "admin", "published a mended version")


@pytest.fixture(params=["fails", "is missing", "cannot be read"])
def fault(world, request):
    if request.param != "is missing":
        publish(*BROKEN, key="court_mediation")
    if request.param == "cannot be read":
        with transaction():
            db.session.scalar(select(Version)).files = {"process.bpmn": "<nonsense/>", "process.toml": ""}
        versions.forget()
    return world


def test_the_referral_is_taken_and_an_incident_tells(fault):
    case = accept(fault)
    incident = db.session.scalar(select(Incident))
    assert (incident.subject, incident.kind, incident.case_id) == (f"case {case.id}", "not_started", case.id)
    assert db.session.scalar(select(func.count(Instance.id))) == 0


def test_the_case_starts_once_the_incident_is_resolved(fault):
    case = accept(fault)
    assert resume.start_cases() == 0
    mend()
    assert (resume.start_cases(), resume.start_cases()) == (1, 0)
    assert db.session.scalar(select(UserTask.case_id)) == case.id


def test_a_case_that_still_cannot_start_is_told_again(fault):
    accept(fault)
    with transaction():
        incidents.resolve(db.session.scalar(select(Incident)), "admin", "try again")
    assert resume.start_cases() == 0
    assert [row.is_open for row in db.session.scalars(select(Incident).order_by(Incident.id))] == [False, True]


def test_cases_that_run_or_were_never_referred_are_left_alone(world, case):
    publish(user("accept_referral"), "start > accept_referral > end", key="court_mediation")
    accept(world)
    assert resume.start_cases() == 0
    assert db.session.scalar(select(func.count(Case.id))) == 2
