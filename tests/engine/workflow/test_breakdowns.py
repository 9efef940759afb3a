"""Whatever breaks a process on its way, nothing is changed, nothing is lost, and somebody is told where."""

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import incidents, messages, runtime, versions
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Instance, Message, UserTask, Version
from engine.workflow.spiff import codec
from tests.engine.workflow.spiff.drawing import boundary, catch, gateway, script, told, user
from tests.published import publish
from workers import resume


def start(case_id=None):
    with transaction():
        return runtime.start("P", case_id, {}, by="clerk").id


def complete(element, **answers):
    task = db.session.scalar(select(UserTask).filter_by(element=element, status="open"))
    with transaction():
        runtime.complete_user_task(task, answers, by="Li")


def open_incidents():
    return [(row.subject, row.kind) for row in db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))]


@pytest.mark.parametrize("properties", [{"assignee": "4711"}, {"due": "T99"}, {"assignee": "[1]"}])
def test_a_wait_that_cannot_be_opened_is_the_processs_failure_not_the_persons(app, case, properties):
    publish(user("u"), user("v", properties=properties), "start > u > v > end")
    start(case.id)
    with pytest.raises(ProcessFailed):
        complete("u")


def test_a_version_that_can_no_longer_be_read_is_the_processs_failure(app):
    publish(user("u"), "start > u > end")
    key = start()
    with transaction():
        db.session.scalar(select(Version)).files = {"process.bpmn": "<nonsense/>"}
    versions.forget()
    with pytest.raises(ProcessFailed) as failure:
        complete("u")
    with transaction():
        incidents.report_failure(failure.value)
    assert open_incidents() == [(f"instance {key}", "process_broken")]


def test_a_refused_act_stays_what_it_is(app):
    publish(user("u"), user("v"), "start > u > v > end")
    start()
    task = db.session.scalar(select(UserTask))
    complete("u")
    with pytest.raises(runtime.TaskAlreadyDone), transaction():
        runtime.complete_user_task(task, {}, by="Wang")


def test_a_start_that_fails_can_be_reported_although_nothing_of_it_is_there(app, case):
    publish(script("s", "x = unknown + 3"), user("u"), "start > s > u > end")
    with pytest.raises(ProcessFailed) as failure:
        start(case.id)
    with transaction():
        incidents.report_failure(failure.value)
    assert db.session.scalar(select(Instance)) is None
    assert open_incidents() == [(f"case {case.id}", "expression_failed")]


def test_a_message_the_process_cannot_take_is_kept_and_told(app, case):
    publish(catch("m", told("message", "ruling")), script("s", "x = unknown + 3"), "start > m > s > end")
    key = start(case.id)
    with transaction():
        message = messages.receive(case.id, "ruling", {"n": 1}, "court", "m-1", by="court")
    assert (message.result, open_incidents()) == ("kept", [(f"instance {key}", "message_failed")])
    assert db.session.get(Instance, key).position == [["P", "m"]]


def test_rows_in_memory_are_as_they_were_when_a_message_was_not_taken(app, case, monkeypatch):
    """The task was closed already when the state turned out to be too large to be kept."""
    publish(user("u"), boundary("b", "u", told("message", "ruling")), user("v"), "start > u > end", "b > v > end")
    start(case.id)
    monkeypatch.setattr(codec, "MAX_BYTES", 100)
    with transaction():
        task, instance = db.session.scalar(select(UserTask)), db.session.scalar(select(Instance))
        before = task.status, task.revision, instance.revision, instance.position
        messages.receive(case.id, "ruling", {}, "court", "m-1", by="court")
        assert (task.status, task.revision, instance.revision, instance.position) == before
        assert db.session.scalars(select(UserTask.element)).all() == ["u"]


def test_a_kept_message_is_delivered_when_it_is_tried_again(app, case):
    heard = boundary("b", "u", told("message", "ruling"))
    publish(user("u"), heard, script("s", "x = 1 / zero"), "start > u > end", "b > s > end")
    with transaction():
        key = runtime.start("P", case.id, {"zero": 0}, by="clerk").id
        messages.receive(case.id, "ruling", {"n": 1}, "court", "m-1", by="court")
    with transaction():
        db.session.add(Message(source="court", message_key="m-2", name="ruling", case_id=case.id, payload={"zero": 2},
                               body_hash="", result="kept"))
        db.session.delete(db.session.scalar(select(Message).filter_by(message_key="m-1")))
    with transaction():
        assert runtime.deliver_kept(key) is True
    assert db.session.scalar(select(Message)).result == "delivered"
    assert db.session.get(Instance, key).status == "completed"


def test_a_kept_message_waits_for_its_incident_to_be_resolved(app, case):
    heard = boundary("b", "u", told("message", "ruling"))
    publish(user("u"), heard, script("s", "x = 1 / n"), "start > u > end", "b > s > end")
    key = start(case.id)
    with transaction():
        messages.receive(case.id, "ruling", {"n": 0}, "court", "m-1", by="court")
    assert resume.deliver_messages() == 0
    with transaction():
        incidents.resolve(db.session.scalar(select(Incident)), "admin", "try again")
    assert (resume.deliver_messages(), open_incidents()) == (0, [(f"instance {key}", "message_failed")])


def test_an_early_message_the_process_cannot_take_does_not_undo_what_a_person_did(app, case):
    publish(user("u"), catch("m", told("message", "ruling")), script("s", "x = unknown + 3"), "start > u > m > s > end")
    key = start(case.id)
    with transaction():
        messages.receive(case.id, "ruling", {}, "court", "m-1", by="court")
    complete("u")
    assert db.session.get(Instance, key).position == [["P", "m"]]
    assert open_incidents() == [(f"instance {key}", "message_failed")]


def test_several_early_messages_are_delivered_one_after_the_other(app, case):
    waits = (catch("a", told("message", "first")), catch("b", told("message", "second")), catch("c", told("message", "first")))
    publish(user("u"), gateway("parallel", "f"), *waits, "start > u > f > a > c > end", "f > b > end")
    key = start(case.id)
    for number, name in enumerate(("second", "first", "first")):
        with transaction():
            messages.receive(case.id, name, {}, "court", f"m-{number}", by="court")
    complete("u")
    assert db.session.get(Instance, key).status == "completed"
    assert set(db.session.scalars(select(Message.result))) == {"delivered"}


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_an_instance_that_is_over_needs_nobody_to_look_into_why_it_did_not_go_on(app, case, is_cancelled):
    publish(user("u"), "start > u > end")
    key, other = start(case.id), start(case.id)
    about = [(f"instance {key}", "run_failed"), (f"instance {key}", "run_overdue"), (f"instance {key}", "run_kills_worker"),
             (f"instance {key}", "timer_failed"), (f"instance {key}", "message_failed"), (f"instance {key}", "expression_failed"),
             ("call 7", "attempts_used_up"), ("timer 8", "timer_overdue"), ("task 9", "nobody_can_take"), ("upgrade 3", "x")]
    stays = [("call 8", "effect_after_cancel"), ("thrown 4", "not_passed_on")]
    with transaction():
        for subject, kind in about + stays:
            incidents.report(subject, kind, "", case.id, key)
        incidents.report(f"instance {other}", "run_failed", "", case.id, other)
    if is_cancelled:
        with transaction():
            runtime.cancel(key, "admin", "it will never work")
    else:
        with transaction():
            runtime.complete_user_task(db.session.scalar(select(UserTask).filter_by(instance_id=key)), {}, by="Li")
    assert sorted(open_incidents()) == sorted([*stays, (f"instance {other}", "run_failed")])
    why = "The process was cancelled: it will never work" if is_cancelled else "The process has ended."
    assert {row.resolution for row in db.session.scalars(select(Incident).where(Incident.resolved_at.is_not(None)))} == {why}
