"""The page and the API of a docketed case: regime, docket, how the court ended it, what was asked at intake."""

import pytest

from engine import clock
from engine.cases import intake
from engine.cases.models import Case
from engine.courts import docketed
from engine.db import locked, transaction
from tests import personas
from tests.journeys.walking import Walk


@pytest.fixture
def walk(world, shipped):
    details = {"overdue_days": 30, "principal": "12000.00", "known_on": "2024-12-02"}
    with transaction():
        case = intake.accept(world.actor("court_system"), personas.docketed(details=details))
    walk = Walk(world, case)
    walk.work()
    return walk


def test_the_case_page_says_regime_docket_and_ending_in_both_languages(browser, walk):
    with transaction():
        docketed.end(locked(Case, walk.case_id), "mediation_letter", "沈秋白", in_force_at=clock.now())
    page = browser("coordinator").text(f"/cases/{walk.case.number}")
    for words in ("立案后委托调解", "先行调解", "普通程序", "转入审理", "沈秋白", "民事调解书", "生效", "50.00",
                  "逾期天数", "本金", "2027年12月2日"):
        assert words in page, words
    english = browser("coordinator").text(f"/cases/{walk.case.number}?lang=en")
    for words in ("Entrusted after docketing", "ordinary procedure", "on to trial",
                  "Mediation letter of the court", "Days overdue"):
        assert words in english, words


def test_statistics_count_by_regime(browser, walk):
    page = browser("coordinator").text("/statistics/?by=regime")
    assert "立案后委托调解" in page and "办理方式" in page
