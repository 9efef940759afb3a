"""What a drawing may not contain is refused by name before it can run."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    HEAD,
    boundary,
    catch,
    gateway,
    inside,
    many,
    node,
    script,
    service,
    timer,
    told,
    user,
    xml,
)


def codes(*parts, **more):
    return {finding.code for finding in spiff.check([spiff.Source("P", xml(*parts, **more))])}


def errors_of(file: bytes):
    return {finding.code for finding in spiff.check([spiff.Source("P", file)]) if finding.is_error}


PRE_SCRIPT = "<spiffworkflow:preScript>a = 1</spiffworkflow:preScript>"
ONE = "start > u > end"


def test_a_good_drawing_has_no_findings():
    assert codes(user("u"), ONE) == set()


def test_a_message_nobody_waits_for_is_pointed_out():
    shout = node("intermediateThrowEvent", "shout", told("message", "m"))
    (finding,) = spiff.check([spiff.Source("P", xml(shout, "start > shout > end"))])
    assert (finding.severity, finding.element_id, finding.code) == ("warning", "shout", "unheard")
    heard = (gateway("parallel", "f"), shout, catch("c", told("message", "m")), "start > f > shout > end", "f > c > end")
    assert codes(*heard) == set()


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("unsupported", (node("complexGateway", "x"), user("u"), ONE)),
        ("unsupported", (node("adHocSubProcess", "x"), user("u"), ONE)),
        ("unsupported", (node("transaction", "x"), user("u"), ONE)),
        ("unsupported", (node("subProcess", "x", node("startEvent", "y"), triggeredByEvent="true"), user("u"), ONE)),
        ("unsupported", (user("u", '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'), ONE)),
        ("unsupported", (user("u", isForCompensation="true"), ONE)),
        ("unsupported", (catch("u", "<bpmn:conditionalEventDefinition/>"), ONE)),
        ("unsupported", (catch("u", "<bpmn:errorEventDefinition/>"), ONE)),
        ("unsupported", (node("endEvent", "u", "<bpmn:compensateEventDefinition/>"), "start > u")),
        ("unsupported", (node("endEvent", "u", "<bpmn:escalationEventDefinition/>"), "start > u")),
        ("unsupported", (catch("u", told("message", "a") + told("message", "b")), ONE)),
        ("unsupported", (catch("u", '<bpmn:linkEventDefinition name="nowhere"/>'), ONE)),
        ("unsupported", (user("u", f"<bpmn:extensionElements>{PRE_SCRIPT}</bpmn:extensionElements>"), ONE)),
        ("bad_id", (user("a:b"), )),
        ("bad_id", (user("1a"), )),
        ("duplicate_id", (user("u"), user("u"), ONE)),
        ("no_operation", (node("serviceTask", "u"), ONE)),
        ("no_operation", (node("sendTask", "u"), ONE)),
        ("event_unnamed", (node("receiveTask", "u"), ONE)),
        ("event_unnamed", (catch("u", ""), ONE)),
        ("event_unnamed", (catch("u", "<bpmn:messageEventDefinition/>"), ONE)),
        ("reference_unknown", (catch("u", '<bpmn:messageEventDefinition messageRef="nope&quot; or @name=&quot;other"/>'), ONE)),
        ("reference_unknown", (node("endEvent", "u", '<bpmn:errorEventDefinition errorRef="nope"/>'), "start > u")),
        ("bad_variable", (service("u", result="a b"), ONE)),
        ("bad_variable", (user("u", many("a", item="case")), ONE)),
        ("timer_empty", (catch("u", "<bpmn:timerEventDefinition/>"), ONE)),
        ("timer_unreadable", (catch("u", timer("timeDuration", "P999999999Y")), ONE)),
        ("timer_unreadable", (user("u"), boundary("b", "u", timer("timeCycle", "R/PT0S"), interrupting=False), ONE, "b > end")),
        ("cycle_here", (catch("u", timer("timeCycle", "R3/P1D")), ONE)),
        ("timer_unreadable", (catch("u", timer("timeDuration", "-PT1H")), ONE)),
        ("bad_expression", (script("u", "import os"), ONE)),
        ("bad_expression", (script("u", "x.y = 1"), ONE)),
        ("bad_expression", (script("u", "a.b"), ONE)),
        ("bad_expression", (user("u", properties={"assignee": "x.y"}), ONE)),
        ("bad_expression", (user("u", many(collection="x.y")), ONE)),
        ("bad_expression", (service("u", parameters={"a": "lambda: 1"}), ONE)),
        ("bad_expression", (user("u"), "start > u > end [a.b]")),
        ("instances_unclear", (user("u", many()), ONE)),
        ("results_unclear", (user("u", many("a", result="b")), ONE)),
        ("decision_unknown", (node("businessRuleTask", "u"), ONE)),
        ("called_process_unknown", (node("callActivity", "u", calledElement="Q"), ONE)),
        ("called_process_unknown", (node("callActivity", "u"), ONE)),
        ("calls_itself", (node("callActivity", "u", calledElement="P"), ONE)),
        ("condition_missing", (gateway("exclusive", "x"), user("u"), "start > x > u", "x > end")),
        ("condition_missing", (gateway("inclusive", "x"), user("u"), "start > x > u [a]", "x > end")),
        ("condition_ignored", (gateway("parallel", "x"), user("u"), "start > x > u [a]", "x > end")),
        ("not_events", (gateway("eventBased", "x"), user("u"), "start > x > u > end")),
        ("several_starts", (node("startEvent", "a"), node("startEvent", "b"), user("u"), "a > u", "b > u > end")),
        ("no_start", (user("a"), user("b"), "a > b > a")),
        ("end_goes_on", (node("endEvent", "e"), user("u"), "start > u > e > u")),
        ("arrow_into_start", (node("startEvent", "s"), user("u"), "s > u > s")),
        ("arrow_into_boundary", (user("u"), boundary("b", "u", timer("timeDuration", "P1D")), ONE, "u > b")),
        ("boundary_loose", (user("u"), boundary("b", "nowhere", timer("timeDuration", "P1D")), ONE)),
        ("boundary_loose", (gateway("exclusive", "u"), boundary("b", "u", timer("timeDuration", "P1D")), ONE)),
        ("error_interrupts", (user("u"), boundary("b", "u", "<bpmn:errorEventDefinition/>", interrupting=False), ONE, "b > end")),
        ("empty", (node("subProcess", "u"), ONE)),
        ("empty", ()),
        ("default_unknown", (user("u", default="nowhere"), ONE)),
        ("default_conditional", (user("u", default="f1"), "start > u > end [x]")),
    ],
)  # fmt: skip
def test_what_cannot_run_is_an_error_with_its_code(code, parts):
    assert code in errors_of(xml(*parts))
    with pytest.raises(spiff.ModelRefused):
        spiff.parse("P", [spiff.Source("P", xml(*parts))])


@pytest.mark.parametrize(
    "parts",
    [
        (node("scriptTask", "u"), ONE),
        (catch("u", '<bpmn:messageEventDefinition messageRef="message_m"/>'), ONE),
        (node("startEvent", "s", "<bpmn:timerEventDefinition/>"), user("u"), "s > u > end"),
    ],
)
def test_what_the_check_lets_pass_can_be_read(parts):
    """The library's own parsers broke on a script task without script, a message without name, a start without time."""
    source = spiff.Source("P", xml(*parts).replace(b'name="m"', b""))
    if not any(finding.is_error for finding in spiff.check([source])):
        assert spiff.parse("P", [source])


def test_an_arrow_may_not_cross_the_border_of_a_sub_process():
    assert "loose_flow" in errors_of(
        xml(inside("sub", user("u"), "start > u > end"), "start > sub > end").replace(b'targetRef="end"', b'targetRef="u"')
    )


@pytest.mark.parametrize(
    ("code", "file"),
    [
        ("not_xml", b"<a>"),
        ("not_xml", b""),
        ("not_xml", b'<a b="1" b="2"/>'),
        ("doctype", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        ("doctype", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
        ("not_bpmn", b"<html/>"),
        ("file_too_large", b"<a>" + b" " * 2_200_000 + b"</a>"),
        ("no_process", f"{HEAD}</bpmn:definitions>".encode()),
    ],
)
def test_files_that_are_no_diagrams_are_refused(code, file):
    assert code in errors_of(file)


def test_the_billion_laughs_are_refused_quickly():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    assert errors_of(f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l29;</x>'.encode()) <= {"doctype", "not_xml"}


def test_a_chain_of_1900_tasks_is_no_trouble_and_2100_are_too_many():
    def chain(length):
        return xml(*(script(f"s{n}", f"n = {n}") for n in range(length)), "start > " + " > ".join(f"s{n}" for n in range(length)))

    run = spiff.start(spiff.parse("P", [spiff.Source("P", chain(1900))]), {}, spiff.Context())
    run.proceed()
    assert run.is_completed and run.data == {"n": 1899}
    assert errors_of(chain(2100)) == {"too_many_nodes"}


def test_sub_processes_thirty_deep_are_no_trouble():
    inner = user("u")
    for n in range(30):
        inner = node("subProcess", f"sub{n}", inner)
    definition = spiff.parse("P", [spiff.Source("P", xml(inner))])
    run = spiff.start(definition, {}, spiff.Context())
    run.proceed()
    run = spiff.load(definition, run.save(), spiff.Context())
    run.complete(run.waits()[0].token, {"x": 1})
    run.proceed()
    assert run.is_completed and run.data == {"x": 1}


def test_unknown_operations_parameters_and_forms_are_named():
    drawing = xml(
        service("s", "documents.make", parameters={"colour": "1"}), user("u", properties={"form": "nope"}), "start > s > u > end"
    )
    source = [spiff.Source("P", drawing)]
    assert _said(spiff.check(source, operations={}, forms=set())) == {("s", "operation_unknown"), ("u", "form_unknown")}
    assert _said(spiff.check(source, operations={"documents.make": {"template"}}, forms={"nope"})) == {("s", "parameter_unknown")}


def _said(findings):
    return {(finding.element_id, finding.code) for finding in findings}


def test_drawn_data_and_unreachable_elements_are_only_warned_about():
    findings = spiff.check(
        [
            spiff.Source(
                "P",
                xml(user("u"), user("v"), ONE, "v > u").replace(b"</bpmn:process>", b'<bpmn:dataObject id="d1"/></bpmn:process>'),
            )
        ]
    )
    assert {(finding.severity, finding.code) for finding in findings} == {("warning", "data_ignored"), ("warning", "unreachable")}


def test_what_other_tools_added_is_warned_about():
    drawing = xml(user("u", **{"camunda:assignee": "x"}), ONE).replace(
        b"<bpmn:definitions", b'<bpmn:definitions xmlns:camunda="urn:c"'
    )
    assert {(each.severity, each.code) for each in spiff.check([spiff.Source("P", drawing)])} == {
        ("warning", "extension_ignored")
    }


def test_processes_that_call_each_other_in_a_circle_are_refused():
    first = xml(node("callActivity", "u", calledElement="Q"), ONE)
    second = xml(node("callActivity", "u", calledElement="P"), ONE, key="Q")
    findings = spiff.check([spiff.Source("P", first), spiff.Source("Q", second)])
    assert {(finding.element_id, finding.code) for finding in findings} == {("u", "calls_itself")}


def test_a_refused_model_tells_everything_at_once_with_readable_texts():
    with pytest.raises(spiff.ModelRefused) as refusal:
        spiff.parse("P", [spiff.Source("P", xml(node("serviceTask", "u"), script("s", "a.b"), "start > u > s > end"))])
    assert {problem["pointer"] for problem in refusal.value.problems} == {"u", "s"}
    assert "names no operation" in str(refusal.value)
