"""Capitals: 支付结算办法, annex 1 (its own examples among them)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money.capitals import NotPayable, in_words


@pytest.mark.parametrize(
    "amount, words",
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.56", "伍角陆分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1.50", "壹元伍角整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("12000", "壹万贰仟元整"),
        ("10010", "壹万零壹拾元整"),
        ("100000", "壹拾万元整"),
        ("1000001", "壹佰万零壹元整"),
        ("10001000", "壹仟万壹仟元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000010000", "壹拾亿零壹万元整"),
        ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        ("1000000000000", "壹万亿元整"),
        ("1000000010000.09", "壹万亿零壹万元零玖分"),
        ("9999999999999.99", "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amounts_in_capitals(amount, words):
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-0.01", "10000000000000", "0.001", "NaN", "Infinity"])
def test_what_cannot_be_paid_has_no_capitals(amount):
    with pytest.raises(NotPayable):
        in_words(Decimal(amount))


def test_a_float_is_refused():
    with pytest.raises(NotPayable):
        in_words(1.5)


def read(words):
    """An independent reader of capitals, to check the writer."""
    total, section, digit = Decimal(0), 0, 0
    for sign in words:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(sign) + 1), 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif sign == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif sign == "元":
            total, section, digit = total + section + digit, 0, 0
        elif sign in "角分":
            total, digit = total + digit * Decimal("0.1" if sign == "角" else "0.01"), 0
    return total


@given(st.integers(0, 10**15 - 1))
def test_what_is_written_reads_back_as_the_same_amount(cents):
    amount = Decimal(cents) / 100

    words = in_words(amount)

    assert read(words) == amount
    assert "零零" not in words
    assert words.endswith(("整", "分"))
