"""The state between two steps: small, exact, strict about what it keeps, and cheap."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import NOON, Desk, definition, gateway, inside, laid, many, script, service, user, xml

TWO = (user("u"), user("v"), "start > u > v > end")


def test_values_come_back_as_they_were():
    given = {
        "money": Decimal("1.50"), "day": date(2026, 3, 2), "at": NOON, "span": timedelta(days=2, milliseconds=5), "none": None,
        "yes": True,
        "big": 10**14, "huge": 2**70, "float": 0.1, "list": [1, [Decimal("2"), {"a": date(2026, 1, 1)}]], "文": "字", "empty": {},
        "none_list": [],
    }  # fmt: skip
    case = laid(*TWO).do("u", **given)
    assert case.data == given
    assert {key: type(value) for key, value in case.data.items()} == {key: type(value) for key, value in given.items()}


@pytest.mark.parametrize("text", ["~d", '"~d', "~", 'say "~t" here', "{\"~d\": \"1\"}"])
def test_texts_that_look_like_our_own_marks_come_back_as_they_were(text):
    given = {"text": text, "money": Decimal("1.50"), "nested": {text: [text, {"~d": "1"}], "more": {"~d": text}}}
    case = laid(*TWO).do("u", **given)
    assert case.data == given
    assert case.do("v").data == given


def test_what_a_wait_shows_is_plain_json():
    case = laid(*TWO).do("u", money=Decimal("1.50"), day=date(2026, 3, 2))
    assert case.wait("v").detail["data"] == {"money": "1.50", "day": "2026-03-02"}


def _deep(levels):
    return {"a": _deep(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (object(), "value_not_kept"), ({1: 2}, "value_not_kept"), ({1, 2}, "value_not_kept"), (b"x", "value_not_kept"),
        (float("nan"), "value_not_kept"), (lambda: 1, "value_not_kept"), (_deep(200), "value_too_large"),
        ("x" * 2_000_000, "value_too_large"),
        ([0] * 200_000, "value_too_large"),
    ],
)  # fmt: skip
def test_what_a_process_cannot_keep_is_refused_before_anything_changes(value, code):
    case = laid(*TWO)
    before = case.run.save()
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.complete(case.wait("u").token, {"x": value})
    assert (failure.value.code, failure.value.element_id) == (code, "u")
    assert case.run.save() == before


def test_the_state_says_its_format_and_process_and_others_are_refused():
    case = laid(*TWO)
    other = spiff.parse("Q", [spiff.Source("Q", xml(*TWO, key="Q"))])
    with pytest.raises(spiff.RunFailed):
        spiff.load(other, case.run.save(), case.context)
    with pytest.raises(spiff.RunFailed):
        spiff.load(case.definition, case.run.save().replace(b'"format":2', b'"format":9'), case.context)


def test_a_state_can_be_loaded_into_a_newer_drawing_that_still_has_its_places():
    case = laid(*TWO)
    newer = definition(user("u"), user("w"), "start > u > w > end")
    run = spiff.load(newer, case.run.save(), case.context)
    run.complete(run.waits()[0].token, {})
    run.proceed()
    assert run.position() == [("P", "w")]


def test_a_place_that_is_gone_in_the_newer_drawing_is_named():
    with pytest.raises(spiff.RunFailed) as failure:
        spiff.load(definition(user("w"), "start > w > end"), laid(*TWO).run.save(), spiff.Context())
    assert (failure.value.code, failure.value.element_id) == ("element_gone", "u")


def test_a_run_saved_before_it_moved_goes_on_after_loading():
    drawing = definition(*TWO)
    run = spiff.load(drawing, spiff.start(drawing, {"a": 1}, spiff.Context()).save(), spiff.Context())
    run.proceed()
    assert run.position() == [("P", "u")]


def test_saving_and_loading_again_changes_nothing():
    case = laid(
        gateway("parallel", "fork"), user("a"), inside("sub", user("b"), "start > b > end"), user("c", many("items", item="it")),
        "start > fork > a", "fork > sub", "fork > c", data={"items": [1, 2, 3]},
    )  # fmt: skip
    state = case.run.save()
    assert spiff.load(case.definition, state, case.context).save() == state


def test_tokens_are_strings_that_stay_the_same():
    case = laid(*TWO)
    token = case.wait("u").token
    assert len(token) == 32 and int(token, 16)
    case.run = spiff.load(case.definition, case.run.save(), case.context)
    assert case.wait("u").token == token


def test_a_process_of_many_branches_and_a_kilobyte_of_data_stays_under_four_kilobytes():
    nodes = [part for n in range(8) for part in (user(f"u{n}"), service(f"s{n}"))]
    arrows = [f"fork > u{n} > s{n} > join" for n in range(8)]
    case = laid(
        gateway("parallel", "fork"), gateway("parallel", "join"), *nodes, "start > fork", *arrows, data={"facts": "x" * 1000}
    )
    for n in range(8):
        case.do(f"u{n}", **{f"answer{n}": n})
    assert len(case.run.save()) < 4096


def test_one_definition_serves_many_threads():
    drawing = definition(
        gateway("parallel", "fork"), gateway("parallel", "join"), user("a"), user("b", many("items", item="it")),
        script("s", "total = n * 2"),
        "start > fork > a > join > s > end", "fork > b > join",
    )  # fmt: skip
    found = []

    def walk(number):
        case = Desk(drawing, {"items": list(range(3)), "n": number})
        for _each in range(3):
            case.do("b")
        found.append((case.do("a").is_completed, case.data["total"] == number * 2))

    threads = [threading.Thread(target=walk, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(True, True)] * 8


def test_a_step_with_load_and_save_takes_under_two_milliseconds():
    drawing = definition(user("u"), gateway("exclusive", "again"), "start > u > again > u [n < 500]", "again > end")
    context = spiff.Context(now=datetime(2026, 1, 1, tzinfo=UTC))
    run = spiff.start(drawing, {"facts": "x" * 1000}, context)
    run.proceed()
    state, begun = run.save(), time.process_time()
    for n in range(300):
        run = spiff.load(drawing, state, context)
        run.complete(run.waits()[0].token, {"n": n})
        run.proceed()
        state = run.save()
    assert (time.process_time() - begun) / 300 < 0.002


def test_five_hundred_branches_come_together_within_two_seconds():
    branches = [f"u{n}" for n in range(500)]
    drawing = definition(
        gateway("parallel", "fork"), gateway("parallel", "join"), *map(user, branches), "start > fork",
        *[f"fork > {each} > join" for each in branches], "join > end",
    )  # fmt: skip
    run = spiff.start(drawing, {}, spiff.Context())
    run.proceed()
    begun = time.process_time()
    for wait in run.waits():
        run.complete(wait.token, {wait.element_id: 1})
        run.proceed()
    assert time.process_time() - begun < 2
    assert run.is_completed and run.data == dict.fromkeys(branches, 1)


@pytest.mark.parametrize("state", [b"", b"{", b"{}", b'{"format": 99, "process": "P"}', b"\x00"])
def test_a_state_that_cannot_be_read_is_refused_and_nothing_else_breaks(state):
    with pytest.raises(spiff.RunFailed) as failure:
        spiff.load(laid(user("u"), "start > u > end").definition, state, spiff.Context())
    assert failure.value.code == "state_unreadable"


def test_an_operator_may_set_data_in_all_branches_at_once():
    case = laid(
        gateway("parallel", "fork"), gateway("parallel", "join"), user("a"), inside("sub", user("b"), "start > b > end"),
        user("c"),
        "start > fork > a > join > c", "fork > sub > join",
    )  # fmt: skip
    case.run.change({"limit": 5})
    case._go_on().do("b").do("a")
    assert case.wait("c").detail["data"] == {"limit": 5}


def test_an_operator_may_move_the_process_to_another_element():
    case = laid(user("u"), user("v"), inside("sub", user("w"), "start > w > end"), "start > u > v > sub > end", data={"a": 1})
    case.run.move(case.wait("u").token, "sub")
    case._go_on()
    assert case.at == ["w"]
    assert ("cancelled", "u") in case.events
    assert case.do("w").is_completed and case.data == {"a": 1}


@pytest.mark.parametrize("target", ["w", "nowhere", "(start)"])
def test_the_process_cannot_be_moved_across_a_border_or_to_nowhere(target):
    case = laid(user("u"), inside("sub", user("w"), "start > w > end"), "start > u > sub > end")
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.move(case.wait("u").token, target)
    assert failure.value.code == "cannot_move"
