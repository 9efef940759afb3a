"""What one of many may ask about itself and the others, in our words, the standard's and those of Camunda."""

import pytest

from engine.expressions.juel import from_juel
from tests.engine.workflow.spiff.drawing import extension, inside, laid, many, node, service, user, xml
from tests.engine.workflow.spiff.test_loops import loop

SEEN = "[loopCounter, nrOfInstances, nrOfCompletedInstances, nrOfActiveInstances]"
OURS = "[loop_counter, instances, completed, active]"
STANDARD = "[loop_counter, numberOfInstances, numberOfCompletedInstances, numberOfActiveInstances + numberOfTerminatedInstances]"
WAY = "start > m > end"


def scripted(text, repeated, id_="m"):
    return node("scriptTask", id_, f"<bpmn:script><![CDATA[{text}]]></bpmn:script>{repeated}")


@pytest.mark.parametrize("words", [SEEN, OURS, STANDARD])
def test_in_a_row_each_knows_its_number_how_many_are_done_and_that_one_is_under_way(words):
    case = laid(scripted(f"seen = {words}", many(times=3, sequential=True, result="seen", results="all")), WAY)
    assert case.data["all"] == [[0, 3, 0, 1], [1, 3, 1, 1], [2, 3, 2, 1]]


@pytest.mark.parametrize("words", [SEEN, OURS, STANDARD])
def test_at_once_those_that_are_not_done_are_under_way(words):
    case = laid(service("m", parameters={"n": words}, inner=many(times=3)), WAY)
    assert [wait.detail["inputs"]["n"] for wait in case.waits] == [[0, 3, 0, 3], [1, 3, 0, 3], [2, 3, 0, 3]]


@pytest.mark.parametrize(("sequential", "until", "asked"), [
    (True, "nrOfCompletedInstances == 2 and nrOfActiveInstances == 1", 2), (False, "nrOfActiveInstances == 1", 2),
    (False, "nrOfCompletedInstances / nrOfInstances >= 0.5", 2), (True, "loopCounter == 0", 1), (False, "active == 0", 3),
])  # fmt: skip
def test_a_completion_condition_asks_when_one_more_is_done(sequential, until, asked):
    case = laid(user("m", many(times=3, sequential=sequential, until=until)), WAY)
    for _each in range(asked):
        assert not case.is_completed
        case.do("m")
    assert case.is_completed


def test_a_sub_process_done_many_times_tells_those_in_it_and_a_called_process_is_not_told():
    arrows = [node("sequenceFlow", f"g{n}", sourceRef=a, targetRef=b) for n, (a, b) in enumerate(["sa", "ac", "ce"])]
    given = extension('<spiffworkflow:mappings><spiffworkflow:mapping direction="in" target="no" source="loopCounter"/>'
                      '<spiffworkflow:mapping direction="out" target="back" source="[no, loopCounter, k]"/>'
                      "</spiffworkflow:mappings>")  # fmt: skip
    sub = node("subProcess", "m", many(times=2, result="r", results="all") + node("startEvent", "s") + scripted(
        "a = [loop_counter, known('loop_counter')]", "", "a") + node("callActivity", "c", given, calledElement="Q")
        + node("endEvent", "e") + "".join(arrows))  # fmt: skip
    called = xml(scripted("k = known('loopCounter')", "", "q"), "start > q > end", key="Q")
    case = laid(sub, WAY, others=[called])
    assert [(each["a"], each["back"]) for each in case.data["all"]] == [
        ([0, True], [0, 0, False]), ([1, True], [1, 1, False]),
    ]  # fmt: skip


def test_a_loop_within_one_of_many_counts_its_own_rounds():
    rounds = node("scriptTask", "u", "<bpmn:script>seen = value('seen', []) + [loopCounter]</bpmn:script>"
                  + loop("loopCounter != 2"))  # fmt: skip
    twice = many(times=2, result="seen", results="all")
    case = laid(inside("m", rounds, "start > u > end").replace('id="m">', f'id="m">{twice}', 1), WAY)
    assert case.data["all"] == [[0, 1], [0, 1]]


def test_data_of_the_plain_names_stay_what_they_are_and_outside_of_many_nobody_counts():
    once = many(times=1, result="seen", results="all")
    case = laid(scripted("seen = [completed, active]", once), user("u"), "start > m > u > end",
                data={"completed": "yes", "active": "no"})  # fmt: skip
    assert case.data["all"] == [["yes", "no"]] and "loop_counter" not in case.wait("u").detail["data"]


def test_a_file_of_camunda_counts_in_our_words():
    assert from_juel("${nrOfActiveInstances == 0 || loopCounter > 1}") == "((active == 0) or (loop_counter > 1))"
