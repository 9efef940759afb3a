"""Times and cycles in every way ISO 8601 writes them."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.workflow import spiff
from engine.workflow.spiff import timers
from tests.engine.workflow.spiff.drawing import NOON, boundary, catch, laid, script, timer, user, xml

DAY = timedelta(days=1)


def times_of(text, most=10):
    """When a cycle comes, told each time as soon as it is due."""
    kept, found = timers.first_of_cycle(text, NOON), []
    while len(found) < most:
        found.append(kept["due"])
        if not timers.advance(kept, kept["due"]):
            break
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R3/P1D", [NOON + n * DAY for n in (1, 2, 3)]),
        ("R2/2026-04-01T00:00:00Z/P1D", [datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)]),
        ("R/P1D/2026-03-05T04:00:00Z", [NOON + n * DAY for n in (1, 2, 3)]),
        ("R2/P1D/2026-03-30", [NOON + DAY, NOON + 2 * DAY]),
        ("R2/2026-04-01T00:00:00Z/2026-04-01T06:00:00Z", [datetime(2026, 4, 1, hour, tzinfo=UTC) for hour in (0, 6)]),
        ("R1/2026-03-31/P1M", [datetime(2026, 3, 30, 16, tzinfo=UTC)]),  # the day begins in Shanghai
    ],
)
def test_a_cycle_may_say_when_it_begins_and_when_it_ends(text, expected):
    assert times_of(text) == expected


def test_times_that_passed_before_it_was_drawn_count_and_are_not_made_up_for():
    assert times_of("R5/2026-02-28T04:00:00Z/P1D") == [NOON + DAY, NOON + 2 * DAY]


def test_a_cycle_for_ever_goes_on_for_ever():
    assert len(times_of("R/PT1M", most=50)) == 50


@pytest.mark.parametrize("text", ["PT1.5S", "PT1,5S", "PT0.25S", "PT90.000001S"])
def test_seconds_may_have_fractions(text):
    after = timedelta(seconds=float(text[2:-1].replace(",", ".")))
    case = laid(catch("c", timer("timeDuration", text)), "start > c > end")
    assert case.wait("c").detail["due_at"] == NOON + after


@pytest.mark.parametrize(
    "text",
    ["R3/", "R/PT59S", "R0/P1D", "R1001/P1D", "R/P1D/2020-01-01", "R/2026-04-02/2026-04-01", "R3/P1D/P1D/P1D",
     "R/2026-99-01/P1D"],
)  # fmt: skip
def test_a_cycle_nobody_can_use_is_refused_when_checked(text):
    drawing = (user("u"), boundary("b", "u", timer("timeCycle", text), interrupting=False), "start > u > end", "b > end")
    assert "timer_unreadable" in {each.code for each in spiff.check([spiff.Source("P", xml(*drawing))])}


@pytest.mark.parametrize("interrupting", [True, False])
def test_at_a_boundary_the_first_time_is_waited_for_and_only_beside_it_comes_again(interrupting):
    case = laid(user("u"), boundary("b", "u", timer("timeCycle", "R3/P1D"), interrupting), script("s", "n = 1"), user("v"),
                "start > u > end", "b > s > v > end")  # fmt: skip
    assert case.wait("b").detail["due_at"] == NOON + DAY
    assert case.do("b").at == (["v"] if interrupting else ["b", "u", "v"])


def test_a_cycle_that_is_passed_through_is_its_first_time():
    assert laid(catch("c", timer("timeCycle", "R3/P1D")), user("v"), "start > c > v").do("c").at == ["v"]


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("*/5 * * * *", "R/PT5M"), ("0 * * * *", "R/PT1H"), ("0 0/5 * * * ?", "R/PT5M"), ("0 9 * * *", "R/P1D"),
        ("0 0 9 * * ?", "R/P1D"), ("0 9 * * MON", "R/P7D"), ("0 9 1 * *", "R/P1M"), ("0 0 9 1 1 ? 2030", "R/P1Y"),
    ],
)  # fmt: skip
def test_a_cron_text_is_refused_with_a_proposal(text, proposal):
    drawing = (user("u"), boundary("b", "u", timer("timeCycle", text), interrupting=False), "start > u > end", "b > end")
    (finding,) = [each for each in spiff.check([spiff.Source("P", xml(*drawing))]) if each.is_error]
    assert (finding.code, finding.element_id, finding.values["proposal"]) == ("cron_not_iso", "b", proposal)


@pytest.mark.parametrize(("said", "whose"), [
    ("party[&quot;id&quot;]", {"whose": 7}), ("mine", {"whose": 9}), ("nobodys", {}), ("str(mine)", {}),
])
def test_a_timer_says_whose_term_it_is_by_an_expression_or_a_name(said, whose):
    wait = catch("c", timer("timeDuration", "P7D"), properties={"whose": said})
    case = laid(script("s", "party = {\"id\": 7}\nmine = 9"), wait, "start > s > c > end")
    detail = case.wait("c").detail
    assert {key: detail[key] for key in ("whose",) if key in detail} == whose
