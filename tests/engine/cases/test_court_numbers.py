"""案号: 法〔2015〕137号, amended by 法〔2018〕335号."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases import court_numbers
from engine.cases.court_numbers import (
    CourtCodeUnknown,
    CourtNumber,
    CourtNumberMalformed,
    SeriesNotInForce,
    SeriesUnknown,
    parse,
)


@pytest.mark.parametrize(
    "text",
    [
        "（2021）京0102诉前调123号",
        "（2021）京0102民特1号",
        "（2022）京0102诉前调确5号",
        "（2024）粤0604诉前调确1716号",
        "（2025）京0102民初8号",
        "（2023）最高法知民终12号",
        "（2023）京民终1号",
        "（2022）沪74民初3号",
        "（2020）京73知民初5号",
    ],
)
def test_a_right_number_is_written_as_it_was_read(text):
    assert str(parse(text)) == text


def test_brackets_digits_and_blanks_are_normalised():
    assert str(parse(" (２０２４) 沪0115 诉前调 123号 ")) == "（2024）沪0115诉前调123号"


def test_a_number_falls_into_its_parts():
    assert parse("（2022）京73知民初5号之二") == CourtNumber(2022, "京73", "民初", 5, "知", "之二")


@pytest.mark.parametrize(
    "text, why",
    [
        ("", CourtNumberMalformed),
        ("2024沪0115诉前调123号", CourtNumberMalformed),
        ("（1999）沪0115民初123号", CourtNumberMalformed),
        ("（2024）沪0115诉前调0号", CourtNumberMalformed),
        ("（2024）沪0115诉前调123", CourtNumberMalformed),
        ("（2024）沪0115诉前调123号<script>", CourtNumberMalformed),
        ("（2024）沪011诉前调123号", CourtCodeUnknown),
        ("（2024）港0115民初123号", CourtCodeUnknown),
        ("（2024）沪0115行初123号", SeriesUnknown),
        ("（2025）沪0115诉前调123号", SeriesNotInForce),
        ("（2021）沪0115诉前调确123号", SeriesNotInForce),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(text, why):
    with pytest.raises(why):
        parse(text)


def test_the_series_of_mediation_before_docketing_ended_with_2024():
    assert court_numbers.every_series()["诉前调"].is_in_force(2024)
    assert not court_numbers.every_series()["诉前调"].is_in_force(2025)


@pytest.mark.parametrize("code, level", [("最高法", "supreme"), ("京", "high"), ("沪74", "intermediate"), ("粤0304", "basic")])
def test_the_level_of_a_court_is_read_from_its_code(code, level):
    assert court_numbers.level(code) == level


@pytest.mark.parametrize(
    "code, area", [("京0102", "110102"), ("沪0115", "310115"), ("粤0304", "440304"), ("京01", ""), ("兵0101", ""),
                   ("京0491", ""), ("浙0192", ""), ("沪7101", ""), ("粤0192", "")]
)
def test_a_basic_courts_code_holds_its_area(code, area):
    assert court_numbers.area_of(code) == area


def test_an_organisation_gives_its_own_numbers():
    assert court_numbers.organisation_number(2026, "BJJR", 1, "银") == "（2026）BJJR调银字第000001号"


@given(
    st.integers(2022, 2024), st.sampled_from(["京0102", "沪74", "粤"]), st.sampled_from(sorted(court_numbers.every_series())),
    st.integers(1, 99_999_999), st.sampled_from(["", "知"]),
)
def test_what_is_written_reads_back(year, court, series, sequence, special):
    number = CourtNumber(year, court, series, sequence, special)

    assert parse(str(number)) == number


@pytest.mark.parametrize("code, kind", [
    ("京71", "railway"), ("沪7101", "railway"), ("沪72", "maritime"), ("京73", "intellectual_property"), ("沪74", "financial"),
    ("京74", "financial"), ("黑7401", "oilfield"), ("黑75", "forestry"), ("黑81", "land_reclamation"), ("琼96", "county_level"),
    ("京0491", "internet"), ("浙0192", "internet"), ("粤0192", "internet"), ("京87", "cross_district"),
])
def test_special_courts_are_told_by_their_digits(code, kind):
    assert court_numbers.kind(code).name == kind


@pytest.mark.parametrize("code", ["最高法", "京", "京01", "京0102", "苏05", "内0102", "兵"])
def test_ordinary_courts_are_no_special_ones(code):
    assert court_numbers.kind(code) is None


def test_a_numbers_parts_make_the_number_again_in_half_width_brackets_too():
    assert str(parse("(2025)京0102民初8号")) == "（2025）京0102民初8号"
    assert parse("〔2021〕京0102民特1号").series == "民特"
