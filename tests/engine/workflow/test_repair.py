"""What operators do to an instance, and what the rows, the trace and the other doors see of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.workflow import messages, repair, runtime
from engine.workflow.models import Instance, Message, MessageWait, OperationCall, Timer, TraceEntry, UserTask
from engine.workflow.motion import VariableChange
from engine.workflow.variables import ValuesRefused
from tests.engine.workflow.spiff.drawing import boundary, catch, service, timer, told, user
from tests.engine.workflow.test_runtime import complete, start, the
from tests.published import publish
from workers import due, timers


def help_(verb, *args, **more):
    with transaction():
        return verb(*args, reason="the clerk asked for it", by="admin", **more)


def opened() -> list[str]:
    return sorted(db.session.scalars(select(UserTask.element).where(UserTask.status == "open")))


def told_of(event) -> TraceEntry:
    return db.session.scalar(select(TraceEntry).where(TraceEntry.event == event))


def test_a_moved_task_is_closed_and_the_trace_says_who_why_and_from_where(app):
    publish(user("u"), user("v"), user("w"), "start > u > v > w > end")
    key = start()
    help_(repair.move, key, the(UserTask).token, "w")
    assert (the(UserTask, element="u").status, opened()) == ("cancelled", ["w"])
    entry = told_of("token_moved")
    assert (entry.actor, entry.note, entry.element) == ("admin", "the clerk asked for it", "u")
    assert (entry.detail["before"], entry.detail["after"]) == ([["P", "u"]], [["P", "w"]])


def test_what_cannot_be_moved_is_refused_with_the_reason_and_opens_no_incident(app):
    publish(user("u"), "start > u > end")
    key = start()
    with pytest.raises(repair.RepairRefused, match="cannot be moved to “nowhere”"):
        help_(repair.move, key, the(UserTask).token, "nowhere")
    assert opened() == ["u"] and told_of("token_moved") is None


def test_a_skipped_call_is_cancelled_and_the_process_goes_on(app):
    publish(service("s"), user("v"), "start > s > v > end")
    key = start()
    help_(repair.skip, key, the(OperationCall).token)
    assert (the(OperationCall).status, opened()) == ("cancelled", ["v"])
    assert told_of("element_skipped").detail["after"] == [["P", "v"]]


def test_skipping_the_last_step_ends_the_process(app):
    publish(user("u"), "start > u > end")
    key = start()
    help_(repair.skip, key, the(UserTask).token)
    assert db.session.get(Instance, key).status == "completed"


def test_a_repeated_call_is_another_call_with_inputs_worked_out_anew(app):
    publish(service("s", parameters={"to": "who"}), "start > s > end")
    key = start(who="Li")
    help_(repair.change, key, {"who": "Wang"})
    help_(repair.repeat, key, the(OperationCall).token)
    calls = [(call.status, call.inputs) for call in db.session.scalars(select(OperationCall).order_by(OperationCall.id))]
    assert calls == [("cancelled", {"to": "Li"}), ("due", {"to": "Wang"})]


def test_a_changed_value_is_kept_apart_from_the_trace_and_shown_in_open_tasks(app):
    publish(user("u"), "start > u > end")
    key = start(limit=4)
    help_(repair.change, key, {"limit": 5})
    kept = db.session.scalar(select(VariableChange))
    assert (kept.before, kept.after, kept.changed_by) == ({"value": 4}, {"value": 5}, "admin")
    assert the(UserTask).data["limit"] == 5
    assert told_of("variables_changed").detail["kinds"] == {"limit": ["number", "number"]}


FORM = json.dumps({"id": "f", "components": [
    {"type": "radio", "key": "way", "label": "?", "values": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}]})


@pytest.mark.parametrize("changes, code", [
    ({"case": 1}, "bad_variable"), ({"a b": 1}, "bad_variable"), ({"limit": "many"}, "other_kind"),
    ({"limit": True}, "other_kind"),
    ({"way": "c"}, "choice"), ({}, "required"),
])  # fmt: skip
def test_a_value_is_refused_that_the_process_could_not_have(app, changes, code):
    publish(user("u", properties={"form": "f"}), "start > u > end", **{"forms/f.json": FORM})
    key = start(limit=4)
    with pytest.raises(ValuesRefused) as refusal:
        help_(repair.change, key, changes)
    assert [each["code"] for each in refusal.value.problems] == [code]
    assert the(UserTask).data == {"limit": 4} and db.session.scalar(select(VariableChange)) is None


def test_a_value_of_another_kind_is_set_when_the_operator_insists(app):
    publish(user("u"), "start > u > end")
    key = start(limit=4)
    help_(repair.change, key, {"limit": "many"}, force=True)
    assert the(UserTask).data["limit"] == "many"


def test_a_suspended_process_takes_no_answers(app):
    publish(user("u"), user("v"), "start > u > v > end")
    key = start()
    help_(repair.suspend, key)
    with pytest.raises(runtime.InstanceSuspended):
        complete("u")
    help_(repair.resume, key)
    complete("u")
    assert opened() == ["v"]
    assert told_of("suspended").detail == {"before": "running", "after": "suspended"}


def test_no_call_of_a_suspended_process_begins(app):
    publish(service("s"), "start > s > end")
    key = start()
    help_(repair.suspend, key)
    assert not due.is_there()
    help_(repair.resume, key)
    assert due.is_there(the(OperationCall).id)


def test_no_timer_of_a_suspended_process_fires_until_it_is_resumed(app):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), "start > u > end", "late > v > end")
    key = start()
    help_(repair.suspend, key)
    clock.move(timedelta(hours=2))
    assert timers.fire_due() == 0
    with transaction():
        assert runtime.fire_timers(key) == 0
    help_(repair.resume, key)
    assert timers.fire_due() == 1 and opened() == ["v"] and the(Timer).status == "done"


def test_a_message_for_a_suspended_process_is_kept_and_delivered_when_it_goes_on(app, case):
    publish(catch("m", told("message", "ruling")), user("v"), "start > m > v > end")
    key = start(case_id=case.id)
    help_(repair.suspend, key)
    with transaction():
        messages.receive(case.id, "ruling", {"n": 1}, "court", "m-1", by="court")
    assert (the(Message).result, the(MessageWait).status) == ("kept", "open")
    help_(repair.resume, key)
    assert (the(Message).result, opened()) == ("delivered", ["v"])


def test_a_suspended_process_can_be_helped_and_stays_suspended(app):
    publish(user("u"), user("v"), "start > u > v > end")
    key = start()
    help_(repair.suspend, key)
    help_(repair.move, key, the(UserTask).token, "v")
    assert opened() == ["v"] and db.session.get(Instance, key).status == "suspended"
    with pytest.raises(repair.NotRunning):
        help_(repair.suspend, key)


def test_a_suspended_process_can_be_cancelled(app):
    publish(user("u"), "start > u > end")
    key = start()
    help_(repair.suspend, key)
    help_(repair.cancel, key)
    assert (db.session.get(Instance, key).status, the(UserTask).status) == ("cancelled", "cancelled")
    assert told_of("cancelled").detail == {"before": [["P", "u"]], "after": []}
    with pytest.raises(repair.NotSuspended):
        help_(repair.resume, key)


@pytest.mark.parametrize("way", ["completed", "cancelled"])
def test_an_ended_process_opens_again_at_an_element_with_its_data(app, way):
    publish(user("u"), user("v"), "start > u > v > end")
    key = start(a=1)
    complete("u", b=2)
    if way == "completed":
        complete("v")
    else:
        help_(repair.cancel, key)
    help_(repair.reopen, key, "v")
    instance = db.session.get(Instance, key, populate_existing=True)
    assert (instance.status, instance.ended_at, instance.end_event, opened()) == ("running", None, "", ["v"])
    assert the(UserTask).data == {"a": 1, "b": 2}
    assert told_of("reopened").detail["ended"][0] == way
    complete("v")
    assert db.session.get(Instance, key, populate_existing=True).status == "completed"


def test_only_what_has_ended_opens_again_and_only_what_has_not_is_helped(app):
    publish(user("u"), "start > u > end")
    key = start()
    with pytest.raises(repair.InstanceNotOver):
        help_(repair.reopen, key, "u")
    token = the(UserTask).token
    complete("u")
    for verb, args in [(repair.move, (token, "u")), (repair.skip, (token,)), (repair.change, ({"a": 1},)), (repair.cancel, ())]:
        with pytest.raises(repair.InstanceOver):
            help_(verb, key, *args)
