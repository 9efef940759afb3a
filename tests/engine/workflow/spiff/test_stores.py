"""Data stores: filled in where an activity begins, kept where it is done."""

from datetime import date
from decimal import Decimal

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    definition,
    gateway,
    inside,
    many,
    node,
    timer,
    told,
    user,
    xml,
)

STORE = '<bpmn:dataStoreReference id="rate" name="年利率"/>'


def reads(store="rate"):
    return (f'<bpmn:property id="p_{store}"/><bpmn:dataInputAssociation id="in_{store}"><bpmn:sourceRef>{store}</bpmn:sourceRef>'
            f"<bpmn:targetRef>p_{store}</bpmn:targetRef></bpmn:dataInputAssociation>")


def writes(store="rate"):
    return f'<bpmn:dataOutputAssociation id="out_{store}"><bpmn:targetRef>{store}</bpmn:targetRef></bpmn:dataOutputAssociation>'


def writing(id_, text):
    return node("scriptTask", id_, f"{writes()}<bpmn:script>{text}</bpmn:script>")


class Shelf:
    """Runs a drawing against stores, as the heart does: what was written is there for the next step."""

    def __init__(self, *parts, data=None, held=None, **more):
        self.held, self.asked = dict(held or {}), []
        self.definition = definition(*parts, **more)
        self.run = spiff.start(self.definition, data or {}, spiff.Context(stores=self.ask))
        self.go_on()

    def ask(self, name, locks):
        self.asked.append((name, name in locks))
        return self.held.get(name)

    def go_on(self):
        self.run.proceed()
        self.held |= self.run.stored
        self.run = spiff.load(self.definition, self.run.save(), spiff.Context(stores=self.ask))
        return self

    def do(self, element_id, **answers):
        (wait,) = [each for each in self.run.waits() if each.element_id == element_id]
        {"user_task": self.run.complete, "message": self.run.deliver}.get(wait.kind, lambda token, _none: self.run.fire(token))(
            wait.token, answers)
        return self.go_on()


def test_a_store_is_read_when_an_activity_begins_and_nobody_else_sees_it_before():
    case = Shelf(STORE, user("u"), user("v", reads()), "start > u > v > end", held={"rate": Decimal("3.45")})
    assert (case.run.data, case.asked) == ({}, [])
    case.do("u")
    assert (case.run.data, case.asked) == ({"rate": Decimal("3.45")}, [("rate", False)])


def test_what_an_activity_makes_of_it_is_kept_when_it_is_done():
    case = Shelf(STORE, user("u", reads() + writes()), "start > u > end", held={"rate": 3})
    assert case.asked == [("rate", True)]
    assert case.held == {"rate": 3}
    assert case.do("u", rate=4).held == {"rate": 4}


def test_an_empty_store_is_none_and_what_does_not_exist_is_not_kept():
    case = Shelf(STORE, user("u", reads()), user("v", writes("rate")), "start > u > end")
    assert case.run.data == {"rate": None}
    other = Shelf(STORE, user("u", writes()), "start > u > end")
    assert other.do("u", note="nothing about the rate").held == {}


def test_within_one_step_the_next_activity_reads_what_the_one_before_kept():
    case = Shelf(STORE, writing("a", "rate = 1"), writing("b", "rate = rate + 1"), node("userTask", "v", reads()),
                 "start > a > b > v > end")
    assert (case.held, case.run.data, case.asked) == ({"rate": 2}, {"rate": 2}, [])


def test_an_activity_that_is_taken_away_keeps_nothing():
    late = boundary("late", "u", timer("timeDuration", "P1D"))
    case = Shelf(STORE, user("u", writes()), late, "start > u > end", "late > end", data={"rate": 9})
    assert case.do("late").held == {}


def test_events_use_stores_too():
    hears = catch("m", told("message", "told") + writes(), properties={"variable": "rate"})
    says = node("intermediateThrowEvent", "t", told("message", "said") + reads(), properties={"payload": "{'now': rate}"})
    case = Shelf(STORE, hears, user("u"), says, user("v"), "start > m > u > t > v > end")
    assert case.do("m", percent=5).held == {"rate": {"percent": 5}}
    case.held["rate"] = 6
    (wait,) = case.run.waits()
    case.run.complete(wait.token, {})
    case.run.proceed()
    assert case.run.thrown[0]["payload"] == {"now": 6}


def test_what_waits_behind_an_event_gateway_reads_when_it_is_chosen():
    """It read nothing at all."""
    parts = (STORE, gateway("eventBased", "g"), node("receiveTask", "r", reads() + writes(), messageRef="message_m"),
             catch("late", timer("timeDuration", "P1D")), user("u"), "start > g > r > u > end", "g > late > u")
    case = Shelf(*parts, held={"rate": 3})
    assert case.asked == []
    case.do("r", told=1)
    assert (case.run.data, case.asked, case.held) == ({"rate": 3, "told": 1}, [("rate", True)], {"rate": 3})
    assert Shelf(*parts, held={"rate": 3}).do("r", rate=5).held == {"rate": 5}


def test_several_instances_read_together_and_keep_once():
    """When the activity is come to, and when it begins; none of the instances reads for itself."""
    work = user("u", reads() + writes() + many(collection="[1, 2, 3]", item="each", result="rate", results="rates"))
    case = Shelf(STORE, work, "start > u > end", held={"rate": 1})
    assert case.asked == [("rate", True)] * 2
    for wait in case.run.waits():
        case.run.complete(wait.token, {"rate": 7})
    assert case.go_on().held == {"rate": 1}  # the list went to `rates`; the name of the store kept what was read


def test_parallel_branches_may_read_what_others_changed_meanwhile():
    case = Shelf(STORE, gateway("parallel", "g"), gateway("parallel", "j"), user("u", reads()), user("v"),
                 user("w", reads()), "start > g > u > j > end", "g > v > w > j", held={"rate": 1})
    case.held["rate"] = 2
    assert case.do("v").do("u").do("w").run.is_completed


def test_what_was_read_in_a_sub_process_stays_in_there_and_what_was_changed_comes_back():
    case = Shelf(STORE, inside("s", user("u", reads()), "start > u > end"), user("v"), "start > s > v > end", held={"rate": 1})
    assert case.do("u").run.data == {}
    case = Shelf(STORE, inside("s", user("u", reads()), "start > u > end"), user("v"), "start > s > v > end", held={"rate": 1})
    assert case.do("u", rate=2).run.data == {"rate": 2}


@pytest.mark.parametrize("drawn, name", [
    ('<bpmn:dataStoreReference id="Store_1" dataStoreRef="rate"/>', "rate"),
    (node("dataStoreReference", "Store_1", properties={"store": "rate"}), "rate"),
    ('<bpmn:dataStoreReference id="Store_1" name="rate"/>', "Store_1"),
], ids=["by what it refers to", "by its property", "by its id"])
def test_a_store_has_one_name_wherever_it_is_drawn(drawn, name):
    case = Shelf(drawn, user("u", writes("Store_1")), "start > u > end", data={name: 5},
                 extra='<bpmn:dataStore id="rate" name="年利率"/>')
    assert case.do("u").held == {name: 5}


@pytest.mark.parametrize("parts, code", [
    (('<bpmn:dataStoreReference id="a-b"/>', user("u", reads("a-b")), "start > u > end"), "bad_store"),
    (('<bpmn:dataStoreReference id="case"/>', user("u", writes("case")), "start > u > end"), "bad_store"),
    ((STORE, user("u"), node("exclusiveGateway", "g", reads()), "start > u > g > end"), "store_here"),
])
def test_what_cannot_be_a_store_or_use_one_is_refused_with_its_element(parts, code):
    (finding,) = [each for each in spiff.check([spiff.Source("P", xml(*parts))]) if each.is_error]
    assert (finding.code, finding.element_id) == (code, "g" if code == "store_here" else "u")


@pytest.mark.parametrize("value", [None, 1, 2**70, Decimal("1.50"), "~d", {"~d": 1, "a": [date(2026, 1, 2)]}, [], True])
def test_a_value_is_kept_as_it_is(value):
    kept = spiff.unpacked(spiff.packed(value))
    assert (kept, type(kept)) == (value, type(value))
