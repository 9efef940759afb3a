"""Numbers of our own: gap-free for each organisation and year, whoever asks at the same moment and whatever is taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from engine.access.models import Body
from engine.cases import numbering
from engine.cases.models import Numbering
from engine.db import db, transaction

pytestmark = pytest.mark.db

AT_ONCE, EACH = 6, 5


class TakenBack(Exception):
    """What the transaction was for failed."""


def at_once(app, act) -> list:
    """Do something in several threads at the same moment."""
    line = Barrier(AT_ONCE)

    def one(person):
        with app.app_context():
            line.wait()
            return [act(person, turn) for turn in range(EACH)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [number for numbers in pool.map(one, range(AT_ONCE)) for number in numbers]


def take(series: str, fails: bool = False) -> int | None:
    """The next number in a transaction of its own, which may be rolled back."""
    try:
        with transaction():
            number = numbering.next_in(series)
            if fails:
                raise TakenBack
            return number
    except TakenBack:
        return None


def test_many_at_once_get_every_number_once_from_the_first_on(app):
    assert sorted(at_once(app, lambda person, turn: take("BJJR 2026"))) == list(range(1, AT_ONCE * EACH + 1))


def test_numbers_that_are_taken_back_leave_no_gap(app):
    given = at_once(app, lambda person, turn: take("BJJR 2026", fails=(person + turn) % 3 == 0))
    kept = sorted(number for number in given if number is not None)
    assert len(kept) < AT_ONCE * EACH
    assert kept == list(range(1, len(kept) + 1))
    assert db.session.get(Numbering, "BJJR 2026").last == len(kept)


def test_each_organisation_and_each_year_counts_for_itself(world):
    with transaction():
        first, other = db.session.get(Body, world.organisation.id), db.session.get(Body, world.other_organisation.id)
        asked = ((first, 2025), (first, 2025), (other, 2025), (first, 2026))
        told = [numbering.organisation_number(body, year) for body, year in asked]
    assert [number[-7:-1] for number in told] == ["000001", "000002", "000001", "000001"]
    assert told[0] == f"（2025）{first.code}调字第000001号"


def test_a_platform_number_is_found_to_be_mistyped():
    number = numbering.platform_number(date(2026, 11, 29))
    assert numbering.is_platform_number(number) and number.startswith("ST20261129")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not numbering.is_platform_number(wrong)


@pytest.mark.db
def test_a_number_that_is_taken_is_not_given_again(case, monkeypatch):
    drawn = iter([case.number, case.number, "ST2026010100000000"])
    monkeypatch.setattr(numbering, "platform_number", lambda day=None: next(drawn))
    assert numbering.new_platform_number() == "ST2026010100000000"
