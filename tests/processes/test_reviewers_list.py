"""The list of checks that a lawyer runs on an implementation (DOMAIN §12.3), one test for each line.

Where the whole way is walked elsewhere, the test here looks at the diagrams and tables and names that walk by `shown_in`.
The compensation vectors E1–E6 belong to road-traffic cases, which this list does not cover.
"""

import ast
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from engine.cases import identity, outcomes
from engine.clock import SHANGHAI
from engine.courts import messages
from engine.deadlines import reckoning, terms
from engine.deadlines.yearly import installed
from engine.inbox import authority
from engine.processes import library, scenarios
from engine.workflow import versions
from tests.processes import test_silence
from tests.processes.test_shipped import WALKS, walked
from tests.workbench import shipped

TESTS = Path(__file__).resolve().parents[1]
PAPERS = {"documents.generate", "mediation.freeze_agreement", "tracks.deem_agreed"}


def shown_in(file: str, *names: str) -> None:
    """These tests are there."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert set(names) <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def loaded(key: str):
    return versions.assembled(key, library.closure(key, shipped()))


def definition(key: str):
    return loaded(key).definition


def own_elements(key: str) -> list:
    """The elements of a process without those of the processes it calls."""
    return list(definition(key).processes[key].elements.values())


def first_walk_to(outcome: str, key: str) -> str:
    """The first scenario of a process that says it ends so."""
    for scenario in scenarios.of(shipped()[key]):
        if any(step.get("outcome") == outcome for step in scenario.steps):
            return scenario.name
    raise AssertionError(f"no scenario of {key} ends with {outcome}")


@pytest.mark.parametrize("outcome", outcomes.OUTCOMES)
def test_every_close_code_is_reachable_with_document_notice_and_report(outcome):
    key = "own_intake" if outcome == "O22" else "court_mediation"
    report = walked(key, first_walk_to(outcome, key))
    done = {definition(key).element(*step).operation for step in report.path}
    assert report.passed and report.outcome == outcome
    assert {"cases.conclude", "cases.close", "notices.send"} <= done
    assert done & PAPERS
    assert key == "own_intake" or "courts.report_outcome" in done


def test_docketed_cases_end_with_a_report_to_their_court_too():
    """Which ways are walked, and what their papers are: journeys."""
    for name in ("mediation_letter", "respondent_refuses"):
        path = walked("entrusted_mediation", name).path
        done = {definition("entrusted_mediation").element(*step).operation for step in path}
        assert {"courts.report_outcome", "notices.send", "documents.generate"} <= done
    shown_in("journeys/test_outcomes.py", "test_o17_the_organisation_does_not_answer_in_time")


def test_no_path_where_silence_of_a_party_counts_as_consent_except_t11_with_recorded_prior_consent():
    """`test_silence` leaves every party task that a scenario answers unanswered: here, that no party task escapes it."""
    asked = {element for _key, _name, element in test_silence.party_tasks()}
    every = {each.id for key in shipped() for each in own_elements(key)
             if each.kind == "user_task" and loaded(key).role(key, each.lane) == "party"}
    assert every - asked == {"answer_proposal"} == test_silence.WITH_PRIOR_CONSENT
    window = next(each for each in own_elements("proposal_window") if each.id == "window_over")
    assert window.properties["term"] == "T11" and window.attached_to == "answer_proposal"
    shown_in("engine/tracks/test_silence.py", "test_a_consent_taken_back_does_not_count",
             "test_a_consent_given_after_the_proposal_is_not_prior")


def test_every_timer_has_start_event_kind_of_day_extension_rule_expiry_branch_and_survives_a_restart():
    timers = {(key, each.id): each for key in shipped() for each in own_elements(key) if each.event and each.event.timer}
    assert len(timers) > 30
    for place, timer in timers.items():
        assert timer.outgoing, f"{place} leads nowhere"
        if id := timer.properties.get("term"):
            term = terms.get(id)
            assert term.starts.zh and term.unit and term.expiry.zh and term.article.zh, place
            assert term.extension is None or (term.extension.by and term.extension.words.zh), place
    shown_in("engine/workflow/test_runtime.py", "test_a_timer_fires_once_its_time_has_come_by_the_databases_clock")
    shown_in("durability/test_crash_points.py", "test_whoever_is_killed_anywhere_leaves_nothing_lost_and_nothing_doubled")


def test_no_confidential_item_leaves_with_the_hand_back_but_undisputed_facts_do():
    assert set(messages.FOR_COURTS) == {"filing", "court"}, "what is for the mediation, one side or the mediator stays"
    shown_in("journeys/test_undisputed_facts.py", "test_no_confidential_item_leaves_with_the_hand_back",
             "test_the_signed_record_goes_to_the_court_with_every_signature_on_it")
    shown_in("engine/courts/test_wall.py", "test_the_file_of_a_court_holds_nothing_confidential")


def test_an_agent_without_special_authority_cannot_sign_a_settlement():
    assert "sign" in authority.BINDING_ANSWERS["answer"]
    signing = [each.id for key in shipped() for each in own_elements(key)
               if each.id in ("sign_agreement", "answer_opinion", "sign_facts", "sign_for_letter")]
    assert {"sign_agreement", "answer_opinion", "sign_facts"} <= set(signing)
    shown_in("journeys/test_agents.py", "test_general_authority_speaks_but_does_not_sign_waive_or_withdraw")


def test_the_agreement_takes_effect_with_the_last_required_signature():
    shown_in("engine/mediation/test_signatures.py", "test_the_agreement_takes_effect_with_the_last_signature_its_rule_takes",
             "test_a_missing_signature_keeps_the_agreement_from_taking_effect",
             "test_without_one_kind_of_signature_that_its_rule_takes_there_is_no_moment_of_effect")


@pytest.mark.parametrize(("effective", "end"), [
    (datetime(2025, 3, 10, 10), datetime(2025, 4, 10)),   # day 30 is Wednesday 9 April
    (datetime(2025, 9, 5, 10), datetime(2025, 10, 10)),   # day 30 is 5 October, in the holiday: 9 October
    (datetime(2024, 12, 2, 10), datetime(2025, 1, 3)),    # day 30 is New Year's Day
])  # fmt: skip
def test_confirmation_is_offered_until_the_end_of_day_30_by_the_holiday_rule(effective, end):
    due = reckoning.due(terms.get("T14"), effective.replace(tzinfo=SHANGHAI), installed()).due_at
    assert due == end.replace(tzinfo=SHANGHAI)
    shown_in("engine/courts/test_confirmation.py", "test_after_thirty_days_it_is_too_late")


def test_confirmation_is_applied_for_jointly_and_to_a_competent_court_only():
    joining = next(each for each in own_elements("confirmation_joining") if each.id == "join_application")
    assert joining.many is not None, "every party is asked for itself"
    shown_in("engine/courts/test_confirmation.py", "test_the_parties_choose_among_the_competent_courts_only",
             "test_an_intermediate_court_is_not_competent",
             "test_a_dispute_of_the_intermediate_level_goes_to_the_intermediate_court")
    assert walked("confirmation", "too_late").passed and walked("confirmation", "lapsed").passed


def test_a_mediator_with_an_undisclosed_or_objected_conflict_cannot_go_on():
    """Objected, or left unanswered: another mediator; found out later: recusal, and until then the mediation rests."""
    assert walked("assignment", "disclosure_objected").passed and walked("disclosure", "silence").passed
    assert walked("mediator_change", "new_disclosure_objected").passed and walked("mediator_change", "recusal_granted").passed
    shown_in("journeys/test_turns.py", "test_a_mediator_whose_new_disclosure_one_party_objects_to_does_not_go_on",
             "test_a_recusal_is_decided_by_somebody_who_does_not_mediate_and_the_next_mediator_begins_anew")


@pytest.mark.parametrize(("reckon", "stem", "check"), [
    (identity.resident_check, "11010519491231002", "X"), (identity.resident_check, "44052418800101001", "4"),
    (identity.credit_check, "91350100M000100Y4", "3"), (identity.credit_check, "91110000600037341", "L"),
    (identity.credit_check, "9144030071526726X", "G"), (identity.organisation_check, "M000100Y", "4"),
    (identity.organisation_check, "71526726", "X"), (identity.organisation_check, "60003734", "1"),
])
def test_the_identity_vectors_reproduce(reckon, stem, check):
    assert reckon(stem) == check


def test_every_walk_named_here_is_shipped():
    named = {("assignment", "disclosure_objected"), ("confirmation", "too_late"), ("mediator_change", "recusal_granted")}
    assert named <= set(WALKS)
