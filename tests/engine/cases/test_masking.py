"""What is hidden, and what still shows (PIPL Art. 51)."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases.masking import mask_id, mask_name, mask_party, mask_phone, public_name


@pytest.mark.parametrize(
    "name, masked",
    [("李小明", "李**"), ("李明", "李*"), ("欧阳修远", "欧阳**"), ("欧阳", "欧*"), ("𠮷田", "𠮷*"), ("阿卜杜拉·买买提", "阿****"),
     ("John Smith", "J*** S***")],
)
def test_of_a_name_only_the_surname_shows(name, masked):
    assert mask_name(name) == masked


def test_of_the_other_side_people_are_masked_and_businesses_not():
    seen = [mask_party(SimpleNamespace(kind=kind, name=name)) for kind, name in (("natural", "李小明"), ("legal", "滨江银行"))]
    assert seen == ["李**", "滨江银行"]


def test_in_public_a_name_is_a_surname_and_mou():
    assert (public_name("李小明"), public_name("诸葛孔明")) == ("李某", "诸葛某")


def test_of_an_identity_number_the_first_three_and_last_four_show():
    assert mask_id("11010519491231002X") == "110***********002X"


def test_of_a_telephone_number_the_middle_four_are_hidden():
    assert mask_phone("16600001234") == "166****1234"


@given(st.text("0123456789", min_size=1, max_size=9))
def test_of_a_short_number_at_most_two_signs_show(number):
    for masked in (mask_id(number), mask_phone(number) if len(number) < 9 else "**"):
        assert sum(sign != "*" for sign in masked) <= 2
        assert masked != number
