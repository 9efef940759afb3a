"""Running terms as rows: CPL 85, Online-Mediation Rules 24 and 26, Filing Opinions 2024 item 3."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import clock
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.deadlines import clocks, reckoning, recounting
from engine.deadlines.models import DeadlineStatus
from engine.deadlines.refusals import (
    DeadlineNotPaused,
    DeadlineNotRunning,
    DeadlineOver,
    ExtensionBeyondCap,
    ExtensionNeedsApproval,
    ExtensionNeedsConsent,
    ExtensionTooLong,
    TermNotExtendable,
)
from engine.deadlines.yearly import installed
from engine.workflow.models import Instance, Version
from tests import factories

MONDAY = datetime(2025, 3, 10, 10, tzinfo=SHANGHAI)


@pytest.fixture
def parties(case):
    """Both sides of the case, and the respondent's agent."""
    with transaction():
        applicant = factories.participant(case, "applicant", "王小明")
        respondent = factories.participant(case, "respondent", "海东银行", kind="legal")
        agent = factories.participant(case, "respondent", "赵代理", role="agent", represents_id=respondent.id)
    return applicant, respondent, agent


@pytest.fixture
def mediation(case):
    """The thirty days, begun on Monday 10 March 2025."""
    with transaction():
        return clocks.start(case.id, None, "T06", MONDAY)


def consent(who):
    return {"party": who.id, "name": who.name, "at": MONDAY.isoformat(), "channel": "link"}


def last_day(row):
    return reckoning.last_day(row.due_at)


def test_a_started_term_knows_its_end_and_says_why(mediation):
    assert mediation.status == DeadlineStatus.RUNNING
    assert mediation.due_at == datetime(2025, 4, 9, 16, tzinfo=UTC)
    assert mediation.explanation["zh"] == "从 3月10日 次日起算，第30日为 4月9日（周三）"
    assert "9 April" in mediation.explanation["en"]


def test_starting_the_same_term_twice_gives_the_one_that_runs(case, mediation):
    with transaction():
        assert clocks.start(case.id, None, "mediation_before_docketing", MONDAY + timedelta(days=3)).id == mediation.id
        assert clocks.start(case.id, None, "T06", MONDAY, token="another timer").id != mediation.id


def test_online_mediation_26_a_pause_moves_the_end_by_exactly_its_length(mediation):
    end = mediation.due_at

    with transaction():
        clocks.pause(mediation.id, "委托鉴定", MONDAY + timedelta(days=2))
    with transaction():
        row = clocks.resume(mediation.id, MONDAY + timedelta(days=7, hours=4))

    assert row.due_at - end == timedelta(days=5, hours=4)
    assert row.status == DeadlineStatus.RUNNING and row.paused_at is None
    assert row.pauses[0]["reason"] == "委托鉴定" and row.pauses[0]["to"]
    assert "暂停的5日4小时不计入" in row.explanation["zh"]


def test_a_term_that_is_not_paused_cannot_be_resumed(mediation):
    with pytest.raises(DeadlineNotPaused), transaction():
        clocks.resume(mediation.id, MONDAY)


def test_a_paused_term_cannot_be_paused_again(mediation):
    with transaction():
        clocks.pause(mediation.id, "鉴定", MONDAY)

    with pytest.raises(DeadlineNotRunning), transaction():
        clocks.pause(mediation.id, "鉴定", MONDAY)


def test_online_mediation_24_all_parties_may_extend_the_thirty_days(mediation, parties):
    applicant, _, agent = parties

    with transaction():
        row = clocks.extend(mediation.id, 15, "正在核对账目", [consent(applicant), consent(agent)], MONDAY)

    assert last_day(row) == date(2025, 4, 24)
    assert row.extensions[0]["days"] == 15
    assert row.extensions[0]["new"] == row.due_at.isoformat()
    assert row.explanation["zh"].endswith("原于 4月9日 届满，延长15日至 4月24日（周四）")


def test_one_partys_consent_is_not_enough(mediation, parties):
    with pytest.raises(ExtensionNeedsConsent, match="海东银行"), transaction():
        clocks.extend(mediation.id, 15, "", [consent(parties[0])], MONDAY)

    assert not db.session.get(type(mediation), mediation.id, populate_existing=True).extensions


def test_a_third_party_that_joined_is_asked_like_every_party(mediation, parties, case):
    with transaction():
        third = factories.participant(case, "third", "钱保证")
    with pytest.raises(ExtensionNeedsConsent, match="钱保证"), transaction():
        clocks.extend(mediation.id, 15, "", [consent(party) for party in parties], MONDAY)

    with transaction():
        assert clocks.extend(mediation.id, 15, "", [consent(party) for party in (*parties, third)], MONDAY).extensions


def test_nobody_is_asked_who_was_invited_as_a_third_party_and_has_not_joined(mediation, parties, case):
    with transaction():
        factories.participant(case, "third", "钱保证", role="invitee")
        assert clocks.extend(mediation.id, 15, "", [consent(party) for party in parties], MONDAY).extensions


@pytest.mark.parametrize("begun, days, allowed", [(2024, 60, True), (2025, 30, True), (2025, 31, False)])
def test_filing_2024_item_3_a_docketed_cases_extension_is_capped_at_thirty_days_since_2025(case, parties, begun, days, allowed):
    start = datetime(begun, 3, 10, 10, tzinfo=SHANGHAI)
    with transaction():
        row = clocks.start(case.id, None, "T07", start)
    consents = [consent(party) for party in parties]

    if not allowed:
        with pytest.raises(ExtensionBeyondCap, match="30"), transaction():
            clocks.extend(row.id, days, "", consents, start)
        return
    with transaction():
        assert clocks.extend(row.id, days, "", consents, start).extensions


def test_filing_2024_item_3_the_cap_holds_for_an_extension_from_2025_on_of_a_term_that_began_before(case, parties):
    with transaction():
        row = clocks.start(case.id, None, "T07", datetime(2024, 12, 20, 10, tzinfo=SHANGHAI))
    consents, asked = [consent(party) for party in parties], datetime(2025, 1, 2, 10, tzinfo=SHANGHAI)

    with pytest.raises(ExtensionBeyondCap, match="30"), transaction():
        clocks.extend(row.id, 31, "", consents, asked)
    with transaction():
        assert clocks.extend(row.id, 30, "", consents, asked).extensions


def test_the_cap_counts_earlier_extensions_too(case, parties):
    with transaction():
        row = clocks.start(case.id, None, "T08", MONDAY)
        clocks.extend(row.id, 20, "", [consent(party) for party in parties], MONDAY)

    with pytest.raises(ExtensionBeyondCap, match="20"), transaction():
        clocks.extend(row.id, 11, "", [consent(party) for party in parties], MONDAY)


def test_confirm_2011_article_5_the_courts_review_is_extended_with_a_named_approval(case):
    with transaction():
        row = clocks.start(case.id, None, "T16", MONDAY)

    with pytest.raises(ExtensionNeedsApproval), transaction():
        clocks.extend(row.id, 10, "案情复杂", [], MONDAY)
    with transaction():
        assert clocks.extend(row.id, 10, "案情复杂", [{"name": "院长"}], MONDAY).extensions


@pytest.mark.parametrize("days", [0, -1, 61, 366])
def test_an_extension_before_docketing_has_no_statutory_cap_but_a_length_at_one_time(mediation, parties, days):
    with pytest.raises(ExtensionTooLong), transaction():
        clocks.extend(mediation.id, days, "", [consent(party) for party in parties], MONDAY)


def test_cpl_205_the_thirty_days_for_confirmation_cannot_be_extended(case):
    with transaction():
        row = clocks.start(case.id, None, "T14", MONDAY)

    with pytest.raises(TermNotExtendable), transaction():
        clocks.extend(row.id, 1, "", [{"name": "法院"}], MONDAY)


def test_a_term_that_ran_out_can_neither_be_extended_nor_paused(mediation, parties):
    later = mediation.due_at

    with pytest.raises(DeadlineOver), transaction():
        clocks.extend(mediation.id, 5, "", [consent(party) for party in parties], later)
    with pytest.raises(DeadlineOver), transaction():
        clocks.pause(mediation.id, "", later)


def test_what_the_term_was_for_is_done_or_was_missed(case):
    instance = a_running_instance(case)
    with transaction():
        met = clocks.start(case.id, instance, "T04", clock.now(), token="a")
        missed = clocks.start(case.id, instance, "T05", clock.now(), token="b")
        clocks.finish(instance, "a")
        clocks.finish(instance, "b", missed=True)

    assert (met.status, missed.status) == (DeadlineStatus.MET, DeadlineStatus.MISSED)
    assert met.ended_at and missed.ended_at
    with transaction():
        assert clocks.finish(instance, "a", missed=True) is None


def test_the_terms_of_an_ended_instance_are_cancelled(case):
    instance = a_running_instance(case)
    with transaction():
        row = clocks.start(case.id, instance, "T06", clock.now(), token="a")
        clocks.cancel_all(instance)

    assert row.status == DeadlineStatus.CANCELLED
    assert clocks.running(case.id, "T06") is None
    assert clocks.of_case(case.id) == [row]


def test_p4_the_mediation_term_goes_on_under_the_timer_that_stands_over_the_drafting(case, parties):
    instance = a_running_instance(case)
    with transaction():
        first = clocks.start(case.id, instance, "T06", MONDAY, token="handling")
        clocks.pause(first.id, "委托鉴定", MONDAY + timedelta(days=1))
        clocks.resume(first.id, MONDAY + timedelta(days=3))
        clocks.extend(first.id, 5, "核对账目", [consent(party) for party in parties], MONDAY + timedelta(days=4))
        clocks.finish(instance, "handling", missed=False, at=MONDAY + timedelta(days=5))
        second = clocks.start(case.id, instance, "T06", MONDAY + timedelta(days=5), token="signing")

    assert (second.starts_at, second.due_at, second.status) == (MONDAY, first.due_at, DeadlineStatus.RUNNING)
    assert (second.pauses, second.extensions) == (first.pauses, first.extensions)
    assert recounting.again(second, installed()).due_at == first.due_at
    assert [row.status for row in clocks.of_case(case.id)] == [DeadlineStatus.MET, DeadlineStatus.RUNNING]


def test_what_lay_between_the_two_timers_does_not_count_when_the_signing_was_interrupted(case):
    instance = a_running_instance(case)
    with transaction():
        first = clocks.start(case.id, instance, "T06", MONDAY, token="a")
        clocks.finish(instance, "a", at=MONDAY + timedelta(days=5))
        second = clocks.start(case.id, instance, "T06", MONDAY + timedelta(days=9), token="b")

    assert second.due_at - first.due_at == timedelta(days=4)
    assert recounting.again(second, installed()).due_at == second.due_at
    assert "不计入" in second.pauses[-1]["reason"]


def test_a_mediation_term_that_was_over_does_not_begin_anew(case):
    instance = a_running_instance(case)
    with transaction():
        first = clocks.start(case.id, instance, "T08", MONDAY, token="a")
        clocks.finish(instance, "a", missed=True, at=first.due_at)
        second = clocks.start(case.id, instance, "T08", first.due_at + timedelta(days=2), token="b")

    assert second.due_at == first.due_at


def test_the_term_of_another_procedure_is_counted_from_the_same_start(case, parties):
    instance = a_running_instance(case)
    with transaction():
        first = clocks.start(case.id, instance, "T07", MONDAY, token="a")
        clocks.pause(first.id, "委托鉴定", MONDAY + timedelta(days=1))
        clocks.resume(first.id, MONDAY + timedelta(days=3))
        clocks.extend(first.id, 5, "核对账目", [consent(party) for party in parties], MONDAY + timedelta(days=4))
        clocks.finish(instance, "a", at=MONDAY + timedelta(days=5))
        second = clocks.start(case.id, instance, "T08", MONDAY + timedelta(days=5), token="b")

    assert (second.term, second.starts_at) == ("T08", MONDAY)
    assert (second.pauses, second.extensions) == (first.pauses, first.extensions)
    assert second.due_at == recounting.again(second, installed()).due_at < first.due_at
    assert clocks.latest(case.id, "mediation") is second


def test_pauses_that_overlap_until_the_term_is_interrupted_count_once_and_whole(case):
    instance = a_running_instance(case)
    with transaction():
        first = clocks.start(case.id, instance, "T06", MONDAY, token="a")
        clocks.pause(first.id, "更换调解员", MONDAY + timedelta(days=1), key="change")
        clocks.pause(first.id, "委托鉴定", MONDAY + timedelta(days=2), key="appraisal")
        clocks.resume(first.id, MONDAY + timedelta(days=3), key="change")
        first.ended_at, first.status = (MONDAY + timedelta(days=5)).astimezone(UTC), DeadlineStatus.MET
        first.pauses = [each | {"to": each["to"] or (MONDAY + timedelta(days=5)).isoformat()} for each in first.pauses]
        end = first.due_at
        second = clocks.start(case.id, instance, "T06", MONDAY + timedelta(days=6), token="b")

    assert second.due_at - end == timedelta(days=5)
    assert recounting.again(second, installed()).due_at == second.due_at


def test_papers_name_the_last_day_and_not_the_midnight_after_it(case, mediation):
    assert clocks.last_day_of(case.id, "T06", MONDAY + timedelta(days=3)) == date(2025, 4, 9)
    assert clocks.last_day_of(case.id, "T05", MONDAY) == date(2025, 3, 13)


def a_running_instance(case):
    """The id of an instance to hang terms on."""
    with transaction():
        version = Version(process_key="p", number=1, sha256="0" * 64, title="p", files={}, calls=[])
        db.session.add(version)
        db.session.flush()
        instance = Instance(version_id=version.id, case_id=case.id, bindings={})
        db.session.add(instance)
        db.session.flush()
        return instance.id
