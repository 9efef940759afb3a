"""Identity numbers: GB 11643-1999, GB 32100-2015, GB 11714."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases import identity
from engine.cases.identity import (
    CreditCodeCheckWrong,
    CreditCodeMalformed,
    IdentityKindUnknown,
    IdentityNumberWrong,
    ResidentNumberAreaUnknown,
    ResidentNumberBirthWrong,
    ResidentNumberCheckWrong,
    ResidentNumberMalformed,
)


@pytest.mark.parametrize("first17, check", [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_gb_11643_the_standards_examples(first17, check):
    assert identity.resident_check(first17) == check
    assert identity.resident_number(first17 + check).number == first17 + check


def test_a_resident_number_tells_birth_sex_and_age():
    person = identity.resident_number("11010519491231002x")

    assert person.number == "11010519491231002X"
    assert (person.born_on, person.sex, person.area) == (date(1949, 12, 31), "female", "110105")
    assert person.age_on(date(2025, 12, 30)) == 75
    assert person.age_on(date(2025, 12, 31)) == 76


@pytest.mark.parametrize(
    "number, why",
    [
        ("11010519491231002", ResidentNumberMalformed),
        ("1101051949123100２X", ResidentNumberMalformed),
        ("11010519491231002Y", ResidentNumberMalformed),
        ("", ResidentNumberMalformed),
        ("99010519491231002X", ResidentNumberAreaUnknown),
        ("11010519490231002X", ResidentNumberBirthWrong),
        ("11010517491231002X", ResidentNumberBirthWrong),
        ("110105194912310021", ResidentNumberCheckWrong),
    ],
)
def test_a_wrong_resident_number_is_refused_with_its_reason(number, why):
    with pytest.raises(why):
        identity.resident_number(number)


def test_a_birth_in_the_future_is_refused():
    first17 = "11010520300101001"

    with pytest.raises(ResidentNumberBirthWrong):
        identity.resident_number(first17 + identity.resident_check(first17), today=date(2026, 1, 1))


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(place, shift):
    number = "11019919900307663" + identity.resident_check("11019919900307663")
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]

    with pytest.raises(IdentityNumberWrong):
        identity.resident_number(wrong)


@pytest.mark.parametrize("first17, check", [("91350100M000100Y4", "3"), ("91110000600037341", "L"), ("9144030071526726X", "G")])
def test_gb_32100_the_known_codes(first17, check):
    code = identity.credit_code(first17 + check)

    assert code.number == first17 + check
    assert code.warnings == ()


def test_a_mistyped_check_character_is_refused():
    with pytest.raises(CreditCodeCheckWrong):
        identity.credit_code("91350100M000100Y4A")


@pytest.mark.parametrize("number", ["", "91350100M000100Y4", "91350100M000100Y4Z", "9135O100M000100Y43", "91350100M000100Y４3"])
def test_signs_outside_the_alphabet_are_refused_even_in_the_standards_misprinted_example(number):
    with pytest.raises(CreditCodeMalformed):
        identity.credit_code(number)


@pytest.mark.parametrize("first8, check", [("M000100Y", "4"), ("71526726", "X"), ("60003734", "1")])
def test_gb_11714_the_organisation_code_inside(first8, check):
    assert identity.organisation_check(first8) == check


def test_a_wrong_organisation_code_inside_only_warns():
    first17 = "91110000600037342"

    code = identity.credit_code(first17 + identity.credit_check(first17))

    assert len(code.warnings) == 1


@pytest.mark.parametrize(
    "kind, number, kept",
    [
        ("resident_id", " 11010519491231002x ", "11010519491231002X"),
        ("credit_code", "91350100m000100y43", "91350100M000100Y43"),
        ("passport", "e12345678", "E12345678"),
        ("hk_macao_permit", "H12345678", "H12345678"),
        ("taiwan_permit", "12345678", "12345678"),
        ("military_id", "1234567", "1234567"),
    ],
)
def test_a_number_is_kept_in_capitals_without_blanks(kind, number, kept):
    assert identity.check(kind, number) == kept


@pytest.mark.parametrize("kind, number", [("passport", "护照"), ("hk_macao_permit", "12"), ("taiwan_permit", "X"), ("other", "")])
def test_a_number_of_another_form_is_refused(kind, number):
    with pytest.raises(IdentityNumberWrong):
        identity.check(kind, number)


def test_an_unknown_kind_is_refused():
    with pytest.raises(IdentityKindUnknown):
        identity.check("library_card", "1")


def test_a_residence_permit_has_the_resident_numbers_check_and_an_area_of_its_own():
    first17 = "81000019900307663"
    permit = first17 + identity.resident_check(first17)
    assert identity.check("hk_macao_taiwan_residence", permit) == permit == identity.check("resident_id", permit)
    with pytest.raises(identity.ResidencePermitAreaWrong):
        identity.check("hk_macao_taiwan_residence", "11010519491231002X")


@pytest.mark.parametrize("number", ["USA310085010101", "usa310085010101", "911840198501010010"])
def test_both_forms_of_a_foreign_permanent_residents_card_are_taken(number):
    assert identity.check("foreign_permanent_id", number) == number.upper()


@pytest.mark.parametrize("number", ["US3100850101011", "USA31008501010", "811840198501010010", "911840198513010010", ""])
def test_other_forms_are_not(number):
    with pytest.raises(IdentityNumberWrong):
        identity.check("foreign_permanent_id", number)


@pytest.mark.parametrize("number", ["71526726-X", "71526726X", "60003734-1", "M000100Y4"])
def test_an_organisation_code_is_read_with_its_own_check(number):
    assert identity.check("organisation_code", number) == number.replace("-", "")


def test_a_mistyped_organisation_code_or_old_licence_is_refused():
    with pytest.raises(identity.OrganisationCodeWrong):
        identity.check("organisation_code", "71526727-X")
    assert identity.check("old_licence", "310115000123456") == "310115000123456"
    with pytest.raises(IdentityNumberWrong):
        identity.check("old_licence", "31011500012345")
