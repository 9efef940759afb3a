"""Running instances go to another version: rows, clocks and the trace follow; nothing is lost on the way there and back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.workflow import repair, runtime, upgrade
from engine.workflow.models import Instance, MessageWait, OperationCall, Timer, TraceEntry, UserTask, Version
from tests.engine.workflow.spiff.drawing import boundary, gateway, node, script, service, timer, told, user
from tests.engine.workflow.test_runtime import complete, start, the
from tests.published import publish

HOUR = timer("timeDuration", "PT1H")


def second(*parts, **more):
    return publish(*parts, number=2, **more)


def take(key, version_id=None, overrides=()):
    with transaction():
        version = db.session.get(Version, version_id or db.session.scalar(select(Version.id).order_by(Version.id.desc())))
        _instance, kept, state = upgrade.upgrade(key, upgrade.target(version), overrides, reason="a wrong arrow", by="admin")
    return kept, state, db.session.get(Instance, key, populate_existing=True).revision


def back(key, kept, state, revision):
    with transaction():
        upgrade.take_back(key, kept, state, revision, reason="too early", by="admin")


def ahead(key, overrides=()):
    version = db.session.scalar(select(Version).order_by(Version.id.desc()))
    return upgrade.rehearse(db.session.get(Instance, key), upgrade.target(version), overrides)


def rows(model):
    newest = select(model).order_by(model.id).execution_options(populate_existing=True)
    return [(row.element, row.status) for row in db.session.scalars(newest)]


def test_an_open_task_keeps_its_row_and_gets_its_new_name_and_form(app):
    publish(user("u"), "start > u > end")
    key = start(a=1)
    task = the(UserTask)
    second(node("userTask", "u", name="Accept"), user("v"), "start > u > v > end")
    take(key)
    again = the(UserTask)
    assert (again.id, again.status, again.title) == (task.id, "open", "Accept")
    complete("u")
    assert rows(UserTask) == [("u", "done"), ("v", "open")]


def test_the_trace_tells_both_hashes_who_and_why(app):
    publish(user("u"), "start > u > end")
    key = start()
    second(user("u"), user("v"), "start > u > v > end")
    take(key)
    entry = db.session.scalar(select(TraceEntry).where(TraceEntry.event == "upgraded"))
    assert (entry.actor, entry.note, entry.detail["versions"]) == ("admin", "a wrong arrow", {"P": ["P-1", "P-2"]})
    assert db.session.get(Instance, key, populate_existing=True).version.number == 2


def test_a_running_clock_keeps_its_time_a_new_one_starts_and_one_that_is_gone_is_closed(app):
    publish(user("u"), boundary("late", "u", HOUR), boundary("m", "u", told("message", "a")),
            "start > u > end", "late > end", "m > end")
    key = start()
    due = the(Timer).due_at
    clock.move(timedelta(minutes=30))
    second(user("u"), boundary("late", "u", timer("timeDuration", "PT5H")), boundary("never", "u", timer("timeDuration", "P9D")),
           "start > u > end", "late > end", "never > end")
    take(key)
    assert the(Timer, element="late").due_at == due and rows(Timer) == [("late", "open"), ("never", "open")]
    assert rows(MessageWait) == [("m", "cancelled")]
    assert db.session.get(Instance, key).wake_at == due


def test_a_call_under_way_keeps_its_row_and_is_settled_under_the_new_version(app):
    publish(service("s"), "start > s > end")
    key = start()
    second(service("s"), user("v"), "start > s > v > end")
    take(key)
    with transaction():
        runtime.complete_call(db.session.get(OperationCall, the(OperationCall).id), {})
    assert rows(OperationCall) == [("s", "done")] and rows(UserTask) == [("v", "open")]


def test_what_is_gone_keeps_the_instance_where_it_is_and_names_the_element(app):
    publish(user("u"), "start > u > end")
    key = start()
    second(user("x"), user("y"), "start > x > y > end")
    with pytest.raises(upgrade.UpgradeBlocked, match="“u” is gone") as refusal:
        take(key)
    assert [(each.element_id, each.code) for each in refusal.value.blockers] == [("u", "element_gone")]
    assert db.session.get(Instance, key, populate_existing=True).version.number == 1


def test_a_mapping_by_hand_leads_the_way(app):
    publish(user("u"), "start > u > end")
    key = start()
    second(user("x"), user("y"), "start > x > y > end")
    take(key, overrides=[("P", "u", "y")])
    assert rows(UserTask) == [("y", "open")] and db.session.get(Instance, key).position == [["P", "y"]]


def lane(role):
    return f'<bpmn:laneSet><bpmn:lane id="l" name="{role}"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'


def test_a_task_goes_to_another_team_but_never_from_parties_to_staff(app):
    publish(lane("clerk"), user("u"), "start > u > end")
    key = start()
    second(lane("judge"), user("u"), "start > u > end")
    take(key)
    assert (the(UserTask).role, the(UserTask).assignee_id) == ("judge", None)
    publish(lane("party"), user("u"), "start > u > end", number=3)
    with pytest.raises(upgrade.UpgradeBlocked) as refusal:
        take(key)
    assert [each.code for each in refusal.value.blockers] == ["role_changed"]


def test_a_rehearsal_tells_waits_and_clocks_before_and_after_and_changes_nothing(app):
    publish(user("u"), boundary("late", "u", HOUR), "start > u > end", "late > end")
    key = start()
    due = the(Timer).due_at
    second(user("u"), boundary("late", "u", HOUR), boundary("never", "u", timer("timeDate", "'2040-01-01T00:00:00+08:00'")),
           "start > u > end", "late > end", "never > end")
    before = db.session.get(Instance, key).state
    found = ahead(key)
    assert [(each.element, each.due_at) for each in found.before] == [("u", None), ("late", due)]
    assert [each.element for each in found.after] == ["u", "late", "never"] and found.after[1].due_at == due
    assert found.after[2].due_at.year in (2039, 2040) and found.blockers == []
    db.session.rollback()
    assert db.session.get(Instance, key).state == before and rows(Timer) == [("late", "open")]


def test_a_rehearsal_names_what_stands_in_the_way(app):
    publish(user("u"), "start > u > end")
    key = start()
    second(service("u"), "start > u > end")
    assert [(each.element_id, each.code) for each in ahead(key).blockers] == [("u", "element_gone")]


def everything(key):
    found = {model.__tablename__: [{column.name: getattr(row, column.name) for column in model.__table__.columns
                                    if column.name not in ("revision", "closed_at", "ended_at", "explanation")}
                                   for row in db.session.scalars(select(model).order_by(model.id))]
             for model in (UserTask, OperationCall, MessageWait, Timer, Deadline)}
    instance = db.session.get(Instance, key, populate_existing=True)
    return found | {"instance": (instance.state, instance.version_id, instance.bindings, instance.position, instance.wake_at)}


def test_an_upgrade_is_undone_to_the_last_column(app, case):
    publish(user("u", properties={"form": "f"}), boundary("late", "u", HOUR, properties={"term": "T04"}),
            boundary("m", "u", told("message", "a"), interrupting=False), "start > u > end", "late > end", "m > end")
    key = start(case_id=case.id)
    before = everything(key)
    second(node("userTask", "v", name="New"), boundary("never", "v", timer("timeDuration", "P9D")),
           "start > v > end", "never > end")
    done = take(key, overrides=[("P", "u", "v")])
    assert rows(UserTask) == [("v", "open")]
    assert rows(Timer) == [("late", "cancelled"), ("never", "open")] and rows(MessageWait) == [("m", "cancelled")]
    back(key, *done)
    after = everything(key)
    opened = after["timer"].pop()
    assert (opened["element"], opened["status"]) == ("never", "cancelled") and after == before
    complete("u")
    assert db.session.get(Instance, key, populate_existing=True).status == "completed"


def test_the_way_back_takes_along_that_a_long_run_began(app):
    publish(user("u"), "start > u > end")
    key = start(n=0)
    circle = (gateway("exclusive", "x"), script("count", "n = n + 1"), gateway("exclusive", "again"), "x > count > again",
              "again > x [n < 300]", "again > e [n >= 300]", node("endEvent", "e"))
    true = "<bpmn:conditionalEventDefinition><bpmn:condition>n == 0</bpmn:condition></bpmn:conditionalEventDefinition>"
    second(user("u"), boundary("b", "u", true), *circle, "start > u > end", "b > x")
    undo = take(key)
    assert db.session.get(Instance, key).under_way_since is not None
    back(key, *undo)
    instance = db.session.get(Instance, key, populate_existing=True)
    assert (instance.under_way_since, instance.position, rows(UserTask)) == (None, [["P", "u"]], [("u", "open")])


def test_there_is_no_way_back_once_the_process_moved_on(app):
    publish(user("u"), user("w"), "start > u > w > end")
    key = start()
    second(user("u"), user("w"), user("v"), "start > u > w > v > end")
    done = take(key)
    complete("u")
    with pytest.raises(upgrade.MovedOn):
        back(key, *done)
    assert rows(UserTask) == [("u", "done"), ("w", "open")]


def test_a_called_process_goes_to_its_new_version_with_its_caller(app):
    call = node("callActivity", "call", calledElement="Q")
    publish(user("u"), "start > u > end", key="Q")
    publish(call, "start > call > end")
    with transaction():
        db.session.scalar(select(Version).where(Version.process_key == "P")).calls = ["Q"]
    key = start()
    publish(user("u"), user("v"), "start > u > v > end", key="Q", number=2)
    take(key, db.session.get(Instance, key).version_id)
    complete("u")
    assert rows(UserTask) == [("u", "done"), ("v", "open")]
    assert db.session.scalar(select(TraceEntry).where(TraceEntry.event == "upgraded")).detail["versions"] == {"Q": ["Q-1", "Q-2"]}


def test_who_is_there_already_or_has_ended_is_told_so(app):
    publish(user("u"), "start > u > end")
    key = start()
    with pytest.raises(upgrade.AlreadyThere):
        take(key)
    second(user("u"), user("v"), "start > u > v > end")
    complete("u")
    with pytest.raises(repair.InstanceOver):
        take(key)


def test_a_suspended_process_can_be_upgraded_and_stays_suspended(app):
    publish(user("u"), "start > u > end")
    key = start()
    with transaction():
        repair.suspend(key, reason="wait", by="admin")
    second(user("u"), user("v"), "start > u > v > end")
    take(key)
    instance = db.session.get(Instance, key, populate_existing=True)
    assert (instance.status, instance.version.number) == ("suspended", 2)
