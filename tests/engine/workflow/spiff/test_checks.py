"""What a drawing may not contain is refused by name before it can run."""

import time

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    HEAD,
    boundary,
    catch,
    gateway,
    handler,
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


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("unsupported", (node("complexGateway", "x"), user("u"), ONE)),
        ("empty", (node("adHocSubProcess", "x"), user("u"), ONE)),
        ("empty", (node("transaction", "x"), user("u"), ONE)),
        ("event_unnamed", (node("subProcess", "x", node("startEvent", "y"), triggeredByEvent="true"), user("u"), ONE)),
        ("handler_start", (node("subProcess", "x", user("y"), triggeredByEvent="true"), user("u"), ONE)),
        ("handler_apart", (handler("x", told("message", "m"), user("y"), "x_start > y"), "start > x > end")),
        ("boundary_loose", (handler("x", told("message", "m"), user("y"), "x_start > y"), user("u"), ONE,
                            boundary("b", "x", told("message", "n")), "b > end")),
        ("error_interrupts", (handler("x", told("error", "E"), user("y"), "x_start > y", interrupting=False), user("u"), ONE)),
        ("loop_endless", (user("u", "<bpmn:standardLoopCharacteristics/>"), ONE)),
        ("compensation_loose", (user("u", isForCompensation="true"), ONE)),
        ("bad_expression", (catch("u", "<bpmn:conditionalEventDefinition/>"), ONE)),
        ("unsupported", (catch("u", "<bpmn:errorEventDefinition/>"), ONE)),
        ("unsupported", (node("endEvent", "u", '<bpmn:compensateEventDefinition waitForCompletion="false"/>'), "start > u")),
        ("event_unnamed", (node("endEvent", "u", "<bpmn:escalationEventDefinition/>"), "start > u")),
        ("unsupported", (catch("u", told("escalation", "E")), ONE)),
        ("unsupported", (catch("u", told("message", "a") + told("message", "b")), ONE)),
        ("link_loose", (catch("u", '<bpmn:linkEventDefinition name="nowhere"/>'), ONE)),
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
        ("instances_unusable", (user("u", many(times="-1")), ONE)),
        ("instances_unusable", (user("u", many(times="1.5")), ONE)),
        ("instances_unusable", (user("u", many(times="1001")), ONE)),
        ("instances_unusable", (user("u", many("'abc'")), ONE)),
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


LINK = '<bpmn:linkEventDefinition name="L"/>'
WAITS_WITH = (gateway("eventBased", "g"), catch("c", told("message", "m")), user("v"), "start > g > r > v > end", "g > c > v")
MANY_AT_ONCE = '<bpmn:multiInstanceLoopCharacteristics behavior="One"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
BOUNDARY = boundary("b", "u", told("message", "m"))
ANOTHER = "<bpmn:timeDate>2030-01-01</bpmn:timeDate>"
EMPTY = node("sequenceFlow", "to_v", '<bpmn:conditionExpression id="c"/>', sourceRef="u", targetRef="v")


@pytest.mark.parametrize(
    ("code", "place", "parts"),
    [
        ("script_empty", "u", (node("scriptTask", "u"), ONE)),
        ("script_empty", "u", (node("scriptTask", "u", "<bpmn:script/>"), ONE)),
        ("unsupported", "u", (user("u", startQuantity="2"), ONE)),
        ("unsupported", "u", (user("u", completionQuantity="2"), ONE)),
        ("unsupported", "u", (user("u", MANY_AT_ONCE + "</bpmn:multiInstanceLoopCharacteristics>"), ONE)),
        ("unsupported", "u", (node("receiveTask", "u", messageRef="message_m", instantiate="true"), ONE)),
        ("unsupported", "g", (gateway("eventBased", "g", eventGatewayType="Parallel"), catch("c", told("message", "m")),
                              "start > g > c > end")),
        ("unsupported", "g", (gateway("eventBased", "g", instantiate="true"), catch("c", told("message", "m")), "g > c > end")),
        ("condition_ignored", "b", (user("u"), user("v"), BOUNDARY, ONE, "b > v [x]", "b > end [y]")),
        ("condition_ignored", "c", (catch("c", told("message", "m")), user("u"), "start > c > u [x]", "c > end")),
        ("condition_ignored", "start", (user("u"), user("v"), "start > u [x]", "start > v [y]")),
        ("misplaced", "v", (user("u", user("v")), ONE)),
        ("events_bound", "g", (*WAITS_WITH, node("receiveTask", "r", messageRef="message_n"),
                               boundary("b", "r", timer("timeDuration", "P1D")), "b > v")),
        ("events_bound", "g", (*WAITS_WITH, node("receiveTask", "r", many(times="3"), messageRef="message_n"))),
        ("many_here", "c", (catch("c", timer("timeDuration", "P1D") + many(times="2")), "start > c > end")),
        ("many_here", "g", (gateway("parallel", "g").replace("></", f">{many(times='2')}</"), "start > g > end")),
        ("link_loose", "t", (node("intermediateThrowEvent", "t", LINK), catch("c", LINK), user("u"), "start > t > u", "c > u")),
        ("link_loose", "c", (node("intermediateThrowEvent", "t", LINK), catch("c", LINK), user("u"), "start > u > c > end",
                             "start > t")),
        ("event_unnamed", "e", (node("endEvent", "e", "<bpmn:errorEventDefinition/>"), user("u"), "start > u > e")),
        ("start_by_event", "s", (node("startEvent", "s", "<bpmn:cancelEventDefinition/>"), user("u"), "s > u > end")),
        ("unsupported", "c", (catch("c", "<bpmn:cancelEventDefinition/>"), "start > c > end")),
        ("unsupported", "t", (node("intermediateThrowEvent", "t", timer("timeDuration", "P1D")), "start > t > end")),
        ("unsupported", "e", (node("endEvent", "e", timer("timeDuration", "P1D")), "start > e")),
        ("several_times", "c", (catch("c", timer("timeDuration", "P1D").replace("</bpmn:timerE", f"{ANOTHER}</bpmn:timerE")),
                                "start > c > end")),
        ("condition_empty", "to_v", (user("u"), user("v"), EMPTY, ONE, "v > end")),
        ("unsupported", "t", (node("transaction", "t", user("u"), method="##Store"), "start > t > end")),
        ("unsupported", "a", (node("adHocSubProcess", "a", user("u") + "<bpmn:completionCondition>x</bpmn:completionCondition>",
                                   ordering="backwards"), "start > a > end")),
    ],
)  # fmt: skip
def test_what_would_run_otherwise_than_drawn_is_refused_with_its_element(code, place, parts):
    findings = spiff.check([spiff.Source("P", xml(*parts))])
    assert (code, place) in {(each.code, each.element_id) for each in findings if each.is_error}


def test_names_that_are_missing_are_asked_for_and_not_made_up():
    for kind in ("message", "signal"):
        drawing = xml(catch("u", told(kind, "m")), ONE).replace(b'name="m"', b"")
        assert errors_of(drawing) == {"event_unnamed"}


def test_a_timer_start_must_say_a_time_that_needs_no_data():
    """The library's parser broke on a start without time, so that the first start of a published process failed."""
    for inner, code in (("<bpmn:timerEventDefinition/>", "timer_empty"), (timer("timeDate", "day"), "start_time_needs_data")):
        assert errors_of(xml(node("startEvent", "s", inner), user("u"), "s > u > end")) == {code}
    for inner in (timer("timeCycle", "R/P1D"), timer("timeDate", "today() + days(7)"), told("message", "m"), told("signal", "s")):
        assert codes(node("startEvent", "s", inner), user("u"), "s > u > end") == set()


def test_a_process_may_begin_in_several_ways_but_in_each_only_once():
    starts = [node("startEvent", name, told("message", name)) for name in "ab"]
    plain = node("startEvent", "start")
    assert codes(plain, *starts, user("u"), "a > u > end", "b > u", "start > u") == set()
    twice = node("startEvent", "c", told("message", "a"))
    assert codes(*starts, twice, user("u"), "a > u > end", "b > u", "c > u") == {"same_start"}


def test_how_long_a_message_is_kept_must_be_readable():
    for ttl, found in (("P3D", set()), ("days(3)", set()), ("P3DD", {"timer_unreadable"}), ("3 +", {"bad_expression"})):
        said = node("intermediateThrowEvent", "t", told("message", "m"), properties={"ttl": ttl})
        assert codes(said, "start > t > end") == found


def test_a_data_store_that_nothing_uses_is_a_picture():
    assert codes('<bpmn:dataStoreReference id="s" name="Register"/>', user("u"), ONE) == {"data_ignored"}


def test_a_called_process_must_have_a_plain_start():
    begins = xml(node("startEvent", "s", told("message", "m")), user("u"), "s > u > end", key="Q")
    call = xml(node("callActivity", "c", calledElement="Q"), "start > c > end")
    assert {each.code for each in spiff.check([spiff.Source("P", call), spiff.Source("Q", begins)])} == {"called_by_event"}


def test_a_task_that_may_end_up_without_an_arrow_is_pointed_out():
    assert codes(user("u"), user("v"), "start > u > v [x]", "v > end") == {"no_default"}


def test_an_arrow_taken_when_no_other_holds_should_be_marked():
    assert codes(gateway("exclusive", "x"), user("u"), "start > x > u", "x > end [y]") == {"default_unmarked"}


def test_who_may_do_a_task_is_said_by_its_lane_and_other_words_for_it_are_pointed_out():
    owner = "<bpmn:potentialOwner><bpmn:resourceRef>clerks</bpmn:resourceRef></bpmn:potentialOwner>"
    assert codes(user("u", owner), ONE) == {"extension_ignored"}


def test_an_unknown_element_is_named_once_and_its_arrows_are_not_complained_about():
    findings = spiff.check([spiff.Source("P", xml(node("complexGateway", "x"), user("u"), "start > x > u > end"))])
    assert [(each.code, each.element_id) for each in findings] == [("unsupported", "x")]


def test_switches_may_be_written_as_numbers():
    parts = (user("u"), boundary("b", "u", told("message", "m"), interrupting=False), ONE, "b > end")
    file = xml(*parts).replace(b'Activity="false"', b'Activity="0"').replace(b'Executable="true"', b'Executable="1"')
    assert not spiff.parse("P", [spiff.Source("P", file)]).element("P", "b").interrupting


PICTURE = '<bpmn:process id="Court" name="法院" isExecutable="false">{inner}</bpmn:process></bpmn:definitions>'


@pytest.mark.parametrize("inner", ["", node("complexGateway", "odd")])
def test_a_pool_drawn_for_the_reader_is_left_out_and_said_to_be(inner):
    file = xml(user("u"), ONE).decode().replace("</bpmn:definitions>", PICTURE.format(inner=inner)).encode()
    (finding,) = spiff.check([spiff.Source("P", file)])
    assert (finding.severity, finding.code, finding.element_id) == ("warning", "pool_not_run", "Court")
    assert list(spiff.read(spiff.Source("P", file))) == ["P"]


def test_a_second_process_that_nothing_calls_is_pointed_out():
    second = f'<bpmn:process id="Q" isExecutable="true">{user("v")}</bpmn:process></bpmn:definitions>'
    alone, calling = (
        xml(task, ONE).decode().replace("</bpmn:definitions>", second).encode()
        for task in (user("u"), node("callActivity", "u", calledElement="Q"))
    )
    assert [(each.code, each.element_id) for each in spiff.check([spiff.Source("P", alone)])] == [("pool_not_run", "Q")]
    assert spiff.check([spiff.Source("P", calling)]) == []


def test_a_key_of_messages_must_say_where_it_stands():
    key = """<bpmn:correlationProperty id="k"><bpmn:correlationPropertyRetrievalExpression id="r" messageRef="message_m">
             {path}</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"""
    drawing = (catch("u", told("message", "m")), ONE)
    assert errors_of(xml(*drawing, extra=key.format(path=""))) == {"key_without_path"}
    assert errors_of(xml(*drawing, extra=key.format(path="<bpmn:messagePath>number</bpmn:messagePath>"))) == set()


def test_the_process_the_file_is_kept_for_runs_whatever_its_mark_says():
    file = xml(user("u"), ONE).replace(b'isExecutable="true"', b'isExecutable="false"')
    assert spiff.parse("P", [spiff.Source("P", file)])
    both = file.decode().replace("</bpmn:definitions>", PICTURE.format(inner=user("v")).replace("false", "true")).encode()
    assert set(spiff.read(spiff.Source("P", both))) == {"P", "Court"}


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
    assert errors_of(xml(user("u"), *(f'<bpmn:sequenceFlow id="f{n}"/>' for n in range(4_001)))) == {"too_many_arrows"}


MESSAGES = "".join(f'<bpmn:message id="m{n}" name="m{n}"/>' for n in range(20_000))
PATH = "<bpmn:messagePath>a</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
KEYS = "".join(f'<bpmn:correlationProperty id="k{n}"><bpmn:correlationPropertyRetrievalExpression messageRef="m">{PATH}'
               for n in range(2_000))  # fmt: skip
ARROWS = "".join(f'<bpmn:sequenceFlow id="f{n}" sourceRef="g{n % 1800}" targetRef="g{(n + 1) % 1800}"/>' for n in range(4_000))
GATEWAYS = "".join(gateway("exclusive", f"g{n}", default=f"f{n}") for n in range(1800))


def waiting(message):
    return "".join(catch(f"c{n}", f'<bpmn:messageEventDefinition messageRef="{message}"/>') for n in range(1800))


@pytest.mark.parametrize(
    ("body", "extra"),
    [(waiting("m19999"), MESSAGES), (waiting("m"), '<bpmn:message id="m" name="m"/>' + KEYS), (GATEWAYS + ARROWS, "")],
    ids=["messages", "keys", "arrows"],
)
def test_the_largest_files_are_read_in_seconds_whatever_is_in_them(body, extra):
    """Everything that points to something was looked up by reading the whole file again: a minute for one file of 2 MB."""
    begun = time.process_time()
    spiff.check([spiff.Source("P", xml(extra=extra).replace(b"</bpmn:process>", body.encode() + b"</bpmn:process>"))])
    assert time.process_time() - begun < 5


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
