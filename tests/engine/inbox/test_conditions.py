"""A list is narrowed by any field of the case, also by what was asked at intake, which lies encrypted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock
from engine.access import policy
from engine.access.actor import Actor
from engine.access.models import Role
from engine.cases import listed
from engine.cases.listed import CaseAnswer
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.inbox.lists import asked, conditions, pages, walking
from engine.inbox.lists.asked import Asked
from tests import factories
from tests.engine.inbox.test_lists import SORTS, VIEWS, Desk, desk, walk  # noqa: F401

# ruff: noqa: F811

LOAN = {
    "overdue_days": 95, "principal": "50000.00", "credit_record_effect": True, "sales_channel": "online", "product": "京华 卡",
    "event_on": "2026-03-09", "vulnerable": ["elderly", "hearing"], "police_at": "2026-03-10T08:30+08:00"}


def test_a_list_is_narrowed_by_more_of_the_register(desk):
    who = factories.user("林调解", Role.MEDIATOR, desk.body)
    here = desk.task(category="credit_card", region="310115", mediator_id=who.id, claimant="business")
    there = desk.task(category="mortgage", region="320100", received_at=clock.now() - timedelta(days=40))
    assert desk.list(category="credit_card,payment") == desk.list(region="3101") == desk.list(region="上海") == [here]
    assert desk.list(mediator="林") == desk.list(claimant="business") == [here]
    assert desk.list(region="32") == desk.list(mediator="nobody") == desk.list(claimant="consumer") == [there]
    month = str(clock.today() - timedelta(days=30))
    assert desk.list(received_from=month) == [here] and desk.list(received_to=month) == [there]


MORE = {
    "court_number": "（2024）沪0115诉前调7号", "organisation_number": "京调2026-0007", "channel": "institution",
    "sector": "insurance",
    "procedure": "simplified", "court_judge": "周法官", "during_trial": True, "confirmation": "applied", "outcome": "O02",
    "filed_on": date(2026, 3, 2), "docketed_on": date(2026, 3, 9), "settled_amount": Decimal("800.00"),
    "accepted_at": datetime(2026, 3, 3, 16, 30, tzinfo=UTC), "concluded_at": datetime(2026, 4, 1, tzinfo=UTC)}


@pytest.mark.parametrize("told", [
    {"court_number": "(2024)沪0115"}, {"organisation_number": "京调2026"}, {"channel": "institution"},
    {"sector": "insurance"}, {"procedure": "simplified"}, {"judge": "周法官"}, {"trial": "yes"}, {"confirmation": "applied"},
    {"outcome": "O02"}, {"filed_from": "2026-03-02", "filed_to": "2026-03-02"}, {"docketed_from": "2026-03-09"},
    {"docketed_to": "2026-03-09"}, {"settled_from": "800", "settled_to": "800"}, {"concluded_from": "2026-04-01"},
    {"accepted_from": "2026-03-04", "accepted_to": "2026-03-04"}])
def test_a_list_is_narrowed_by_every_other_field_of_the_case(desk, told):
    found = desk.task(**MORE)
    desk.task()
    desk.task(has_case=False)
    assert desk.list(**told) == [found]


def test_every_field_of_the_case_that_is_not_its_text_can_be_asked_for():
    elsewhere = {"id", "revision", "number", "title", "claims", "statement", "details",  # searched for, or answers of intake
                 "cause_code", "cause_list",  # the cause takes either
                 "closed_at", "archived_at", "taken_out_at"}  # a closed case has no open task
    named = {"court_judge": "judge", "during_trial": "trial", "settled_amount": "settled_from", "amount": "amount_from"}
    ends = {"_id": "", "_on": "_from", "_at": "_from"}
    for name in {column.name for column in Case.__table__.columns} - elsewhere:
        told = named.get(name) or next((name.removesuffix(end) + new for end, new in ends.items() if name.endswith(end)), name)
        assert told in conditions.every(), name


@pytest.mark.parametrize("told", [
    {"overdue_days": "95"}, {"overdue_days": "９５"}, {"overdue_days.from": "90", "overdue_days.to": "95"}, {"principal": "5万"},
    {"principal.from": "50,000"}, {"credit_record_effect": "true"}, {"sales_channel": "online"}, {"sales_channel": "线上"},
    {"product": "京华卡"}, {"event_on": "2026-03-09"}, {"event_on.from": "2026-03-09", "event_on.to": "2026-03-09"},
    {"vulnerable": "elderly"}, {"vulnerable": "hearing", "sales_channel": "online"}, {"police_at": "2026-03-10"}])
def test_a_list_is_narrowed_by_what_was_asked_at_intake(desk, told):
    found = desk.task(details=LOAN)
    desk.task(details={"overdue_days": 9, "principal": "10.00", "credit_record_effect": False, "sales_channel": "branch",
                       "product": "其他", "event_on": "2026-01-01", "vulnerable": ["sight"]})
    desk.task(has_case=False)
    assert desk.list(**{f"answer.{name}": text for name, text in told.items()}) == [found]


@pytest.mark.parametrize("told", [
    {"answer.overdue_days": "many"}, {"answer.overdue_days.from": "x"}, {"answer.event_on": "yesterday"}, {"region": "99"},
    {"answer.credit_record_effect": "perhaps"}, {"answer.sales_channel": "pigeon"}, {"answer.product": "　"},
    {"category": "love"}, {"sector": "love"}, {"trial": "perhaps"}, {"filed_from": "soon"}, {"settled_to": "-1"},
    {"answer.event_on.to": "0001-01-01"}, {"answer.principal": "1e99"}, {"received_from": "2026-13-01"}, {"region": "3"},
    {"columns": "answer.secret"}, {"columns": ",".join(asked.columns()[:13])}])
def test_what_makes_no_sense_is_named(desk, told):
    if told == {"answer.product": "　"}:
        assert asked.read(told, VIEWS, SORTS, Actor.of_user(desk.users[0])).conditions == {}
        return
    with pytest.raises(Invalid) as refused:
        desk.list(**told)
    assert [each["pointer"] for each in refused.value.problems] == list(told)


def test_health_and_names_are_found_only_whole_and_never_in_a_range(desk):
    found = desk.task(details={"disability_grade": 7, "insured": "王小明"})
    assert desk.list(**{"answer.disability_grade": "7"}) == desk.list(**{"answer.insured": "王小明"}) == [found]
    assert desk.list(**{"answer.insured": "王"}) == []
    assert "answer.disability_grade.from" not in conditions.every()
    assert db.session.scalars(select(CaseAnswer.place)).all() == [None, None]


def test_the_rows_follow_the_details_and_say_nothing_readable(desk):
    desk.task(details=LOAN)
    case = db.session.scalars(select(Case)).one()
    kept = {row.id: row.name for row in case.answers}
    case.details = {**LOAN, "overdue_days": 200}
    db.session.flush()
    rows = db.session.scalars(select(CaseAnswer)).all()
    assert len(rows) == 9 and len([row for row in rows if row.id in kept]) == 8
    assert desk.list(**{"answer.overdue_days": "95"}) == [] and len(desk.list(**{"answer.overdue_days.from": "96"})) == 1
    assert all(len(row.blind) == 32 and "京华" not in row.blind for row in rows)
    assert {row.name: row.place for row in rows if row.place is not None} == {
        "overdue_days": Decimal(200), "principal": Decimal(50_000), "event_on": Decimal(20_260_309)}


def test_what_a_courts_system_wrote_in_its_own_way_is_passed_over(desk):
    desk.task(details={"overdue_days": "unknown", "principal": None, "event_on": 7, "vulnerable": [{}], "own_field": "x"})
    assert db.session.scalars(select(CaseAnswer)).all() == []


def test_nobody_finds_by_an_answer_what_is_not_theirs_to_read(desk, monkeypatch):
    other = factories.body(name="外地中心")
    desk.task(body=other, details=LOAN)
    found = desk.task(details=LOAN)
    assert desk.list(**{"answer.overdue_days": "95"}) == [found]
    monkeypatch.setattr(policy, "OFFICE_AUDIENCE", policy.OFFICE_AUDIENCE - {listed.ASKED_FOR})
    assert desk.list() == [found] and desk.list(**{"answer.overdue_days": "95"}) == []


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
@pytest.mark.parametrize(("few", "looked_at"), [(0, 2), (0, 3), (2, 3), (50, 3)])
def test_however_far_each_look_goes_every_task_is_found_once_there_and_back(desk, monkeypatch, sort, few, looked_at):
    monkeypatch.setattr(walking, "FEW", few)
    monkeypatch.setattr(walking, "LOOKED_AT", looked_at)
    monkeypatch.setattr(walking, "AT_FIRST", 1)
    mine, details = desk.users[0], {"overdue_days": 95}
    for place in range(9):
        desk.task(None if place % 4 == 3 else place, mine if place % 3 == 0 else None, has_case=place != 5,
                  **({} if place == 5 else {"amount": Decimal(place % 3), "details": details if place % 2 else {}}))
    actor = Actor.of_user(mine)
    wanted = Asked("team", conditions={"answer.overdue_days": "95"}, sort=sort)
    whole = pages.ids(actor, wanted)
    assert len(whole) == 3
    for limit in (1, 2, 50):
        assert walk(actor, wanted, limit) == (whole, whole), limit
    assert pages.count(actor, wanted) in (3, None)


def test_a_long_list_is_not_looked_through_for_a_number(desk, monkeypatch):
    monkeypatch.setattr(walking, "FEW", 0)
    monkeypatch.setattr(walking, "LOOKED_AT", 2)
    for _n in range(3):
        desk.task(stage="consent")
    actor = Actor.of_user(desk.users[0])
    assert pages.count(actor, Asked("team", conditions={"stage": "consent"})) is None
    assert pages.count(actor, Asked("team")) == 3 and pages.count(actor, Asked("mine", conditions={"stage": "consent"})) == 0
