"""The seven things that can happen to an instance, and the rows that follow."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.workflow import messages, runtime, trace
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import (
    Instance,
    InstanceStatus,
    Message,
    MessageWait,
    OperationCall,
    Timer,
    UserTask,
    WaitStatus,
)
from tests.engine.workflow.spiff.drawing import boundary, catch, script, service, timer, told, user
from tests.published import publish


def start(case_id=None, **data):
    with transaction():
        return runtime.start("P", case_id, data, by="clerk").id


def the(model, **where):
    newest = select(model).filter_by(**where).order_by(model.id.desc()).limit(1)
    return db.session.scalar(newest.execution_options(populate_existing=True))


def complete(element, **answers):
    with transaction():
        runtime.complete_user_task(the(UserTask, element=element, status="open"), answers, by="Li")


def test_a_started_process_waits_for_its_first_person(app):
    publish(user("u"), "start > u > end")
    instance = db.session.get(Instance, start())
    task = the(UserTask, element="u")
    assert (task.status, instance.position, instance.status) == (WaitStatus.OPEN, [["P", "u"]], InstanceStatus.RUNNING)


def test_completing_the_last_task_completes_the_instance(app):
    publish(user("u"), "start > u > end")
    key = start()
    complete("u", note="done")
    instance = db.session.get(Instance, key)
    assert (instance.status, the(UserTask).answers, the(UserTask).completed_by) == ("completed", {"note": "done"}, "Li")


def test_one_entry_of_the_trace_tells_what_was_done_and_the_way_it_led_to(app):
    publish(user("u"), script("s", "a = 1"), user("v"), "start > u > s > v > end")
    key = start()
    complete("u")
    told = [(entry.event, entry.element, entry.actor, [place for _key, place in entry.detail["path"]])
            for entry in trace.of_instance(key)]
    assert told == [("started", "", "clerk", ["start"]), ("task_completed", "u", "Li", ["u", "s"])]
    assert trace.visited(key) == {("P", "start"): 1, ("P", "u"): 1, ("P", "s"): 1}


def test_a_task_completed_twice_tells_the_second_person_who_was_first(app):
    publish(user("u"), user("v"), "start > u > v > end")
    start()
    task = the(UserTask, element="u")
    complete("u")
    with pytest.raises(runtime.TaskAlreadyDone, match="Li"), transaction():
        runtime.complete_user_task(db.session.get(UserTask, task.id), {}, by="Wang")


def test_answers_decide_the_way(app):
    publish(user("u"), user("a"), user("b"), "start > u > a [yes] > end", "u > b [not yes] > end")
    start()
    complete("u", yes=False)
    assert [t.element for t in db.session.scalars(select(UserTask).filter_by(status="open"))] == ["b"]


def test_a_service_task_becomes_a_due_call_with_its_inputs(app):
    publish(service("s", parameters={"template": "'agreement'"}), "start > s > end")
    start()
    call = the(OperationCall)
    assert (call.status, call.operation, call.inputs) == ("due", "documents.generate", {"template": "agreement"})


def test_a_timer_fires_once_its_time_has_come_by_the_databases_clock(app):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), "start > u > end", "late > v > end")
    key = start()
    with transaction():
        assert runtime.fire_timers(key) == 0
    clock.move(timedelta(hours=1, seconds=1))
    with transaction():
        assert runtime.fire_timers(key) == 1
    with transaction():
        assert runtime.fire_timers(key) == 0
    assert [the(UserTask, element=each).status for each in "uv"] == ["cancelled", "open"]
    assert the(Timer).status == "done"


def test_completing_the_task_disarms_its_timer(app):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), "start > u > v > end", "late > end")
    key = start()
    complete("u")
    assert (the(Timer).status, db.session.get(Instance, key).wake_at) == ("cancelled", None)


def test_a_message_that_comes_early_is_kept_and_delivered_when_somebody_waits(app, case):
    publish(user("u"), catch("m", told("message", "ruling")), user("v"), "start > u > m > v > end")
    start(case_id=case.id)
    with transaction():
        messages.receive(case.id, "ruling", {"decision": "confirmed"}, "court", "m-1", by="court")
    assert the(Message).result == "kept"
    complete("u")
    assert (the(Message).result, the(UserTask, element="v").data["decision"]) == ("delivered", "confirmed")


def test_the_same_message_twice_changes_nothing(app, case):
    publish(catch("m", told("message", "ruling")), user("v"), "start > m > v > end")
    start(case_id=case.id)
    for _ in range(2):
        with transaction():
            messages.receive(case.id, "ruling", {"decision": "x"}, "court", "m-1", by="court")
    assert [len(list(db.session.scalars(select(model)))) for model in (Message, UserTask)] == [1, 1]


def test_a_message_key_with_other_content_is_refused(app, case):
    publish(catch("m", told("message", "ruling")), "start > m > end")
    start(case_id=case.id)
    with transaction():
        messages.receive(case.id, "ruling", {"n": 1}, "court", "m-1", by="court")
    with pytest.raises(messages.MessageChanged), transaction():
        messages.receive(case.id, "ruling", {"n": 2}, "court", "m-1", by="court")


def test_a_cancelled_instance_waits_for_nothing_and_fires_nothing(app):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), "start > u > end", "late > end")
    key = start()
    with transaction():
        runtime.cancel(key, by="Li", reason="withdrawn")
    assert {the(UserTask).status, the(Timer).status} == {"cancelled"}
    with pytest.raises(runtime.TaskNoLongerNeeded), transaction():
        runtime.complete_user_task(the(UserTask), {}, by="Li")


def test_a_process_that_cannot_go_on_changes_nothing_and_says_where(app):
    publish(user("u"), script("s", "x = unknown + 3"), "start > u > s > end")
    start()
    with pytest.raises(ProcessFailed) as failure:
        complete("u")
    assert the(UserTask, element="u").status == "open"
    assert failure.value.element == "s"


def test_an_instance_stays_on_its_version_and_the_next_one_runs_the_new(app):
    publish(user("old"), "start > old > end")
    first = start()
    publish(user("new"), "start > new > end", number=2)
    second = start()
    complete("old")
    assert db.session.get(Instance, first).status == "completed"
    assert db.session.get(Instance, second).position == [["P", "new"]]


def test_the_trace_tells_who_did_what_in_order(app):
    publish(user("u"), "start > u > end")
    key = start()
    complete("u")
    assert [(entry.event, entry.actor) for entry in trace.of_instance(key) if entry.event != "moved"] == [
        ("started", "clerk"), ("task_completed", "Li"), ("completed", "Li")]


def test_a_finished_message_wait_is_closed(app, case):
    publish(catch("m", told("message", "ruling")), "start > m > end")
    start(case_id=case.id)
    with transaction():
        messages.receive(case.id, "ruling", {}, "court", "m-1", by="court")
    assert the(MessageWait).status == "done"


def test_a_message_nobody_waited_for_is_in_the_history(app):
    publish('<bpmn:intermediateThrowEvent id="shout"><bpmn:messageEventDefinition messageRef="message_m"/>'
            "</bpmn:intermediateThrowEvent>", user("u"), "start > shout > u > end")
    entries = trace.of_instance(start())
    assert [(entry.element, entry.detail) for entry in entries if entry.event == "message_thrown"] == [("shout", {"name": "m"})]
