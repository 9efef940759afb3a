"""Data objects: one value for all branches of a process or sub-process."""

import time
from copy import deepcopy

import pytest
from lxml import etree

from engine.workflow import spiff
from engine.workflow.spiff.reading import BPMN
from tests.engine.workflow.spiff.author import Author
from tests.engine.workflow.spiff.drawing import (
    NOON,
    boundary,
    catch,
    definition,
    gateway,
    inside,
    laid,
    many,
    node,
    script,
    timer,
    told,
    user,
    xml,
)
from tests.engine.workflow.spiff.test_kept_or_not import both, tried
from tests.engine.workflow.spiff.test_oracle import MODELS


def drawn(id_="claim", name=None):
    """A data object as bpmn-js draws it: the reference has the name."""
    return (f'<bpmn:dataObjectReference id="{id_}_ref" name="{name or id_}" dataObjectRef="{id_}"/>'
            f'<bpmn:dataObject id="{id_}"/>')  # fmt: skip


def reads(id_="claim"):
    return (f'<bpmn:property id="p_{id_}" name="__targetRef_placeholder"/><bpmn:dataInputAssociation>'
            f"<bpmn:sourceRef>{id_}_ref</bpmn:sourceRef><bpmn:targetRef>p_{id_}</bpmn:targetRef></bpmn:dataInputAssociation>")


def writes(id_="claim"):
    return f"<bpmn:dataOutputAssociation><bpmn:targetRef>{id_}_ref</bpmn:targetRef></bpmn:dataOutputAssociation>"


CLAIM = drawn()
FORK = gateway("parallel", "fork"), gateway("parallel", "join")
ASIDE = "start > fork > a > join > v > end", "fork > b > c > join"
BOTH = *FORK, CLAIM, user("a", writes()), user("b"), user("v"), *ASIDE


def test_what_one_branch_writes_the_others_know_at_once_and_after_they_meet():
    case = laid(*BOTH, user("c", reads())).do("a", claim=5)
    assert case.at == ["b"]
    case.do("b")
    assert case.wait("c").detail["data"] == {"claim": 5}
    assert case.do("c").wait("v").detail["data"] == {"claim": 5}


def test_a_branch_that_only_asks_for_it_on_an_arrow_knows_it_too():
    case = laid(*BOTH, gateway("exclusive", "c"), user("w"), "c > w [value('claim', 0) > 3] > end")
    assert case.do("a", claim=5).do("b").at == ["w"]


def test_of_two_branches_that_write_it_the_later_one_counts_and_they_may_meet():
    case = laid(*BOTH, user("c", writes())).do("b").do("a", claim=1).do("c", claim=2)
    assert case.at == ["v"] and case.data == {"claim": 2}


def test_without_an_arrow_to_it_a_value_of_its_name_is_the_branchs_own_until_the_object_is_read():
    case = laid(*BOTH, user("c", reads())).do("a", claim=1).do("b", claim=7)
    assert case.wait("c").detail["data"] == {"claim": 1}


def test_what_does_not_come_to_its_end_writes_nothing():
    case = laid(CLAIM, user("a", writes()), boundary("late", "a", timer("timeDuration", "P1D")), user("v", reads()),
                "start > a > v > end", "late > v")  # fmt: skip
    assert case.do("late").wait("v").detail["data"] == {}


def test_an_event_writes_what_it_brings():
    case = laid(*FORK, CLAIM, catch("a", told("message", "m") + writes()), user("b"), user("c", reads()), user("v"), *ASIDE)
    assert case.do("a", claim=3).do("b").wait("c").detail["data"] == {"claim": 3}


def test_a_sub_process_reads_and_writes_the_objects_around_it():
    case = laid(*BOTH, inside("c", user("x", reads() + writes()), "start > x > end")).do("b")
    case.do("a", claim=1)
    assert case.wait("x").detail["data"] == {"claim": 1}
    case.do("x", claim=2)
    assert case.at == ["v"] and case.data == {"claim": 2}


def test_it_is_known_in_a_sub_process_while_that_goes_on():
    case = laid(*BOTH, inside("c", user("x"), user("y"), "start > x > y > end")).do("b").do("a", claim=1)
    assert case.do("x").wait("y").detail["data"] == {"claim": 1}


def test_an_object_of_a_sub_process_is_its_own():
    own = drawn("mine", "claim")
    case = laid(*BOTH, inside("c", own, user("x", writes("mine")), user("y"), "start > x > y > end")).do("b").do("x", claim=8)
    case.do("a", claim=1)
    assert case.wait("y").detail["data"] == {"claim": 8}


@pytest.mark.parametrize("sequential", [False, True])
def test_many_sub_processes_have_it_in_common(sequential):
    added = node("scriptTask", "add", f"<bpmn:script>claim = value('claim', 0) + n</bpmn:script>{reads()}{writes()}")
    scope = node(
        "subProcess", "sub", many(times=3, sequential=sequential) + node("startEvent", "ss") + user("x") + added
        + node("endEvent", "se") + "".join(node("sequenceFlow", f"f{a}", sourceRef=a, targetRef=b)
                                           for a, b in (("ss", "x"), ("x", "add"), ("add", "se"))))  # fmt: skip
    case = laid(CLAIM, scope, user("v", reads()), "start > sub > v > end")
    case.do("x", n=1).do("x", n=1).do("x", n=1)
    assert case.wait("v").detail["data"]["claim"] == 3


def test_five_hundred_that_write_it_side_by_side_take_turns_and_no_long_time():
    added = node("scriptTask", "add", f"<bpmn:script>claim = value('claim', 0) + 1</bpmn:script>{reads()}{writes()}")
    scope = node("subProcess", "sub", many(times=500) + added + user("x")
                 + node("sequenceFlow", "f", sourceRef="add", targetRef="x"))  # fmt: skip
    begun, run = time.process_time(), spiff.start(definition(CLAIM, scope, "start > sub > end"), {}, spiff.Context(now=NOON))
    turns = 1
    while not run.proceed(1_000):
        turns += 1
    assert run.data == {"claim": 500} and time.process_time() - begun < 5
    assert turns > 30


def test_many_read_before_the_first_and_write_after_the_last():
    asked = user("u", many(times=2, result="claim", results="all") + reads() + writes())
    case = laid(CLAIM, asked, user("v"), "start > u > v > end")
    assert case.do("u", claim=1).do("u", claim=2).data == {"all": [1, 2]}


def test_a_called_process_has_objects_of_its_own():
    called = xml(CLAIM, script("s", "claim = 9"), user("q", reads() + writes()), "start > s > q > end", key="Q")
    case = laid(*BOTH, node("callActivity", "c", calledElement="Q"), others=[called]).do("b").do("a", claim=1)
    assert case.wait("q").detail["data"] == {"claim": 9}


@pytest.mark.parametrize("of", ["claims", "claims_ref"])
def test_many_may_be_one_for_each_part_of_an_object(of):
    each = user("u", many(of, item="one"))
    case = laid(drawn("claims", "all claims"), user("a", writes("claims")), each, "start > a > u > end")
    assert case.do("a", all_claims=[7, 8]).wait("u", 1).detail["item"] == 8


def test_an_operator_changes_it_for_all():
    case = laid(*BOTH, user("c", reads())).do("a", claim=1)
    case.run.change({"claim": 4})
    assert case.do("b").wait("c").detail["data"] == {"claim": 4}


def findings(*parts):
    return {(each.severity, each.code, each.element_id) for each in spiff.check([spiff.Source("P", xml(*parts))])}


def test_what_has_no_name_of_data_is_a_picture_and_said_to_be():
    for name in ("申请书（副本）", "case", "_x"):
        assert findings(drawn("d", name), user("u", reads("d")), "start > u > end") == {("warning", "data_ignored", "d_ref")}
    assert findings(drawn("d", "申请 书"), user("u", reads("d")), "start > u > end") == set()
    assert findings(CLAIM, user("u"), "start > u > end") == {("warning", "data_ignored", "claim_ref")}


def test_a_gateway_neither_reads_nor_writes():
    odd = gateway("parallel", "g").replace("></", f">{reads()}</")
    assert ("error", "object_here", "g") in findings(CLAIM, odd, "start > g > end")


def sharing(file: bytes) -> tuple[bytes, set[str]]:
    """The drawing with an object that every person reads and writes who does something once; and who these are."""
    root = etree.fromstring(file)
    (process,) = [each for each in root if each.tag.endswith("}process")]
    arrows = etree.fromstring(f'<b xmlns:bpmn="{BPMN[1:-1]}">{reads()}{writes()}{CLAIM}</b>')
    once = [each for each in process.iter(BPMN + "userTask") if not any("LoopChar" in child.tag for child in each)]
    for task in once:
        task.extend([deepcopy(each) for each in arrows[:3]])
        task.find(BPMN + "property").set("id", f"p_{task.get('id')}")
        task.find(f"{BPMN}dataInputAssociation/{BPMN}targetRef").text = f"p_{task.get('id')}"
    process.extend(arrows[3:])
    return etree.tostring(root), {each.get("id") for each in once}


def test_in_random_processes_everybody_knows_what_was_written_last():
    for seed in range(0, MODELS, 30):
        author = Author(seed)
        nodes, parts, begin, end = author.process().draw()
        file, once = sharing(xml(*nodes, *parts, f"start > {begin}", f"{end} > end"))
        parsed = spiff.parse("P", [spiff.Source(f"file {n}", each) for n, each in enumerate([file, *author.others])])
        cases, last = both(parsed), None
        for number in range(25):
            if not cases[0].waits:
                break
            chosen = author.random.choice(cases[0].waits).element_id
            last = number if chosen in once else last
            answers = author.answers(chosen) | ({"claim": number} if chosen in once else {})
            kept, never = [tried(case, chosen, 0, answers) for case in cases]
            assert kept == never and not isinstance(kept[0], str), f"seed {seed}"
            people = [wait for wait in cases[0].waits if wait.kind == "user_task" and wait.process_key == "P"]
            known = {wait.detail["data"].get("claim") for wait in people}
            assert known <= {last} and cases[0].data.get("claim") == last, f"seed {seed}"
