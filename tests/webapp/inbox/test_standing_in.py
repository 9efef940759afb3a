"""Whatever a substitute does in place of somebody absent, by whichever page, the audit says so."""

from sqlalchemy import select

from engine import clock
from engine.audit.models import AuditEntry
from engine.db import db
from tests.webapp.inbox.test_tasks import task_of


def done_in_place_of() -> list[tuple]:
    db.session.rollback()
    return [(row.action, row.detail["on_behalf_of"]) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            if row.detail.get("on_behalf_of")]


def test_the_audit_names_the_absent_one_for_several_tasks_at_once_and_for_what_completes_them(browser, refer, world):
    walk, other = refer(), refer(external_ref="R-2", court_number="（2024）沪0115诉前调2号")
    away, substitute, day = browser("coordinator"), browser("other_coordinator"), clock.today().isoformat()
    held = [task_of(each).id for each in (walk, other)]
    away.post("/inbox/tasks/many", task=held, verb="claim")
    away.post("/roster/", user=world.coordinator.id, first_day=day, last_day=day, substitute=world.other_coordinator.id)
    assert done_in_place_of() == []

    assert substitute.post("/inbox/tasks/many", task=held, verb="claim").status_code == 303
    substitute.post("/inbox/tasks/many/preview", task=held, verb="claim")
    substitute.post(f"/inbox/tasks/{held[1]}/complete", decision="accept")
    walk.do("accept_referral", by="other_coordinator", decision="accept")
    if "choose_mediator" in walk.open():
        walk.do("choose_mediator", choice="0")
    chosen = walk._open("assign_mediator")[0].id
    away.post(f"/inbox/tasks/{chosen}/claim")
    assert substitute.post(f"/triage/tasks/{chosen}", candidate=str(world.mediator.id)).headers["Location"] == "/triage/"

    assert done_in_place_of() == [(action, world.coordinator.id) for action in (
        "many_tasks.act", "inbox.complete", "triage.assign")]
