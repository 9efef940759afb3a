"""案由: 民事案件案由规定, lists of 2020 and 2026."""

from datetime import date

import pytest

from engine.cases import causes
from engine.cases.causes import (
    CategoryOfOtherSector,
    CauseCodeWrong,
    CauseListNotInForce,
    CauseListUnknown,
    UnknownCategory,
    UnknownCause,
)


@pytest.mark.parametrize(
    "name, code_2020, code_2026",
    [
        ("金融借款合同纠纷", "103.1", "108.1"),
        ("信用卡纠纷", "110.2", "115.2"),
        ("储蓄存款合同纠纷", "109", "114"),
        ("金融委托理财合同纠纷", "120.1", "125.1"),
        ("保证保险合同纠纷", "333.4", "371.4"),
        ("健康保险合同纠纷", "334.3", "372.3"),
        ("机动车交通事故责任纠纷", "374", "411"),
    ],
)
def test_a_cause_keeps_its_name_and_changes_its_number(name, code_2020, code_2026):
    cause = causes.find("2020", code_2020, name)

    assert cause is causes.find("2026", code_2026, name)
    assert cause is causes.by_code("2026", code_2026)


def test_the_list_goes_by_the_day():
    assert causes.edition_on(date(2025, 12, 31)) == "2020"
    assert causes.edition_on(date(2026, 1, 1)) == "2026"


@pytest.mark.parametrize(
    "edition, code, name, on, why",
    [
        ("2011", "110.2", "信用卡纠纷", None, CauseListUnknown),
        ("2026", "115.2", "信用卡纠纷", date(2024, 11, 5), CauseListNotInForce),
        ("2020", "110.2", "信用卡纠纷", date(2026, 1, 1), CauseListNotInForce),
        ("2020", "115.2", "信用卡纠纷", None, CauseCodeWrong),
        ("2020", "999", "离婚纠纷", None, UnknownCause),
        ("2020", "411.1", "智能网联汽车交通事故责任纠纷", None, UnknownCause),
        ("2026", "448", "申请司法确认调解协议", None, UnknownCause),
    ],
)
def test_a_cause_that_is_not_in_the_list_is_refused_with_its_reason(edition, code, name, on, why):
    with pytest.raises(why):
        causes.find(edition, code, name, on)


def test_a_number_we_do_not_know_is_taken_as_it_comes():
    assert causes.find("2026", "148", "追偿权纠纷").zh == "追偿权纠纷"


def test_no_two_causes_of_a_list_share_a_number():
    for edition in ("2020", "2026"):
        codes = [cause.code_in(edition) for cause in causes.every(edition) if cause.code_in(edition)]
        assert len(codes) == len(set(codes))


def test_an_unknown_number_names_no_cause():
    with pytest.raises(UnknownCause):
        causes.by_code("2020", "")


def test_a_category_belongs_to_one_sector():
    assert causes.category("credit_card", "banking").zh == "信用卡"

    with pytest.raises(CategoryOfOtherSector):
        causes.category("credit_card", "insurance")
    with pytest.raises(UnknownCategory):
        causes.category("weather")
