"""Timers, messages, signals and errors: what is waited for, and what happens when it comes."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    NOON,
    Desk,
    boundary,
    catch,
    definition,
    gateway,
    inside,
    laid,
    node,
    script,
    service,
    timer,
    told,
    user,
)

DAY = timedelta(days=1)


def _end(id_, inner):
    return node("endEvent", id_, inner)


def test_a_timer_waits_until_it_is_fired_even_when_its_time_has_long_passed():
    case = laid(catch("wait", timer("timeDate", "2020-01-01T00:00:00Z")), "start > wait > end")
    assert case.wait("wait").detail["due_at"] == datetime(2020, 1, 1, tzinfo=UTC)
    assert case.do("wait").is_completed


@pytest.mark.parametrize(
    ("kind", "text", "after"),
    [
        ("timeDuration", "PT1H", timedelta(hours=1)),
        ("timeDuration", "P1W", timedelta(weeks=1)),
        ("timeDuration", "'P' + str(n) + 'D'", 3 * DAY),
        ("timeDuration", "days(n)", 3 * DAY),
        ("timeDate", "begun + days(1)", DAY),
        ("timeDate", "2026-03-03T12:00:00+08:00", DAY),
        ("timeDate", "2026-03-03", timedelta(hours=12)),  # the day begins in Shanghai
    ],
)
def test_a_timer_understands_iso_texts_and_expressions(kind, text, after):
    case = laid(catch("wait", timer(kind, text)), "start > wait > end", data={"n": 3, "begun": NOON})
    assert case.wait("wait").detail["due_at"] == NOON + after


@pytest.mark.parametrize("text", ["days(0 - 1)", "'PT'", "P999999999Y", "n", "true", "'soon'", "missing"])
def test_a_timer_without_usable_time_stops_the_process_and_names_the_element(text):
    drawing = catch("wait", timer("timeDuration", text))
    with pytest.raises((spiff.RunFailed, spiff.ModelRefused), match="wait|missing"):
        laid(drawing, "start > wait > end", data={"n": 3})


def test_the_property_term_asks_the_table_of_terms():
    case = laid(
        catch("wait", "<bpmn:timerEventDefinition/>", properties={"term": "T06"}), "start > wait > end",
        context={"functions": {"term": lambda name: {"T06": NOON + 30 * DAY}[name]}},
    )  # fmt: skip
    assert case.wait("wait").detail == {
        "due_at": NOON + 30 * DAY, "term": "T06", "interrupting": True, "attached_to": None, "remaining": None,
    }  # fmt: skip


def test_an_interrupting_timer_takes_the_task_away():
    case = laid(
        user("u"),
        user("late_path"),
        boundary("late", "u", timer("timeDuration", "P1D")),
        "start > u > end",
        "late > late_path > end",
    )
    assert case.wait("late").detail["attached_to"] == "u"
    assert case.do("late").at == ["late_path"]
    assert ("cancelled", "u") in case.events


def test_finishing_the_task_in_time_forgets_its_timer():
    case = laid(user("u"), user("v"), boundary("late", "u", timer("timeDuration", "P1D")), "start > u > v > end", "late > end")
    assert case.do("u").at == ["v"]


def test_a_reminder_comes_as_often_as_drawn_and_the_task_stays():
    case = laid(
        user("u"), boundary("remind", "u", timer("timeCycle", "R2/P1D"), interrupting=False), service("send"),
        "start > u > end", "remind > send > end",
    )  # fmt: skip
    assert case.wait("remind").detail["due_at"] == NOON + DAY
    token = case.wait("remind").token
    case.do("remind").do("send")
    assert (case.wait("remind").token, case.wait("remind").detail["due_at"]) == (token, NOON + 2 * DAY)
    case.do("remind").do("send")
    assert case.at == ["u"]
    assert case.do("u").is_completed


def test_five_hundred_reminders_leave_the_state_small():
    case = laid(
        user("u"), boundary("remind", "u", timer("timeCycle", "R/P1D"), interrupting=False), script("count", "reminded = 1"),
        "start > u > end", "remind > count > end",
    )  # fmt: skip
    for _round in range(500):
        case.run.fire(case.wait("remind").token)
        case._go_on()
    assert len(case.run.save()) < 1000


def test_a_message_brings_its_payload_and_says_what_it_is_matched_by():
    case = laid(
        catch("ruled", told("message", "ruling"), properties={"correlation": "{'number': case['number']}"}), user("v"),
        "start > ruled > v > end", context={"facts": lambda: {"number": "ST1"}},
    )  # fmt: skip
    assert case.wait("ruled").detail == {"message": "ruling", "correlation": {"number": "ST1"}, "signal": False}
    assert case.do("ruled", decision="confirmed").wait("v").detail["data"] == {"decision": "confirmed"}


def test_a_message_may_be_kept_under_a_name():
    case = laid(
        catch("ruled", told("message", "ruling"), properties={"variable": "ruling"}), user("v"), "start > ruled > v > end"
    )
    assert case.do("ruled", decision="x").data == {"ruling": {"decision": "x"}}


def test_a_receive_task_waits_for_its_message():
    case = laid(node("receiveTask", "r", messageRef="message_m"), told_by("message", "m"), "start > r > end")
    assert case.wait("r").kind == "message"
    assert case.do("r").is_completed


def told_by(kind, name):
    """An event elsewhere in the drawing that makes the name known."""
    return node("intermediateThrowEvent", f"say_{name}", told(kind, name))


def test_an_interrupting_message_takes_the_sub_process_away_and_keeps_what_was_answered_in_it():
    case = laid(
        inside("handling", user("a"), user("b"), "start > a > b > end"),
        boundary("withdrawn", "handling", told("message", "withdrawal")),
        user("note"), "start > handling > end", "withdrawn > note > end",
    )  # fmt: skip
    case.do("a", answered=True).do("withdrawn", reason="paid")
    assert case.wait("note").detail["data"] == {"answered": True, "reason": "paid"}
    assert case.at == ["note"]


def test_an_event_based_gateway_takes_only_the_way_of_what_comes_first():
    case = laid(
        gateway("eventBased", "first"), catch("yes", told("message", "accepted")), catch("no", told("message", "refused")),
        catch("late", timer("timeDuration", "P7D")), user("a"), user("b"), user("c"),
        "start > first > yes > a", "first > no > b", "first > late > c",
    )  # fmt: skip
    assert case.at == ["late", "no", "yes"]
    assert case.do("no", why="x").at == ["b"]
    assert case.data == {"why": "x"}
    assert ("taken", "f3") in case.events


def test_an_event_based_gateway_works_again_in_a_loop():
    case = laid(
        gateway("exclusive", "again"), gateway("eventBased", "first"), catch("m", told("message", "m")),
        catch("late", timer("timeDuration", "P1D")), "start > again > first > m > again", "first > late > end",
    )  # fmt: skip
    for _round in range(3):
        assert case.do("m").at == ["late", "m"]
    assert case.do("late").is_completed


def test_a_thrown_error_is_caught_at_the_call_and_the_call_is_gone():
    case = laid(service("s"), boundary("refused", "s", told("error", "E1")), user("v"), "start > s > end", "refused > v > end")
    assert case.throw("s", "E1") is True
    assert case.at == ["v"]


def test_an_error_of_another_code_is_not_caught_and_changes_nothing():
    case = laid(service("s"), boundary("refused", "s", told("error", "E1")), user("v"), "start > s > end", "refused > v > end")
    before = case.run.save()
    assert case.throw("s", "E2") is False
    assert case.run.save() == before


def test_an_error_is_caught_by_the_nearest_activity_around_with_the_exact_code_first():
    case = laid(
        inside("sub", service("s"), boundary("any", "s", "<bpmn:errorEventDefinition/>"),
               user("here"), "start > s > end", "any > here > end"),
        boundary("outer", "sub", told("error", "E1")), user("there"), "start > sub > end", "outer > there > end",
    )  # fmt: skip
    assert case.throw("s", "E1")
    assert case.at == ["here"]


def test_an_error_end_leaves_the_sub_process_with_its_data():
    case = laid(
        inside("sub", user("a"), _end("failed", told("error", "E1")), "start > a > failed"),
        boundary("caught", "sub", told("error", "E1")),
        user("v"), "start > sub > end", "caught > v > end",
    )  # fmt: skip
    case.do("a", reason="no")
    assert case.wait("v").detail["data"] == {"reason": "no"}
    assert case.ends == ["failed"]


def test_an_error_nobody_catches_stops_the_process():
    with pytest.raises(spiff.RunFailed) as failure:
        laid(_end("failed", told("error", "E1")), "start > failed")
    assert (failure.value.code, failure.value.element_id) == ("error_not_caught", "failed")


def test_a_terminate_end_ends_only_the_sub_process_it_is_in():
    case = laid(
        inside("sub", gateway("parallel", "fork"), user("a"), user("b"), _end("stop", "<bpmn:terminateEventDefinition/>"),
               "start > fork > a > stop", "fork > b > end"),
        user("after"), "start > sub > after > end",
    )  # fmt: skip
    assert case.do("a", x=1).at == ["after"]
    assert case.data == {"x": 1}


def test_a_thrown_message_reaches_a_wait_in_the_same_instance_or_goes_out():
    case = laid(
        gateway("parallel", "fork"), catch("hear", told("message", "m")),
        node("intermediateThrowEvent", "say", told("message", "m"), properties={"payload": "{'n': 1}"}),
        _end("shout", told("message", "out")), user("v"), "start > fork > hear > v", "fork > say > shout",
    )  # fmt: skip
    assert case.wait("v").detail["data"] == {"n": 1}
    (thrown,) = case.thrown
    assert (thrown["kind"], thrown["name"], thrown["payload"], thrown["element_id"]) == ("message", "out", {}, "shout")


def test_a_signal_reaches_everybody_who_waits_for_it():
    case = laid(
        gateway("parallel", "fork"), catch("x", told("signal", "s")), catch("y", told("signal", "s")), user("a"), user("b"),
        node("intermediateThrowEvent", "say", told("signal", "s")), user("go"),
        "start > fork > x > a", "fork > y > b", "fork > go > say > end",
    )  # fmt: skip
    assert case.do("go").at == ["a", "b"]


def test_link_events_are_arrows():
    link = '<bpmn:linkEventDefinition name="L"/>'
    case = laid(node("intermediateThrowEvent", "out", link), catch("into", link), user("u"), "start > out", "into > u > end")
    assert case.at == ["u"]


def test_a_timer_can_be_moved():
    case = laid(catch("wait", timer("timeDuration", "P1D")), "start > wait > end")
    case.run.move_timer(case.wait("wait").token, NOON + 9 * DAY)
    case._go_on()
    assert case.wait("wait").detail["due_at"] == NOON + 9 * DAY


def test_an_answer_to_what_is_not_waiting_any_more_is_refused():
    case = laid(user("u"), user("v"), "start > u > v > end")
    token = case.wait("u").token
    case.do("u")
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.complete(token, {})
    assert failure.value.code == "not_waiting"


def test_cancelling_ends_everything_and_tells_the_trace():
    case = Desk(
        definition(
            inside("sub", user("a"), "start > a > end"),
            boundary("t", "sub", timer("timeDuration", "P1D")),
            "start > sub > end",
            "t > end",
        )
    )
    case.run.cancel()
    assert case.run.is_completed and case.run.waits() == []
    assert [(step.event, step.element_id) for step in case.run.steps] == [("cancelled", "a"), ("cancelled", "sub")]
    assert spiff.load(case.definition, case.run.save(), case.context).is_completed
