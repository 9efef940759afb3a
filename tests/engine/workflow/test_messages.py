"""A message finds who waits for it: by its case, by its keys across instances, early or late, until its time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.workflow import incidents, messages, runtime
from engine.workflow.models import Incident, Instance, Message, MessageWait, TraceEntry, UserTask
from engine.workflow.said import MessageKey
from tests import factories
from tests.engine.workflow.spiff.drawing import catch, script, told, user
from tests.published import publish
from workers import post, resume

PAID = ('<bpmn:correlationProperty id="order" name="order">'
        '<bpmn:correlationPropertyRetrievalExpression messageRef="message_paid">'
        "<bpmn:messagePath>order['no']</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>")
BINDING = ('<bpmn:correlationSubscription id="sub" correlationKeyRef="key"><bpmn:correlationPropertyBinding id="bind" '
           'correlationPropertyRef="order"><bpmn:dataPath>number</bpmn:dataPath></bpmn:correlationPropertyBinding>'
           "</bpmn:correlationSubscription>")
KEYED = (catch("m", told("message", "paid"), properties={"correlation": "{'order': order}"}), user("v"), "start > m > v > end")


def start(case_id=None, **data):
    with transaction():
        return runtime.start("P", case_id, data, by="test").id


def say(key, payload, case_id=None, goes_beyond=True, **more):
    with transaction():
        return messages.receive(case_id, "paid", payload, "bank", key, "bank", goes_beyond=goes_beyond, **more).result


def told_to(instance_id):
    """What the task after the message shows, or None while it is not there."""
    task = db.session.scalar(select(UserTask).filter_by(instance_id=instance_id, element="v", status="open"))
    return task and {key: value for key, value in task.data.items() if key != "order"}


def test_of_many_instances_the_one_with_the_key_hears_it(app):
    publish(*KEYED)
    keys = [start(order=number) for number in range(1, 6)]
    assert say("m-1", {"order": 3, "sum": 9}) == "delivered"
    assert [told_to(key) for key in keys] == [None, None, {"sum": 9}, None, None]


def test_a_key_is_the_same_as_number_and_as_text(app):
    publish(*KEYED)
    key = start(order=7)
    assert say("m-1", {"order": "7"}) == "delivered"
    assert told_to(key) == {}


def test_a_message_without_the_key_waits_for_nobody_in_particular(app):
    publish(*KEYED)
    key = start(order=7)
    assert (say("m-1", {"sum": 1}), say("m-2", {"order": None}), say("m-3", {"order": 8})) == ("kept",) * 3
    assert told_to(key) is None


def test_the_key_may_stand_elsewhere_in_the_message_and_in_the_process(app):
    publish(BINDING, catch("m", told("message", "paid")), user("v"), "start > m > v > end", extra=PAID)
    keys = [start(number=number) for number in ("a", "b")]
    assert say("m-1", {"order": {"no": "b"}}) == "delivered"
    assert [db.session.get(Instance, key).position for key in keys] == [[["P", "m"]], [["P", "v"]]]


def test_a_key_told_beside_the_payload_counts_more(app):
    publish(*KEYED)
    first, second = start(order=1), start(order=2)
    assert say("m-1", {"order": 1}, keys={"order": 2}) == "delivered"
    assert (told_to(first), told_to(second)) == (None, {})


def test_what_comes_early_is_kept_for_the_one_with_the_key(app):
    publish(*KEYED)
    assert [say(f"m-{number}", {"order": number, "n": number}) for number in (1, 2)] == ["kept", "kept"]
    assert told_to(start(order=2)) == {"n": 2}
    assert [row.result for row in db.session.scalars(select(Message).order_by(Message.id))] == ["kept", "delivered"]


def test_what_a_case_is_told_stays_in_the_case(app, case):
    publish(*KEYED)
    with transaction():
        other = factories.case()
    mine, theirs = start(case.id, order=1), start(other.id, order=1)
    assert say("m-1", {"order": 1}, case_id=other.id, goes_beyond=False) == "delivered"
    assert (told_to(mine), told_to(theirs)) == (None, {})


def test_a_wait_without_keys_hears_only_what_its_own_case_is_told(app, case):
    publish(catch("m", told("message", "paid")), user("v"), "start > m > v > end")
    with transaction():
        other = factories.case()
    mine, theirs = start(case.id), start(other.id)
    assert say("m-1", {}, case_id=other.id) == "delivered"
    assert (told_to(mine), told_to(theirs)) == (None, {})


def test_a_message_goes_to_one_only_the_longest_waiting(app):
    publish(*KEYED)
    keys = [start(order=1), start(order=1)]
    assert say("m-1", {"order": 1}) == "delivered"
    assert [told_to(key) for key in keys] == [{}, None]
    assert say("m-2", {"order": 1}) == "delivered"
    assert [told_to(key) for key in keys] == [{}, {}]


def test_the_same_message_twice_changes_nothing_and_another_under_its_name_is_refused(app):
    publish(*KEYED)
    keys = [start(order=1), start(order=1)]
    assert [say("m-1", {"order": 1}), say("m-1", {"order": 1})] == ["delivered"] * 2
    assert [told_to(key) for key in keys] == [{}, None]
    with pytest.raises(messages.MessageChanged):
        say("m-1", {"order": 2})


def test_a_message_expires_and_is_then_heard_by_nobody(app, case):
    publish(*KEYED)
    say("m-1", {"order": 1}, case_id=case.id, expires_at=clock.now() + timedelta(hours=1))
    clock.move(timedelta(hours=2))
    assert told_to(start(order=1)) is None
    post.look_again()
    assert db.session.scalar(select(Message.result)) == "expired"
    assert db.session.scalar(select(TraceEntry.case_id).filter_by(event="message_expired")) == case.id


def test_a_key_without_a_value_is_the_processs_failure_not_a_wait_for_ever(app):
    publish(*KEYED)
    with pytest.raises(incidents.ProcessFailed) as failure:
        start(order=None)
    assert (failure.value.element, failure.value.reason) == ("m", "key_unusable")


def test_long_keys_are_told_apart(app):
    publish(*KEYED)
    keys = [start(order=text * 400) for text in "ab"]
    assert say("m-1", {"order": "b" * 400}) == "delivered"
    assert [told_to(key) for key in keys] == [None, {}]


def test_a_message_the_instance_cannot_take_stays_its_own_until_somebody_looked(app):
    publish(catch("m", told("message", "paid"), properties={"correlation": "{'order': order}"}), script("s", "x = 3 / zero"),
            user("v"), "start > m > s > v > end")
    key = start(order=1, zero=0)
    assert say("m-1", {"order": 1}) == "kept"
    assert resume.look() == 0
    with transaction():
        with runtime.advancing(key, "operator") as run:
            run.change({"zero": 1})
        incidents.resolve(db.session.scalar(select(Incident)), "Li", "repaired")
    assert resume.look() == 1
    assert told_to(key) == {"x": "3", "zero": 1}


def test_message_and_wait_that_could_not_see_each_other_are_brought_together(app):
    publish(*KEYED)
    key = start(order=1)
    with transaction():
        wait = db.session.scalar(select(MessageWait))
        wait.status = "cancelled"
    say("m-1", {"order": 1})
    with transaction():
        wait.status = "open"
    assert told_to(key) is None
    post.look_again()
    assert told_to(key) == {}
    post.look_again()
    assert [row.result for row in db.session.scalars(select(Message))] == ["delivered"]


def test_a_suspended_instance_hears_it_when_it_goes_on(app):
    publish(*KEYED)
    key = start(order=1)
    with transaction():
        db.session.get(Instance, key).status = "suspended"
    assert say("m-1", {"order": 1}) == "kept"
    with transaction():
        db.session.get(Instance, key).status = "running"
    post.look_again()
    assert told_to(key) == {}


def test_a_message_the_instance_could_not_take_is_for_the_next_when_that_one_is_gone(app):
    publish(catch("m", told("message", "paid"), properties={"correlation": "{'order': order}"}), script("s", "x = 3 / zero"),
            user("v"), "start > m > s > v > end")
    key = start(order=1, zero=0)
    assert say("m-1", {"order": 1}) == "kept"
    with transaction():
        runtime.cancel(key, "Li", "no way to go on")
    assert told_to(start(order=1, zero=1)) is None
    post.look_again()
    assert [row.result for row in db.session.scalars(select(Message))] == ["delivered"]


def test_a_case_without_a_process_is_told_later_and_one_whose_process_is_over_too_late(app, case):
    publish(catch("m", told("message", "paid")), "start > m > end")
    early = say("m-1", {}, case_id=case.id, goes_beyond=False)
    start(case.id)
    assert (early, say("m-2", {}, case_id=case.id, goes_beyond=False)) == ("kept", "too_late")
    assert db.session.scalar(select(Instance.status)) == "completed"


def test_what_nobody_of_its_case_took_ends_with_the_case(app, case):
    publish("start > v > end", user("v"))
    key = start(case.id)
    say("m-1", {}, case_id=case.id, goes_beyond=False)
    post.look_again()
    assert db.session.scalar(select(Message.result)) == "kept", "it may still be waited for"
    with transaction():
        runtime.cancel(key, "Li", "settled")
    post.look_again()
    assert db.session.scalar(select(Message.result)) == "too_late"
    assert db.session.scalar(select(TraceEntry.case_id).filter_by(event="message_too_late")) == case.id


def test_of_many_kept_messages_the_one_with_the_key_is_found_by_it(app):
    publish(*KEYED)
    long = "x" * 250  # too long to be looked for, and compared all the same
    for number, order in enumerate(["a", 7.0, True, long]):
        assert say(f"m-{number}", {"order": order, "sum": number}) == "kept"
    carried = db.session.scalars(select(MessageKey.value).filter_by(name="order").order_by(MessageKey.message_id))
    assert list(carried) == ["a", "7", "true"]
    assert [told_to(start(order=order)) for order in (7, "b", long)] == [{"sum": 1}, None, {"sum": 3}]
    assert db.session.scalar(select(MessageKey).filter_by(name="order", value="7")) is None


def test_a_key_with_a_name_too_long_to_be_looked_for_is_found_all_the_same(app, case):
    name = "n" * 120
    publish(catch("m", told("message", "paid"), properties={"correlation": f"{{'{name}': order}}"}), user("v"),
            "start > m > v > end")
    assert say("m-1", {name: 7}) == "kept"
    assert told_to(start(case.id, order=7)) == {name: 7}
