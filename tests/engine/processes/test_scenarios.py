"""What a scenario can say: time passes, workers fail, messages go out, and which parts it walked through."""

import pytest

from engine.processes import coverage, scenarios
from engine.processes.scenarios import Scenario
from tests.engine.workflow.spiff.drawing import boundary, catch, gateway, inside, node, script, service, timer, told, user, xml
from tests.engine.workflow.spiff.test_conditional import when
from tests.engine.workflow.spiff.test_stores import STORE, reads, writes

TOML = 'key = "P"\ntitle = "P"\n[lanes]\n'


def walk(steps: str, *parts, head: str = "") -> scenarios.Report:
    """How a scenario goes through a drawing."""
    folders = {"P": {"process.bpmn": xml(*parts).decode(), "process.toml": TOML}}
    return scenarios.run("P", folders, Scenario.read(f'title = "x"\n{head}\n{steps}', "x"))


REMINDED = (user("wait"), boundary("remind", "wait", timer("timeCycle", "R3/P1D"), interrupting=False),
            boundary("late", "wait", timer("timeDuration", "P10D")), user("reminder"), user("overdue"),
            "start > wait > end", "remind > reminder > end", "late > overdue > end")


@pytest.mark.parametrize(("clock", "reminders", "at"), [
    ('"PT23H"', 0, "wait"), ('"P1D"', 1, "wait"), ('"P2DT1H"', 2, "wait"), ('"P9D"', 3, "wait"), ('"P30D"', 3, "overdue"),
    ('"= now() + days(2)"', 2, "wait"), ('"P1M"', 3, "overdue"),
])  # fmt: skip
def test_the_clock_moves_on_and_everything_due_happens_in_its_order(clock, reminders, at):
    report = walk(f"[[step]]\nclock = {clock}\n[[step]]\nexpect = '{at}'", *REMINDED)
    assert report.passed, report.why
    assert [element for _key, element in report.path].count("remind") == reminders
    entered = [element for _key, element in report.path if element in ("remind", "late")]
    assert entered == sorted(entered, reverse=True)


def test_time_that_passes_bit_by_bit_comes_to_the_same():
    steps = "[[step]]\nclock = 'P1D'\n" * 9
    assert walk(steps + "[[step]]\nexpect = 'wait'", *REMINDED).passed
    assert walk(steps + "[[step]]\nclock = 'P1D'\n[[step]]\nexpect = 'overdue'", *REMINDED).passed


APPRAISED = (inside("work", user("talk"), user("appraise", properties={"pauses": "mediation"}), user("again"),
                    "start > talk > appraise > again > end"),
             boundary("over", "work", timer("timeDate", "term(&quot;T06&quot;)"), properties={"term": "T06"}),
             user("late"), "start > work > end", "over > late > end")


def test_a_term_that_stands_still_does_not_fall_due_and_ends_later_by_that_time():
    steps = "[[step]]\ncomplete = 'talk'\n[[step]]\nclock = 'P60D'\nexpect = 'appraise'\n[[step]]\ncomplete = 'appraise'\n"
    then = "[[step]]\nclock = 'P29D'\nexpect = 'again'\n[[step]]\nclock = 'P15D'\nexpect = 'late'"
    assert walk(steps + then, *APPRAISED).passed
    assert walk("[[step]]\ncomplete = 'talk'\n[[step]]\ntimer = 'T06'", *APPRAISED).step == 2


@pytest.mark.parametrize("clock", ["'tomorrow'", "2001-01-01", "'P'", "'-P1D'", "'P99999999Y'"])
def test_a_clock_that_cannot_move_so_fails_its_step(clock):
    report = walk(f"[[step]]\nclock = {clock}", *REMINDED)
    assert (report.passed, report.step) == (False, 1) and report.why


def test_conditions_are_looked_at_when_the_case_changes_and_when_time_passes():
    known = (catch("c", when("case['stage'] == 'paid'")), user("v"), "start > c > v > end")
    assert walk("[[step]]\nexpect = 'c'\n[[step]]\ncase = {stage = 'paid'}\n[[step]]\nexpect = 'v'", *known).passed
    later = (script("s", "begun = now()"), catch("c", when("now() > begun + days(2)")), user("v"), "start > s > c > v > end")
    assert walk("[[step]]\nclock = 'P1D'\nexpect = 'c'\n[[step]]\nclock = 'P2D'\nexpect = 'v'", *later).passed


CALLS = (service("send", "notices.send", parameters={"template": "&quot;x&quot;", "to": "parties"}),
         boundary("late", "send", timer("timeDuration", "P1D")), user("by_hand"), "start > send > end", "late > by_hand > end")


@pytest.mark.parametrize("how", ["fails = 'no line'", "times_out = true"])
def test_an_operation_that_fails_stays_until_it_is_tried_again_or_its_time_is_over(how):
    stuck = f"[[step]]\noperation = 'notices.send'\n{how}\n[[step]]\nexpect = 'send'\n"
    assert walk(stuck + "[[step]]\noperation = 'send'\nretry = true\n[[step]]\nend = 'end'", *CALLS).passed
    assert walk(stuck + "[[step]]\noperation = 'send'\nreturns = {sent = 1}\n[[step]]\nend = 'end'", *CALLS).passed
    assert walk(stuck + "[[step]]\nclock = 'P1D'\n[[step]]\nexpect = 'by_hand'", *CALLS).passed


def test_only_a_call_that_failed_can_be_tried_again():
    assert not walk("[[step]]\noperation = 'notices.send'\nretry = true", *CALLS).passed


def test_what_goes_out_can_be_expected():
    parts = node("intermediateThrowEvent", "tell", told("message", "hello")), "start > tell > end"
    assert walk("[[step]]\nthrown = 'hello'", *parts).passed
    report = walk("[[step]]\nthrown = ['hello', 'bye']", *parts)
    assert not report.passed and "bye" in report.why and "hello" in report.why


@pytest.mark.parametrize("step", [
    "clock = 5", "clock = 'P1D'\ntimer = 'x'", "operation = 'x'\nfails = true", "operation = 'x'\ntimes_out = 'y'", "fails = 'x'",
    "thrown = 5", "message = 'm'\nretry = true",
])
def test_a_step_that_says_it_wrongly_is_refused(step):
    with pytest.raises(scenarios.ScenarioRefused):
        Scenario.read(f"[[step]]\n{step}", "x")


def test_a_scenario_may_begin_at_another_start_event():
    parts = (node("startEvent", "plain"), node("startEvent", "asked", told("message", "asked")), user("a"), user("b"),
             "plain > a > end", "asked > b > end")
    assert walk("[[step]]\nexpect = 'b'\nexpect_not = 'a'", *parts, head="starts = 'asked'").passed
    assert walk("[[step]]\nexpect = 'a'", *parts).passed
    assert not walk("[[step]]\nexpect = 'a'", *parts, head="starts = 'nowhere'").passed


def test_where_it_starts_must_be_a_name():
    with pytest.raises(scenarios.ScenarioRefused):
        Scenario.read("starts = 5\n[[step]]\nend = 'x'", "x")


def test_coverage_tells_for_every_element_and_arrow_which_scenarios_came_by():
    parts = (gateway("exclusive", "x"), user("a"), user("b"), "start > x > a [big] > end", "x > b [not big] > end")
    files = {"process.bpmn": xml(*parts).decode(), "process.toml": TOML}
    big = Scenario.read("data = {big = true}\n[[step]]\ncomplete = 'a'\n[[step]]\nend = 'end'", "big")
    small = Scenario.read("data = {big = false}\n[[step]]\nexpect = 'b'", "small")
    covered = coverage.of("P", files, [scenarios.run("P", {"P": files}, each) for each in (big, small)])

    by = {part.id: part.walked_by for part in covered.parts}
    assert (by["x"], by["a"], by["b"], by["end"]) == (("big", "small"), ("big",), ("small",), ("big",))
    assert (covered.count("element"), covered.count("arrow")) == ((5, 5), (4, 5))
    [missed] = covered.missed
    assert missed.what == "arrow" and missed.name == "b → end"


def test_nothing_is_covered_of_a_diagram_that_cannot_be_read():
    assert coverage.of("P", {"process.bpmn": "<a/>", "process.toml": TOML}, []).parts == ()


def test_a_scenario_says_what_data_stores_hold():
    rate = (STORE, node("scriptTask", "s", f"{reads()}{writes()}<bpmn:script>rate = rate + 1</bpmn:script>"), user("u"),
            "start > s > u > end")
    assert walk("[[step]]\nstores = {rate = 4}", *rate, head="stores = {rate = 3}").passed
    report = walk("[[step]]\nstores = {rate = 5}", *rate, head="stores = {rate = 3}")
    assert (report.passed, report.values["found"]) == (False, "4")
