"""Every number of the page, reckoned again from the rows."""

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import mean, median

import pytest
from sqlalchemy import select

from engine.cases.models import Case
from engine.cases.outcomes import OUTCOMES
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from tests import factories

PERIOD = "since=2025-01-01&until=2025-06-30"
BEGIN, END = datetime(2025, 1, 1, tzinfo=SHANGHAI), datetime(2025, 7, 1, tzinfo=SHANGHAI)


@pytest.fixture
def cases(world):
    """Sixty cases of two organisations around a half-year, the same each time."""
    dice = random.Random(7)
    with transaction():
        for _number in range(60):
            received = datetime(2024, 12, 20, 16, 30, tzinfo=UTC) + timedelta(days=dice.randrange(200), hours=dice.randrange(24))
            accepted = received + timedelta(days=dice.randrange(4)) if dice.random() < 0.9 else None
            concluded = accepted + timedelta(days=dice.randrange(1, 40), hours=3) if accepted and dice.random() < 0.8 else None
            court, cause = dice.choice([world.court, world.other_court]), dice.choice(["信用卡纠纷", "借款合同纠纷"])
            case = factories.case(
                regime="A", court_id=court.id, cause=cause,
                organisation_id=dice.choice([world.organisation, world.other_organisation]).id, received_at=received,
                accepted_at=accepted, concluded_at=concluded, amount=Decimal(dice.randrange(100, 900000)) / 100,
                outcome=dice.choice(["O01", "O02", "O05", "O08", "O09", "O11", "O12"]) if concluded else "",
                settled_amount=Decimal(dice.randrange(100, 90000)) / 100 if concluded and dice.random() < 0.5 else None)
            if dice.random() < 0.3:
                ended = received + timedelta(days=5)
                db.session.add(Deadline(case_id=case.id, term="T04", starts_at=received, due_at=ended, ended_at=ended,
                                        status="missed"))


def numbers(browser, who, by="month", period=PERIOD) -> dict[str, list[str]]:
    """The CSV as {group: row}."""
    answer = browser(who).get(f"/statistics/numbers.csv?by={by}&{period}")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    return {row[0]: row[1:] for row in rows[1:]}


def reckon(cases: list[Case], deadlines: list[Deadline]) -> list[str]:
    """The same row from the rows of the register, said another way."""
    def within(moment):
        return moment is not None and BEGIN <= moment < END
    received = [case for case in cases if within(case.received_at)]
    concluded = [case for case in cases if within(case.concluded_at)]
    joined = [case for case in concluded if case.outcome in ("O01", "O02", "O05", "O11", "O12")]
    good = [case for case in concluded if case.outcome in ("O01", "O02", "O05")]
    days = [(case.concluded_at - case.accepted_at).total_seconds() / 86400 for case in concluded if case.accepted_at]
    return [
        str(len(received)), str(sum(within(case.accepted_at) for case in cases)), str(len(concluded)), str(len(good)),
        f"{len(good) / len(joined):.4f}" if joined else "", f"{len(good) / len(concluded):.4f}" if concluded else "",
        str(sum((case.amount for case in received), Decimal(0))),
        str(sum((case.settled_amount or 0 for case in concluded), Decimal(0))),
        f"{mean(days):.4f}" if days else "", f"{median(days):.4f}" if days else "",
        str(sum(within(row.ended_at) for row in deadlines)),
    ]


def rows_of(**columns):
    cases = list(db.session.scalars(select(Case).filter_by(**columns)))
    ids = {case.id for case in cases}
    return cases, [row for row in db.session.scalars(select(Deadline)) if row.case_id in ids]


def test_the_organisations_numbers_equal_its_rows(browser, world, cases):
    assert numbers(browser, "coordinator")["全部"] == reckon(*rows_of(organisation_id=world.organisation.id))


def test_the_courts_numbers_equal_its_rows_by_organisation(browser, world, cases):
    found = numbers(browser, "clerk", by="organisation")

    for body in (world.organisation, world.other_organisation):
        assert found[body.name] == reckon(*rows_of(court_id=world.court.id, organisation_id=body.id))
    assert found["全部"] == reckon(*rows_of(court_id=world.court.id))


def test_numbers_by_cause_and_court_equal_their_rows(browser, world, cases):
    own = {"organisation_id": world.organisation.id}

    assert numbers(browser, "coordinator", by="cause")["信用卡纠纷"] == reckon(*rows_of(cause="信用卡纠纷", **own))
    assert numbers(browser, "coordinator", by="court")[world.court.name] == reckon(*rows_of(court_id=world.court.id, **own))


def test_months_are_shanghais_and_add_up(browser, world, cases):
    found = numbers(browser, "coordinator")
    own = [case for case in rows_of(organisation_id=world.organisation.id)[0]]
    in_march = [case for case in own if case.received_at.astimezone(SHANGHAI).strftime("%Y-%m") == "2025-03"]

    assert int(found["2025-03"][0]) == len(in_march)
    for column in (0, 1, 2, 3, 10):
        assert sum(int(row[column]) for name, row in found.items() if name != "全部") == int(found["全部"][column])


def test_the_page_shows_the_same_numbers_as_table_and_chart(browser, world, cases):
    page, found = browser("coordinator").text(f"/statistics/?{PERIOD}"), numbers(browser, "coordinator")

    assert f'text-end">{found["2025-03"][0]}</td>' in page and "<svg class=\"chart\"" in page
    assert page.count('class="bar-received"') == len(found) - 1


def test_an_institution_counts_only_its_own(browser, world, cases):
    assert numbers(browser, "handler")["全部"][0] == "0"


def test_the_regulator_never_sees_one_to_four(browser, world, cases):
    for by in ("organisation", "court", "cause", "month"):
        for row in numbers(browser, "regulator", by=by).values():
            assert not any(value in ("1", "2", "3", "4") for value in row[:4] + row[10:])


def test_a_single_hidden_number_cannot_be_worked_out(browser, world, cases):
    with transaction():
        for case in db.session.scalars(select(Case).where(Case.cause == "信用卡纠纷").offset(2)):
            case.cause = "借款合同纠纷"

    found = numbers(browser, "regulator", by="cause")

    assert found["信用卡纠纷"][0] == "<5" and found["借款合同纠纷"][0] == "<5"


def test_the_regulator_gets_whole_months(browser, cases):
    page = browser("regulator").text("/statistics/?since=2025-03-10&until=2025-03-11")

    assert "2025年3月1日 – 2025年3月31日" in page


def test_a_name_is_no_formula(browser, world):
    with transaction():
        factories.case(organisation_id=world.organisation.id, cause="=HYPERLINK(\"http://evil\")")

    found = numbers(browser, "coordinator", by="cause", period="")

    assert "'=HYPERLINK(\"http://evil\")" in found


def test_nonsense_periods_are_refused_in_words(browser):
    coordinator = browser("coordinator")

    assert coordinator.get("/statistics/?since=2025-02-01&until=2025-01-01").status_code == 422
    assert coordinator.get("/statistics/?since=1900-01-01&until=2200-12-31").status_code == 422
    assert coordinator.get("/statistics/?since=x&until=2025-13-01&by='").status_code == 200


@pytest.mark.parametrize("who", ["mediator", "judge", "designer", "admin"])
def test_statistics_are_for_those_who_may(browser, who):
    assert browser(who).get("/statistics/").status_code == 403
    assert browser(who).get("/statistics/numbers.csv").status_code == 403


def test_every_outcome_counts_somewhere():
    from engine.cases.statistics import NOT_TAKEN_PART

    assert set(OUTCOMES) >= NOT_TAKEN_PART
