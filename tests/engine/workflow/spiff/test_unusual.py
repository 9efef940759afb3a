"""What is legal and seldom drawn: it runs by the rules all the same, or the reader is told before."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import boundary, gateway, handler, inside, laid, many, node, script, told, user, xml


def told_of(*parts):
    findings = spiff.check([spiff.Source("P", xml(*parts))])
    return {(each.severity, each.element_id, each.code) for each in findings}


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_a_single_arrow_with_a_condition_is_not_taken_when_it_does_not_hold(kind):
    parts = (user("u"), gateway(kind, "x"), user("v"), "start > u > x > v [n == 1] > end")
    assert told_of(*parts) == {("warning", "x", "no_default")}
    assert laid(*parts).do("u", n=1).at == ["v"]
    with pytest.raises(spiff.RunFailed) as failure:
        laid(*parts).do("u", n=2)
    assert failure.value.code == "no_way_out"


def test_what_one_event_sub_process_throws_another_one_beside_it_hears():
    """The process is around both; each was deaf to the other."""
    fails = node("endEvent", "fails", told("error", "E"))
    asked = handler("asked", told("message", "m"), user("a"), fails, "asked_start > a > fails", interrupting=False)
    mends = handler("mends", told("error", "E"), user("b"), "mends_start > b")
    case = laid(user("u"), asked, mends, "start > u > end").do("asked_start")
    assert case.do("a").at == ["b"]
    tells = node("intermediateThrowEvent", "tells", told("escalation", "E"))
    asked = handler("asked", told("message", "m"), user("a"), tells, user("c"), "asked_start > a > tells > c", interrupting=False)
    hears = handler("hears", told("escalation", "E"), user("b"), "hears_start > b", interrupting=False)
    case = laid(user("u"), asked, hears, "start > u > end").do("asked_start")
    assert case.do("a").at == ["asked_start", "b", "c", "u"]


def test_no_event_sub_process_hears_itself():
    tells = node("intermediateThrowEvent", "tells", told("escalation", "E"))
    again = handler("again", told("escalation", "E"), tells, user("b"), "again_start > tells > b", interrupting=False)
    case = laid(inside("work", user("a"), tells.replace("tells", "first"), user("c"), again, "start > a > first > c > end"),
                "start > work > end")  # fmt: skip
    assert case.do("a").at == ["b", "c"]


@pytest.mark.parametrize(
    ("parts", "element"),
    [
        ((script("s", "n = 1").replace('id="s"', 'id="s" scriptFormat="groovy"'), "start > s > end"), "s"),
        ((user("u"), gateway("exclusive", "x", default="f3"), user("v"),
          '<bpmn:sequenceFlow id="to_v" sourceRef="x" targetRef="v"><bpmn:conditionExpression language="python">n == 1'
          "</bpmn:conditionExpression></bpmn:sequenceFlow>", "start > u > x", "v > end", "x > end"), "to_v"),
        ((user("u", '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality language="groovy">2</bpmn:loopCardinality>'
                    "</bpmn:multiInstanceLoopCharacteristics>"), "start > u > end"), "u"),
    ],
)  # fmt: skip
def test_a_text_in_another_language_that_can_be_read_as_ours_is_pointed_out(parts, element):
    assert told_of(*parts) == {("warning", element, "other_language")}


def test_a_list_that_is_drawn_as_a_data_object_is_known_by_its_name():
    """As the standard has it: the list is pointed to by its id."""
    drawn = '<bpmn:dataObject id="d1"/><bpmn:dataObjectReference id="dr1" name="parties" dataObjectRef="d1"/>'
    parts = (drawn, user("u", many("dr1", item="party")), "start > u > end")
    case = laid(*parts, data={"parties": ["a", "b"]})
    assert [wait.detail["item"] for wait in case.waits] == ["a", "b"]
    assert {code for severity, _element, code in told_of(*(part.replace("parties", "parties?") for part in parts))
            if severity == "error"} == {"bad_expression"}  # fmt: skip


ONE = "start > u > end"
FOREIGN = 'xmlns:camunda="urn:c"'
LISTENER = f'<bpmn:extensionElements {FOREIGN}><camunda:executionListener class="X"/></bpmn:extensionElements>'
POOL = '<bpmn:collaboration id="c"><bpmn:participant id="p" processRef="P">{}</bpmn:participant></bpmn:collaboration>'


@pytest.mark.parametrize(
    ("place", "parts", "extra"),
    [
        ("u", (user("u", **{"xmlns:camunda": "urn:c", "camunda:assignee": "x"}), ONE), ""),
        ("b", (user("u"), boundary("b", "u", told("error", "E").replace("/>", f' {FOREIGN} camunda:errorCodeVariable="e"/>')),
               ONE, "b > end"), ""),
        ("u", (user("u", many(times=2).replace("isSeq", f'{FOREIGN} camunda:asyncBefore="true" isSeq')), ONE), ""),
        ("f", (user("u"), node("endEvent", "e"), node("sequenceFlow", "f", LISTENER, sourceRef="u", targetRef="e"), "start > u"),
         ""),
        ("P", (LISTENER, user("u"), ONE), ""),
        ("u", (node("sendTask", "u", messageRef="message_m", operationRef="o"), ONE), ""),
        ("p", (user("u"), ONE), POOL.format('<bpmn:participantMultiplicity maximum="2"/>')),
    ],
)  # fmt: skip
def test_what_other_tools_added_and_what_means_nothing_here_is_pointed_out(place, parts, extra):
    findings = spiff.check([spiff.Source("P", xml(*parts, extra=extra))])
    assert [(each.severity, each.code, each.element_id) for each in findings] == [("warning", "extension_ignored", place)]
