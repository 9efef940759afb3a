"""Reminders before a term's end, and counting again when a year's calendar comes or is corrected."""

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine import clock, config
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.deadlines import clocks as terms_of
from engine.deadlines import reckoning, yearly
from engine.deadlines.models import Deadline
from engine.oversight import clocks
from engine.workflow import runtime
from engine.workflow.models import Incident, OperationCall, Timer, TraceEntry
from tests import factories
from tests.engine.workflow.spiff.drawing import boundary, timer, user
from tests.published import publish
from workers import calendar

OVER = boundary("over", "work", timer("timeDate", "now()"), properties={"term": "T06"})
NEW_YEAR = {"name": "元旦", "name_en": "New Year", "from": "2027-01-01", "to": "2027-01-04", "statutory": ["2027-01-01"],
            "made_up_on": []}
NOTICE = {"title": "国务院办公厅关于2027年部分节假日安排的通知", "number": "国办发明电〔2026〕0号", "issued": "2026-11-01"}


def file_of(*holidays, year=2027):
    return json.dumps({"year": year, "notice": NOTICE, "holidays": holidays}).encode()


@pytest.fixture
def files(app):
    """Calendars that administrators add, taken away afterwards."""
    yield yearly
    for path in (config.current().data / "calendars").glob("*.json"):
        path.unlink()
    yearly.look()


@pytest.fixture
def mediating(app, case, shipped_folders):
    """A case with two parties in the thirty days that began on 3 December 2026; the shipped process tells people."""
    at(day(12, 3))
    publish(user("work"), OVER, user("late"), "start > work > end", "over > late")
    folder = shipped_folders["reminder"]
    publish(key="reminder", **folder)
    with transaction():
        factories.participant(case, "applicant", "王小明", phone="13800000001")
        factories.participant(case, "respondent", "海东银行", kind="legal", phone="13800000002")
        return runtime.start("P", case.id, {}, by="clerk").id


def at(moment):
    """It is this moment now."""
    clock.move(moment - clock.now())


def day(month, number, hour=10, year=2026):
    return datetime(year, month, number, hour, tzinfo=SHANGHAI)


def term():
    return db.session.scalar(select(Deadline).execution_options(populate_existing=True))


def told(event):
    return db.session.scalars(select(TraceEntry).where(TraceEntry.event == event).order_by(TraceEntry.id)).all()


def sent():
    return [call.inputs for call in db.session.scalars(select(OperationCall).order_by(OperationCall.id))]


def test_a_year_that_is_missing_is_an_incident_until_its_file_is_there(mediating, files):
    calendar.recount()
    asked = db.session.scalar(select(Incident))
    assert (asked.subject, asked.kind, asked.is_open) == ("calendar 2027", "calendar_missing", True)
    assert "2027年节假日安排尚未录入" in term().explanation["zh"]

    files.install(file_of(NEW_YEAR))
    assert calendar.recount() == 1
    assert not db.session.get(Incident, asked.id, populate_existing=True).is_open


def test_the_end_moves_visibly_when_the_years_file_comes_and_everybody_is_told(mediating, files):
    old = term().due_at
    files.install(file_of(NEW_YEAR))
    assert (calendar.recount(), calendar.recount()) == (1, 0)

    row = term()
    assert reckoning.last_day(row.due_at) == date(2027, 1, 5)
    assert row.explanation["zh"].endswith("该日为法定休假日（元旦），顺延至 1月5日（周二）")
    assert db.session.scalar(select(Timer)).due_at == row.due_at
    (entry,) = told("term_recounted")
    old_and_new = {"old": old.isoformat(), "new": row.due_at.isoformat()}
    assert entry.detail == {"term": "T06", **old_and_new, "calendar": yearly.look().sha256}
    (message,) = sent()
    assert message["template"] == "term_moved" and len(message["to"]) == 2
    assert message["values"] == {"term": "诉前调解期限", "old": "1月4日", "d": "1月5日"}


def test_a_corrected_file_of_a_year_that_was_there_moves_ends_too_and_keeps_pauses_and_extensions(mediating, files):
    with transaction():
        terms_of.pause(term().id, "鉴定", day(12, 4))
    with transaction():
        terms_of.resume(term().id, day(12, 6))
        row = term()
        row.extensions = [{"days": 5, "old": "", "new": "", "reason": "", "consents": [], "at": day(12, 7).isoformat()}]
        row.calendar = "another"
    calendar.recount()
    assert reckoning.last_day(term().due_at) == date(2027, 1, 11)
    assert "暂停的2日不计入" in term().explanation["zh"] and "延长5日" in term().explanation["zh"]


def test_an_end_that_people_know_does_not_move_into_the_past_and_the_history_says_so(mediating, files):
    known = reckoning.end_of(date(2027, 1, 20))
    with transaction():
        row = term()
        row.due_at, row.calendar = known, "another"
    at(day(1, 10, year=2027))
    files.install(file_of(NEW_YEAR))
    with transaction():
        moved = clocks.recount(row.id, "system")
    assert moved.is_kept and term().due_at == known

    (entry,) = told("term_recounted")
    assert (entry.detail["kept"], entry.detail["old"], entry.detail["new"]) == (True, known.isoformat(), moved.new.isoformat())
    assert term().explanation["zh"].endswith("按录入后的节假日安排应于 1月5日 届满，该日已过，仍以 1月20日 为届满日")
    assert not terms_of.is_provisional(term()) and clocks.ask_for_calendars() == []
    assert not sent(), "nothing changed for anybody"


def test_an_end_that_stays_is_none_that_moved(mediating, files):
    with transaction():
        row = term()
        row.due_at, row.calendar = reckoning.end_of(date(2027, 1, 20)), "another"
    at(day(1, 10, year=2027))
    assert calendar.recount() == 0 and len(told("term_recounted")) == 1


def test_what_a_file_would_move_is_known_before_it_is_taken_in(mediating, files):
    with transaction(write=False):
        (moved,) = clocks.would_move(file_of(NEW_YEAR))
    assert (moved.term, moved.new - moved.old) == ("T06", timedelta(days=1))
    assert 2027 not in files.files()


@pytest.mark.parametrize("content", [
    b"", b"[]", b'{"year": "2027"}', file_of(), file_of({**NEW_YEAR, "to": "2027-03-03"}), file_of({**NEW_YEAR, "from": "soon"}),
    file_of({**NEW_YEAR, "made_up_on": ["2027-01-04"]}), file_of({**NEW_YEAR, "statutory": ["2027-01-09"]}),
    file_of(NEW_YEAR, year=2030), file_of({**NEW_YEAR, "colour": "red"}),
])
def test_a_file_that_is_no_calendar_is_refused_and_nothing_changes(app, files, content):
    with pytest.raises(yearly.CalendarRefused):
        files.install(content)
    assert sorted(files.files()) == list(range(2021, 2027))


def test_reminders_go_out_once_each_in_the_morning_of_the_days_that_the_table_says(mediating):
    at(day(12, 28, 8))
    assert calendar.remind() == 0
    at(day(12, 28, 9) + timedelta(minutes=1))
    assert (calendar.remind(), calendar.remind()) == (1, 0)
    (message,) = sent()
    assert message["template"] == "term_near" and len(message["to"]) == 2
    assert message["values"] == {"term": "诉前调解期限", "d": "1月4日", "n": "7"}

    at(day(1, 3, 12, 2027))
    assert calendar.remind() == 1, "after a time without workers people hear once how things are, not of each missed day"
    assert [entry.detail["days"] for entry in told("term_reminded")] == [7, 1]


def test_a_reminder_moves_with_its_term_and_none_comes_while_it_stands_still_or_after_it_ended(mediating):
    with transaction():
        terms_of.pause(term().id, "鉴定", day(12, 20))
    at(day(12, 29))
    assert calendar.remind() == 0
    with transaction():
        terms_of.resume(term().id, day(12, 30))
    assert term().remind_at == day(1, 7, 9, 2027)

    with transaction():
        runtime.cancel(mediating, by="Li", reason="withdrawn")
    at(day(1, 11, 12, 2027))
    assert calendar.remind() == 0 and not sent()

