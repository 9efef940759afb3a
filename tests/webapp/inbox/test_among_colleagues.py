"""What colleagues tell each other about a task stays among them, whoever else opens the case."""

import pytest
from sqlalchemy import select

from engine.access.models import Participant
from engine.audit.models import AuditEntry
from engine.cases.models import Case
from engine.db import db, transaction
from engine.inbox.sharing import loans
from engine.notices import links
from engine.workflow import trace
from engine.workflow.models import Instance, TraceEntry, UserTask
from tests.webapp.api.conftest import system_of
from tests.webapp.conftest import Browser

MARK = "金丝雀"


@pytest.fixture
def told(browser, refer, world):
    """A case whose first task was lent with a note, and given to somebody full with a reason; an older trace holds such words."""
    walk = refer()
    walk.work()
    task_id = db.session.scalar(select(UserTask.id).where(UserTask.case_id == walk.case_id, UserTask.status == "open"))
    coordinator, other = browser("coordinator"), world.other_coordinator.id
    coordinator.post(f"/inbox/tasks/{task_id}/claim")
    assert coordinator.post(f"/inbox/tasks/{task_id}/lend", user=other, note=f"{MARK}一").status_code == 303
    assert f"{MARK}一" in browser("other_coordinator").text(f"/inbox/tasks/{task_id}")
    assert coordinator.post(f"/inbox/tasks/{task_id}/take-back").status_code == 303
    coordinator.post(f"/roster/people/{other}/most", tasks="0")
    assert coordinator.post(f"/inbox/tasks/{task_id}/assign", user=other, over=f"{MARK}二").status_code == 303
    with transaction():
        db.session.get(Case, walk.case_id).mediator_id = world.mediator.id
        instance = db.session.get(Instance, db.session.get(UserTask, task_id).instance_id)
        for event in ("task_lent", "task_assigned"):
            trace.write(instance, event, "协调员甲", note=f"{MARK}旧", to=other)
        party = db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id, Participant.side == "applicant"))
        links.issue(party, "canary")
    return walk


def test_nobody_who_opens_the_case_reads_a_word_to_a_colleague(site, browser, world, told):
    number = told.case.number
    pages = {name: browser(name).get(f"/cases/{number}").get_data(as_text=True)
             for name in ("clerk", "judge", "president", "coordinator", "other_coordinator", "mediator", "handler")}
    pages["party"] = Browser(site).text(f"/p/{links.token('canary')}")
    for name, body in (("court's system", world.court), ("institution's system", world.bank)):
        system = system_of(site, body)
        pages[name] = "".join(system.get(f"/cases/{number}{what}").get_data(as_text=True) for what in ("", "/events"))
    assert [name for name, page in pages.items() if MARK in page] == []
    assert all("转办：" in pages[name] for name in ("clerk", "coordinator", "mediator", "handler"))  # that it went, they may know


def test_the_reason_for_more_than_agreed_is_kept_in_the_audit(told):
    new = db.session.scalars(select(TraceEntry.note).where(TraceEntry.event.in_(("task_lent", "task_assigned"))))
    assert [note for note in new if "旧" not in note] == ["", ""]
    kept = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "inbox.assign"))
    assert (kept.purpose, kept.outcome) == (f"{MARK}二", "done")
    task = db.session.scalar(select(UserTask).where(UserTask.case_id == told.case_id))
    assert kept.object_id == str(task.id) and loans.of_task(task.id) is None
