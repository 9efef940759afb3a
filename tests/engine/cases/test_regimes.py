"""The regime of a case: by channel and date, and what it selects."""

from datetime import date

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import SYSTEM
from engine.access.models import Body
from engine.cases import court_numbers, regimes
from engine.cases.models import Case
from engine.cases.surroundings import term_for
from engine.courts import series
from engine.db import db, transaction
from engine.deadlines import clocks, due_at, terms
from engine.deadlines.models import Deadline
from engine.errors import Invalid
from engine.mediation import published
from engine.workflow import runtime
from tests import factories
from tests.engine.workflow.spiff.drawing import boundary, timer, user
from tests.published import publish

pytestmark = pytest.mark.db


@pytest.mark.parametrize("channel, day, docketed, setting, regime", [
    ("court", "2024-12-31", False, "", "A"),  # Filing-2025 is in force from 1 January 2025
    ("court", "2025-01-01", True, "", "B"),
    ("court", "2023-05-04", True, "", "B"),  # Invited-Mediation 2016 Art. 11: entrusted after docketing
    ("court", "2025-03-01", False, "A", "A"),
    ("court", "2026-03-01", True, "B", "B"),
    ("party", "2026-03-01", False, "", "C"),
    ("institution", "2019-03-01", False, "", "C"),
])
def test_channel_and_date_choose_the_regime(channel, day, docketed, setting, regime):
    assert regimes.choose(channel, date.fromisoformat(day), docketed, setting).code == regime


@pytest.mark.parametrize("day, docketed, setting, refusal", [
    ("2025-01-01", False, "", regimes.DocketingRequired),
    ("2024-11-05", False, "B", regimes.DocketingRequired),
    ("2025-03-01", True, "A", regimes.DocketedNotTaken),
    ("2016-06-30", True, "", regimes.DocketedNotTaken),
])
def test_what_no_row_of_the_table_takes_is_refused(day, docketed, setting, refusal):
    with pytest.raises(refusal):
        regimes.choose("court", date.fromisoformat(day), docketed, setting)


@pytest.mark.parametrize("regime, procedure, term, days, cap", [
    ("A", "", "T06", 30, None),  # Online-Med 24: no statutory cap
    ("B", "ordinary", "T07", 15, 30),  # Online-Med 24; Filing-2025 item 3
    ("B", "simplified", "T08", 7, 30),
    ("C", "", "T06C", 30, None),
])
def test_the_regime_selects_the_term_and_the_cap_on_its_extension(regime, procedure, term, days, cap):
    found = terms.get(regimes.get(regime).term(procedure))
    assert (found.id, found.length, found.extension.cap_on(date(2025, 1, 1))) == (term, days, cap)
    assert found.extension.cap_on(date(2024, 12, 31)) is None


def test_every_regime_has_its_words_in_both_languages_and_its_source():
    for regime in regimes.every().values():
        for name in ("title", "referral", "mediation", "letter", "success", "failure"):
            assert regime.say(name).zh and regime.say(name).en
    assert all(entry.source in ("P", "S", "unverified", "design") and entry.basis.zh for entry in regimes.entries())
    assert regimes.get("B").say("failure", during_trial=True).zh == "恢复审理"
    assert regimes.get("B").say("letter", during_trial=True).zh == "委托调解函"


@pytest.mark.parametrize("use, regime, year, code", [
    ("referral", "A", 2024, "诉前调"), ("referral", "B", 2025, "民初"), ("confirmation", "A", 2021, "民特"),
    ("confirmation", "A", 2022, "诉前调确"), ("confirmation", "C", 2026, "民特"), ("letter", "A", 2021, "民初"),
    ("letter", "A", 2022, "诉前调书"), ("letter", "A", 2024, "诉前调书"), ("docketing", "A", 2026, "民初"),
    ("payment_order", "B", 2025, "民督"),
])
def test_series_of_court_numbers_go_by_use_regime_and_year(use, regime, year, code):
    assert regimes.series_for(use, regime, year)[0] == code


def test_no_case_is_numbered_in_the_pre_filing_series_after_2024():
    assert regimes.series_for("referral", "A", 2025) == []


@pytest.mark.parametrize("day, code", [
    (date(2021, 12, 31), "民初"), (date(2022, 1, 1), "诉前调书"), (date(2024, 12, 31), "诉前调书")])
def test_a_mediation_letter_before_docketing_is_numbered_by_its_day(day, code):
    assert series.of("letter", "A", "沪0115", day) == code
    assert court_numbers.parse(f"（{day.year}）沪0115{code}7号").court == "沪0115"


def test_no_mediation_letter_is_numbered_before_docketing_since_2025_and_the_years_are_told():
    with pytest.raises(series.NoSeries) as refused:
        series.of("letter", "A", "沪0115", date(2025, 1, 1))
    assert refused.value.details["known"] == "民初 2016–2021、诉前调书 2022–2024"


def test_a_court_may_have_a_series_of_its_own(monkeypatch):
    own = regimes.Series("confirmation", "B", "诉前调确", "design", 2025, 9999, "沪0115")
    rows = (*regimes.all_series(), own)
    monkeypatch.setattr(regimes, "all_series", lambda: rows)
    assert regimes.series_for("confirmation", "B", 2025, "沪0115") == ["诉前调确", "民特"]
    assert regimes.series_for("confirmation", "B", 2025, "京0102") == ["民特"]


@pytest.fixture
def organisation(world):
    return db.session.get(Body, world.organisation.id)


def timed_case(organisation, **changes):
    """A case whose process has one mediation term; the term that runs."""
    publish(user("mediate"), boundary("term_over", "mediate", timer("timeDate", 'term("mediation")'),
                                      properties={"term": "mediation"}), "start > mediate > end", key="termed")
    with transaction():
        case = factories.case(organisation_id=organisation.id, accepted_at=clock.now(), **changes)
        runtime.start("termed", case.id, {}, by="test")
    return db.session.scalar(select(Deadline).where(Deadline.case_id == case.id))


@pytest.mark.parametrize("regime, procedure, term", [("A", "", "T06"), ("B", "ordinary", "T07"), ("B", "simplified", "T08"),
                                                     ("C", "", "T06C")])
def test_the_mediation_term_of_a_diagram_is_the_one_of_the_case(organisation, regime, procedure, term):
    row = timed_case(organisation, regime=regime, procedure=procedure)
    assert row.term == term and row.due_at == due_at(term, row.starts_at)


def test_an_organisations_published_term_holds_for_its_own_intake(organisation):
    with transaction():
        published.publish_term(SYSTEM, "BJJR", 45, "调解规则第十二条", date(2020, 1, 1))
    row = timed_case(organisation, regime="C")
    assert row.due_at == due_at("T06C", row.starts_at, 45)
    assert clocks.running(row.case_id, "T06C").id == row.id


def test_a_published_term_holds_only_from_its_day_on_and_not_for_courts(organisation):
    with transaction():
        published.publish_term(SYSTEM, "BJJR", 45, "调解规则第十二条", date(2999, 1, 1))
        case = factories.case(organisation_id=organisation.id, regime="C", accepted_at=clock.now())
        referred = factories.case(organisation_id=organisation.id, regime="A", accepted_at=clock.now())
    assert term_for(case.id, "mediation") == ("T06C", None)
    assert term_for(referred.id, "mediation") == ("T06", None)
    assert term_for(referred.id, "T04") == ("T04", None)


@pytest.mark.parametrize("days, rules", [(0, "规则"), (366, "规则"), (30, " "), (30, "规" * 201)])
def test_a_published_term_outside_reason_is_refused(organisation, days, rules):
    with pytest.raises(Invalid), transaction():
        published.publish_term(SYSTEM, "BJJR", days, rules, date(2026, 1, 1))
    with pytest.raises(published.OrganisationUnknown), transaction():
        published.publish_term(SYSTEM, "沪0115", 30, "规则", date(2026, 1, 1))


def test_cases_keep_their_docket(world):
    with transaction():
        case = factories.case(regime="B", docketed_on=date(2025, 2, 3), procedure="simplified", court_judge="法官甲",
                              during_trial=True)
    db.session.expire_all()
    kept = db.session.get(Case, case.id)
    assert (kept.docketed_on, kept.procedure) == (date(2025, 2, 3), "simplified")
    assert (kept.court_judge, kept.during_trial) == ("法官甲", True)
