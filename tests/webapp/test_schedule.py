"""Sessions to come, for whoever takes part in them: by day, too close to each other, and as a file that names nobody."""

from datetime import UTC, timedelta

import pytest

from engine import clock
from engine.db import db, transaction
from engine.inbox.workspace import schedule
from engine.mediation import panel, sessions
from tests import factories


@pytest.fixture
def two(world):
    """Two cases of the mediator, the first one the bank's, whose sessions begin half an hour after one another."""
    with transaction():
        first = factories.case(mediator_id=world.mediator.id, institution_id=world.bank.id, title="甲某与京华银行")
        factories.participant(first, name="甲某人")
        factories.participant(first, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
        second = factories.case(mediator_id=world.mediator.id, title="乙某与丙公司")
        at = clock.now() + timedelta(days=2)
        sessions.plan(first, at, "on_site", "调解中心；一号,室")
        sessions.plan(second, at + timedelta(minutes=30), "video")
        sessions.plan(factories.case(mediator_id=world.other_mediator.id), at, "video")
        return first.number, second.number


def test_each_sees_their_own_sessions_and_which_are_too_close(browser, two):
    first, second = two
    page = browser("mediator").text("/schedule/")
    assert page.count('class="session"') == 2 and page.count("时间过近") == 2
    page = browser("handler").text("/schedule/")
    assert first in page and second not in page and "时间过近" not in page
    for name in ("coordinator", "clerk", "judge", "admin"):
        assert browser(name).get("/schedule/").status_code == 403, name


def test_the_window_moves_and_an_odd_day_is_today(browser, two):
    mediator = browser("mediator")
    later = (clock.today() + timedelta(days=3)).isoformat()
    assert two[0] not in mediator.text(f"/schedule/?from={later}") and "没有安排" in mediator.text(f"/schedule/?from={later}")
    assert two[0] in mediator.text("/schedule/?from=soon") and two[0] in mediator.text("/schedule/?from=1")


def test_the_file_says_when_and_where_and_names_nobody(browser, two):
    told = browser("mediator").get("/schedule/calendar.ics")
    text = told.get_data(as_text=True)
    assert told.mimetype == "text/calendar" and "attachment" in told.headers["Content-Disposition"]
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 2 and max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert any(two[0] in line for line in lines) and "LOCATION:调解中心；一号\\,室" in lines
    assert "甲某" not in text and "京华" not in text


def test_who_sits_beside_the_chair_sees_the_session(world, two):
    with transaction():
        case = db.session.query(factories.Case).filter_by(number=two[1]).one()
        factories.participant(case, side="neutral", role=panel.ROLE, name="旁听", user_id=world.other_mediator.id)
    with transaction(write=False):
        found = schedule.of(world.actor("other_mediator"), clock.today())
        assert two[1] in [one.case.number for one in found] and len(found) == 2


def test_a_session_at_separate_times_stays_until_it_is_over_and_is_in_nobodys_way(browser, world, two):
    with transaction():
        case = factories.case(mediator_id=world.mediator.id)
        at = clock.now() + timedelta(days=2)
        sessions.plan(case, at, "separate", "法院一楼", days_open=5)
    mediator, later = browser("mediator"), (clock.today() + timedelta(days=4)).isoformat()
    page = mediator.text(f"/schedule/?from={later}")
    assert case.number in page and two[0] not in page and "法院一楼" not in page
    assert mediator.text("/schedule/").count("时间过近") == 2
    told = mediator.get(f"/schedule/calendar.ics?from={later}").get_data(as_text=True)
    assert f"DTEND:{(at + timedelta(days=5)).astimezone(UTC):%Y%m%dT%H%M%SZ}" in told and "LOCATION" not in told


def test_what_is_under_way_stands_today_and_in_no_later_window(browser, world, two):
    with transaction():
        case = factories.case(mediator_id=world.mediator.id)
        begun = sessions.plan(case, clock.now() - timedelta(days=1), "video")
        begun.status = "open"
    mediator = browser("mediator")
    page = mediator.text("/schedule/")
    days = [f'id="day-{clock.today() - timedelta(days=ago)}"' in page for ago in (0, 1)]
    assert case.number in page and days == [True, False]
    assert case.number not in mediator.text(f"/schedule/?from={clock.today() + timedelta(days=1)}")
