"""A call activity means the version in force when a case begins, or the one published with it."""

import pytest

from engine.access.actor import SYSTEM
from engine.db import transaction
from engine.processes import bindings, checks, overview, starter
from engine.processes.publish import publish
from engine.workflow import spiff, versions

ARROW = '<bpmn:sequenceFlow id="begun_to_ended" sourceRef="begun" targetRef="ended" />'


def caller(key, *words):
    """A folder whose process calls `called`, once for each word, bound so; "" leaves the choice out."""
    files, steps, before = starter.folder(key, "调用者", "Caller"), "", "begun"
    for number, word in enumerate(words):
        chosen = f'<spiffworkflow:properties><spiffworkflow:property name="binding" value="{word}" /></spiffworkflow:properties>'
        inner = f"<bpmn:extensionElements>{chosen}</bpmn:extensionElements>" if word else ""
        steps += f'<bpmn:callActivity id="call_{number}" name="Call" calledElement="called">{inner}</bpmn:callActivity>'
        steps += f'<bpmn:sequenceFlow id="to_{number}" sourceRef="{before}" targetRef="call_{number}" />'
        before = f"call_{number}"
    last = f'<bpmn:sequenceFlow id="to_end" sourceRef="{before}" targetRef="ended" />'
    drawn = files["process.bpmn"].replace(ARROW, steps + last)
    drawn = drawn.replace("<bpmn:outgoing>begun_to_ended</bpmn:outgoing>", "").replace(
        "<bpmn:incoming>begun_to_ended</bpmn:incoming>", "")
    drawn = "\n".join(line for line in drawn.splitlines() if "begun_to_ended" not in line)
    return files | {"process.bpmn": drawn}


@pytest.fixture
def folders():
    """A process, one that is bound to it, and one that follows it."""
    called = starter.folder("called", "被调用", "Called")
    return {"called": called, "bound": caller("bound", "published"), "free": caller("free", "")}


def published(folders):
    with transaction():
        return {version.process_key: version for version in publish(SYSTEM, folders)}


def changed(folders, key):
    return folders | {key: folders[key] | {"process.toml": folders[key]["process.toml"] + "\n# changed\n"}}


def called_by(key):
    return versions.bind(versions.latest(key))["called"]


def test_a_bound_call_keeps_the_version_it_was_published_with_until_its_caller_is_published_again(app, folders):
    first = published(folders)["called"]
    assert first and {called_by("bound"), called_by("free")} == {first.id}
    second = published(changed(folders, "called"))["called"]
    assert (called_by("bound"), called_by("free")) == (first.id, second.id)
    third = published(changed(changed(folders, "called"), "bound"))
    assert set(third) == {"bound"} and third["bound"].bound == {"called": second.id} and called_by("bound") == second.id


def test_where_callers_disagree_the_nearest_to_the_beginning_decides(app, folders):
    outer = caller("outer", "")
    outer["process.bpmn"] = outer["process.bpmn"].replace('calledElement="called"', 'calledElement="bound"')
    first = published(folders | {"outer": outer})["called"]
    published(changed(folders, "called"))
    assert called_by("outer") == first.id
    with transaction():
        versions.latest("outer").calls = ["bound", "called"]
    assert called_by("outer") != first.id


def test_a_change_does_not_touch_callers_that_are_bound_to_what_was(folders):
    assert bindings.pinned("bound", folders["bound"]) == {"called"} and bindings.pinned("free", folders["free"]) == set()
    touched = [key for key in folders if bindings.affected(key, folders, {"called": {}})]
    assert touched == ["called", "free"] and bindings.affected("bound", folders, {"bound": {}})


@pytest.mark.parametrize("words, code, place", [
    (["newest"], "binding", "call_0"), (["published", ""], "bindings_differ", "call_1"), (["published", "published"], None, None),
])  # fmt: skip
def test_a_choice_is_one_of_two_and_all_calls_of_a_process_agree(folders, words, code, place):
    found = checks.errors(checks.check("caller", {**folders, "caller": caller("caller", *words)}))
    assert [(each.code, each.element_id) for each in found] == ([(code, place)] if code else [])


def test_a_drawing_tells_what_it_calls(folders):
    process = spiff.read(versions.source("bound", folders["bound"]))["bound"]
    assert [element.id for element in bindings.calls(process)] == ["call_0"]


def test_who_uses_a_process_is_told_with_the_place_and_the_binding(app, folders):
    first = published(folders)
    callers = overview.callers(SYSTEM, "called")
    found = {each.version.process_key: (each.elements, each.bound and each.bound.id) for each in callers}
    assert found == {"bound": ([("call_0", "Call")], first["called"].id), "free": ([("call_0", "Call")], None)}
    assert overview.callers(SYSTEM, "free") == []
