"""A case whose process could not start is there for those who mend it, and for those who ask about it."""

from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.workflow.models import Incident
from tests import personas


def test_administrators_see_the_incident_and_close_it(world, browser):
    with transaction():
        case = intake.accept(world.actor("court_system"), personas.referral())
    admin = browser("admin")
    page = admin.text("/tracing/")
    assert f"case {case.id}" in page and "not_started" in page
    incident = db.session.scalar(select(Incident))
    assert f"/tracing/incidents/{incident.id}/try-again" in page
    assert browser("clerk").post(f"/tracing/incidents/{incident.id}/try-again", reason="published it").status_code == 403
    assert admin.post(f"/tracing/incidents/{incident.id}/try-again", reason="").status_code == 422
    assert admin.post(f"/tracing/incidents/{incident.id}/try-again", reason="published it").status_code == 303
    assert admin.post(f"/tracing/incidents/{incident.id}/try-again", reason="twice").status_code == 409


def test_its_page_can_be_read(world, browser):
    with transaction():
        case = intake.accept(world.actor("court_system"), personas.referral())
    assert case.number in browser("clerk").text(f"/cases/{case.number}")
