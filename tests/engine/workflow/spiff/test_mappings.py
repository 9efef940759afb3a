"""What goes into a called process and what comes back, when the diagram says it."""

from decimal import Decimal

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    definition,
    extension,
    gateway,
    laid,
    many,
    node,
    script,
    timer,
    user,
    xml,
)


def call(*entries, inner="", all_data=False):
    """A call of Q; entries like "in fee = amount * 2"."""
    parts = [entry.split(None, 1) for entry in entries]
    pairs = [(direction, *map(str.strip, rest.split("=", 1))) for direction, rest in parts]
    found = "".join(
        f'<spiffworkflow:mapping direction="{direction}" target="{target}" source="{source}"/>'
        for direction, target, source in pairs
    )
    whole = f'<spiffworkflow:mappings all="{str(all_data).lower()}">{found}</spiffworkflow:mappings>'
    return node("callActivity", "call", extension(whole) + inner, calledElement="Q")


INSIDE = [xml(user("q"), "start > q > end", key="Q")]
WAY = ("start > call > v > end", user("v"))


def test_only_what_is_named_goes_in_and_comes_back():
    case = laid(call("in fee = amount * 2", "out total = fee + 1"), *WAY, others=INSIDE, data={"amount": 5, "secret": 1})
    assert case.wait("q").detail["data"] == {"fee": 10}
    case.do("q", fee=20, note="inside only")
    assert case.wait("v").detail["data"] == {"amount": 5, "secret": 1, "total": 21}


def test_all_data_may_go_in_and_come_back_beside_what_is_named():
    case = laid(
        call("in fee = amount * 2", "out total = fee", all_data=True), *WAY, others=INSIDE, data={"amount": 5, "fee": 1}
    )
    assert case.wait("q").detail["data"] == {"amount": 5, "fee": 10}
    assert case.do("q", note="n").wait("v").detail["data"] == {"amount": 5, "fee": 1, "note": "n", "total": 10}


def test_without_mappings_everything_goes_in_and_what_was_changed_comes_back():
    case = laid(node("callActivity", "call", calledElement="Q"), *WAY, others=INSIDE, data={"amount": 5})
    assert case.wait("q").detail["data"] == {"amount": 5}
    assert case.do("q", note=1).wait("v").detail["data"] == {"amount": 5, "note": 1}


def test_what_comes_back_keeps_its_type_and_nobody_can_change_it_from_the_other_side():
    case = laid(call("in party = parties[0]", "out party = party", "out fee = fee"), *WAY, others=INSIDE,
                data={"parties": [{"name": "A"}]})  # fmt: skip
    case.do("q", party={"name": "B"}, fee=Decimal("1.50"))
    assert case.data == {"parties": [{"name": "A"}], "party": {"name": "B"}, "fee": Decimal("1.50")}


def test_each_of_many_calls_gets_its_own_item_and_gives_back_its_own_result():
    loop = many("parties", item="party", result="reply", results="replies")
    case = laid(call("in name = party['name']", "out reply = answer", inner=loop), *WAY, others=INSIDE,
                data={"parties": [{"name": "A"}, {"name": "B"}]})  # fmt: skip
    assert [wait.detail["data"] for wait in case.waits] == [{"name": "A"}, {"name": "B"}]
    case.do("q", 1, answer="b").do("q", 0, answer="a")
    assert case.data["replies"] == ["a", "b"]


def test_an_interrupted_call_gives_nothing_back_that_is_not_named():
    inside = [xml(user("q"), user("r"), "start > q > r > end", key="Q")]
    case = laid(
        call("in a = 1", "out b = a"), boundary("late", "call", timer("timeDuration", "P1D")), *WAY, "late > v", others=inside
    )
    assert case.do("q", a=5).do("late").data == {}


def test_branches_inside_a_called_process_come_back_as_one():
    inside = [
        xml(user("a"), user("b"), gateway("parallel", "fork"), gateway("parallel", "join"), "start > fork > a > join > end",
            "fork > b > join", key="Q")
    ]  # fmt: skip
    case = laid(call("out total = x + y"), *WAY, others=inside)
    assert case.do("a", x=1).do("b", y=2).data == {"total": 3}


def test_a_mapping_that_cannot_be_worked_out_names_the_call():
    with pytest.raises(spiff.RunFailed) as failure:
        laid(call("in a = missing"), *WAY, others=INSIDE)
    assert (failure.value.code, failure.value.element_id) == ("expression_failed", "call")
    case = laid(call("out a = missing"), *WAY, others=INSIDE, data={"missing": 1})
    with pytest.raises(spiff.RunFailed) as failure:
        case.do("q")
    assert (failure.value.code, failure.value.element_id) == ("expression_failed", "call")


@pytest.mark.parametrize(
    ("entry", "code"),
    [("in a = 1 +", "bad_expression"), ("in case = 1", "bad_variable"), ("out a-b = 1", "bad_variable"),
     ("in a =", "bad_expression"), ("in a = __import__('os')", "bad_expression")],
)  # fmt: skip
def test_a_mapping_that_makes_no_sense_is_refused(entry, code):
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(call(entry), *WAY, others=INSIDE)
    assert [(each.element_id, each.code) for each in refusal.value.findings] == [("call", code)]


def test_a_value_given_twice_is_refused():
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(call("in a = 1", "in a = 2"), *WAY, others=INSIDE)
    assert [each.code for each in refusal.value.findings] == ["mapping_twice"]


def test_mappings_on_anything_but_a_call_are_refused():
    pair = '<spiffworkflow:mapping target="a" source="1"/>'
    drawn = user("u", extension(f"<spiffworkflow:mappings>{pair}</spiffworkflow:mappings>"))
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(drawn, "start > u > end")
    assert [(each.element_id, each.code) for each in refusal.value.findings] == [("u", "mappings_here")]


@pytest.mark.parametrize(
    "inner",
    [
        "<bpmn:assignment><bpmn:from>a</bpmn:from><bpmn:to>b</bpmn:to></bpmn:assignment>",
        "<bpmn:transformation>a</bpmn:transformation>",
    ],
)
def test_a_data_association_that_would_change_data_is_refused_by_name(inner):
    drawn = user("u", f"<bpmn:dataInputAssociation>{inner}</bpmn:dataInputAssociation>")
    found = spiff.check([spiff.Source("P", xml(script("s", "a = 1"), drawn, "start > s > u > end"))])
    assert [(each.element_id, each.code) for each in found if each.is_error] == [("u", "unsupported")]


def test_a_data_association_that_only_shows_what_is_used_changes_nothing():
    drawn = user("u", '<bpmn:dataInputAssociation id="i"><bpmn:sourceRef>d</bpmn:sourceRef></bpmn:dataInputAssociation>')
    case = laid('<bpmn:dataObjectReference id="d" dataObjectRef="o"/><bpmn:dataObject id="o"/>', drawn, "start > u > end")
    assert case.do("u", a=1).data == {"a": 1}


@pytest.mark.parametrize(("name", "refused"), [("fee", set()), ("__targetRef_placeholder", set()), ("amount", {"u"})])
def test_data_that_would_get_another_name_on_its_way_in_is_refused(name, refused):
    part = "property" if name.startswith("__") else "dataInput"
    drawn = user("u", f'<bpmn:{part} id="in" name="{name}"/><bpmn:dataInputAssociation><bpmn:sourceRef>d</bpmn:sourceRef>'
                      "<bpmn:targetRef>in</bpmn:targetRef></bpmn:dataInputAssociation>")  # fmt: skip
    data = '<bpmn:dataObjectReference id="d" name="fee"/>'
    found = spiff.check([spiff.Source("P", xml(data, drawn, "start > u > end"))])
    assert {each.element_id for each in found if each.is_error} == refused


def test_all_may_go_in_and_only_what_is_named_come_back():
    inner = [xml(user("q"), "start > q > end", key="Q")]
    both = node("callActivity", "call", extension(
        '<spiffworkflow:properties><spiffworkflow:property name="gives_back" value="named"/></spiffworkflow:properties>'
        '<spiffworkflow:mappings all="true"><spiffworkflow:mapping direction="out" target="total" source="fee"/>'
        "</spiffworkflow:mappings>"), calledElement="Q")
    case = laid(both, *WAY, others=inner, data={"amount": 5})
    assert case.wait("q").detail["data"] == {"amount": 5}
    assert case.do("q", fee=7, note="inside only").wait("v").detail["data"] == {"amount": 5, "total": 7}


def test_two_calls_side_by_side_that_give_nothing_back_may_change_the_same_names():
    calls = [node("callActivity", name, properties={"gives_back": "named"}, calledElement="Q") for name in ("a", "b")]
    case = laid(*calls, gateway("parallel", "f"), gateway("parallel", "j"), user("v"), "start > f > a > j > v > end", "f > b > j",
                others=INSIDE)
    case.do("q", document=1).do("q", document=2)
    assert case.wait("v").detail["data"] == {}


def test_what_a_call_gives_back_is_said_in_a_word_that_is_known():
    call = node("callActivity", "call", properties={"gives_back": "some"}, calledElement="Q")
    found = spiff.check([spiff.Source("P", xml(call, *WAY)), spiff.Source("Q", INSIDE[0])])
    assert [(each.code, each.element_id) for each in found if each.is_error] == [("gives_back_what", "call")]
