"""Every change, refusal and opening of a case leaves an entry; only auditors read them."""

import pytest
from flask import request
from sqlalchemy import select

from engine.access.roster import Absence
from engine.audit.models import AuditEntry
from engine.clock import today
from engine.db import db, transaction
from tests import factories
from webapp import auditing
from workers import audit


@pytest.fixture(autouse=True)
def nobody_opened_anything():
    auditing._opened.clear()


def entries() -> list[tuple]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.actor_kind, row.actor_id, row.action, row.object_type, row.object_id, row.outcome) for row in rows]


@pytest.fixture
def number(world):
    with transaction():
        return factories.case(organisation=world.organisation, court=world.court).number


def test_a_change_is_written_down_with_its_reason_in_its_own_transaction(browser, world):
    browser("admin").post(f"/admin/users/{world.mediator.id}/roles", role="coordinator", reason="代班")
    assert entries()[-1] == ("user", world.admin.id, "admin.grant", "user", str(world.mediator.id), "done")
    entry = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert (entry.purpose, len(entry.address_hash), len(entry.trace_id)) == ("代班", 32, 32)


def test_what_is_said_in_a_case_stays_in_the_case(browser, world):
    """Answers to a form of the process, and why somebody is away, stand where only those read them whom they concern."""
    day = today().isoformat()
    answer = browser("mediator").post("/roster/", user=str(world.mediator.id), first_day=day, last_day=day, reason="住院")
    assert answer.status_code == 303 and db.session.scalar(select(Absence.reason)) == "住院"
    assert entries()[-1][2] == "roster.enter"
    assert "住院" not in list(db.session.scalars(select(AuditEntry.purpose)))


@pytest.mark.parametrize(("place", "noted"), [
    ("/inbox/tasks/1/complete", ""), ("/inbox/tasks/1/form", ""), ("/cases/N1/acts/withdrawal", ""), ("/cases/agents/1/end", ""),
    ("/p/token/tasks/1", ""), ("/cases/N1/participants/1/reveal", "x"), ("/inbox/tasks/1/assign", "x"), ("/wall/cases/N1", "x")])
def test_the_words_of_a_form_are_noted_only_where_staff_say_why_they_act(site, place, noted):
    with site.test_request_context(place, method="POST", data={"reason": "x"}):
        assert request.endpoint and auditing._purpose() == noted


def test_a_change_that_was_undone_leaves_none(browser, world):
    admin = browser("admin")
    before = entries()
    assert admin.post(f"/admin/users/{world.clerk.id}/roles", role="emperor").status_code == 422
    assert entries() == before


def test_a_refusal_is_written_down_and_what_is_not_there_is_not(browser, world, number):
    mediator = browser("mediator")
    assert mediator.get("/audit/").status_code == 403
    assert entries()[-1] == ("user", world.mediator.id, "audit.index", "", "", "refused")
    before = entries()
    assert [browser("outsider").get(f"/cases/{number}").status_code, mediator.get("/cases/none").status_code] == [404, 404]
    assert [entry for entry in entries() if entry[2] == "cases.show"] == [entry for entry in before if entry[2] == "cases.show"]


def test_who_opens_a_case_is_written_down_once_an_hour(browser, world, number):
    coordinator = browser("coordinator")
    for _time in range(3):
        assert coordinator.get(f"/cases/{number}").status_code == 200
    opened = [entry for entry in entries() if entry[5] == "opened"]
    assert opened == [("user", world.coordinator.id, "cases.show", "number", number, "opened")]
    with transaction(write=False):
        assert db.session.scalar(select(AuditEntry.case_id).where(AuditEntry.outcome == "opened")) is not None


def test_signing_in_and_failing_to_leave_entries(stranger, browser, world):
    stranger.post("/login", login="clerk", password="wrong")
    stranger.post("/login", login="nobody-of-this-name", password="wrong")
    refused = [entry for entry in entries() if entry[2] == "home.enter" and entry[5] == "refused"]
    assert refused == [("nobody", None, "home.enter", "user", str(world.clerk.id), "refused"),
                       ("nobody", None, "home.enter", "user", "", "refused")]
    browser("clerk").post("/logout")
    assert ("user", world.clerk.id, "home.logout", "", "", "done") in entries()


def test_auditors_read_search_and_export_and_see_what_is_sealed(browser, world, number):
    browser("coordinator").get(f"/cases/{number}")
    audit.seal()
    audit.anchor()
    auditor = browser("auditor")
    page = auditor.text(f"/audit/?case={number}")
    assert "coordinator" in page and number in page and "已入链" in page
    assert "coordinator" not in auditor.text("/audit/?login=mediator&outcome=opened")
    assert auditor.get("/audit/?since=nonsense&before=x&outcome=x").status_code == 200
    lines = auditor.post("/exports/audit.csv?action=cases").text.splitlines()
    assert lines[0].startswith("\ufeffid,at,tenant") and len(lines) == 2


@pytest.mark.parametrize("role", 
    ["coordinator", "clerk", "judge", "mediator", "handler", "admin", "designer", "approver", "regulator"])
def test_nobody_else_reads_the_audit(browser, role):
    who = browser(role)
    assert [who.get("/audit/").status_code, who.post("/exports/audit.csv").status_code] == [403, 403]
    assert 'href="/audit/"' not in who.get("/").text


def test_an_action_is_told_by_its_name_in_both_languages(browser, world):
    browser("admin").post(f"/admin/users/{world.mediator.id}/roles", role="coordinator", reason="代班")
    auditor = browser("auditor")
    assert "<td>授予角色<br>" in auditor.text("/audit/") and ",授予角色,\r\n" in auditor.post("/exports/audit.csv").text
    assert "<td>Grant a role<br>" in auditor.text("/audit/?lang=en")
