"""Every shipped process: nothing to find fault with, every scenario walks, every end of a case is reached."""

import json
from functools import cache

import pytest

from engine.processes import checks, coverage, scenarios
from tests.workbench import shipped

REFERRED = {f"O{number:02}" for number in range(1, 22)}
OWN = REFERRED - {"O14", "O15", "O17", "O18", "O20", "O21"} | {"O22"}  # O20 and O21 are shown by `handling`, which both call
ENTRUSTED = REFERRED - {"O04", "O18"}  # small-dispute opinions and returns to the filing desk are of other regimes (DOMAIN 1.5)
WALKS = [(key, scenario.name) for key, files in shipped().items() for scenario in scenarios.of(files)]


@pytest.mark.parametrize("key", shipped())
def test_nothing_is_wrong_with_a_shipped_process_and_nothing_lacks_english_or_shape(key):
    assert [f"{found.file}#{found.element_id}: {found.text}" for found in checks.check(key, shipped())] == []


@pytest.mark.parametrize("key", shipped())
def test_every_english_name_is_the_name_of_something_drawn(key):
    drawn = "".join(text for path, text in shipped()[key].items() if path.endswith((".bpmn", ".dmn")))
    named = json.loads(shipped()[key]["locale/en.json"])
    assert [each for each in named if each != key and f'id="{each}"' not in drawn] == []


@cache
def walked(key, name):
    """How a scenario goes; each is walked once for all tests here."""
    scenario = next(each for each in scenarios.of(shipped()[key]) if each.name == name)
    return scenarios.run(key, shipped(), scenario)


def walked_through(key):
    return [walked(each, name) for each, name in WALKS if each == key]


@pytest.mark.parametrize(("key", "name"), WALKS)
def test_scenario(key, name):
    report = walked(key, name)
    assert report.passed, f"step {report.step}: {report.why}"


def test_scenarios_of_referrals_reach_every_outcome_there_is():
    assert {report.outcome for report in walked_through("court_mediation")} >= REFERRED


def test_docketed_cases_end_in_every_way_that_regime_b_knows():
    assert {report.outcome for report in walked_through("entrusted_mediation")} - {""} == ENTRUSTED


def test_an_organisations_own_cases_end_in_every_way_that_needs_no_court():
    assert {report.outcome for report in walked_through("own_intake")} >= OWN


def test_scenarios_walk_through_every_element_and_every_arrow_of_every_shipped_process():
    reports = [walked(key, name) for key, name in WALKS]
    left_out = {key: coverage.of(key, files, reports).missed for key, files in shipped().items()}
    assert {key: missed for key, missed in left_out.items() if missed} == {}
