"""What counts as an amount."""

from decimal import Decimal

import pytest

from engine.money.amounts import AmountMalformed, parse_amount


@pytest.mark.parametrize(
    "text, value", [("0", "0.00"), ("0.5", "0.50"), ("12345.67", "12345.67"), ("9999999999999.99", "9999999999999.99")]
)
def test_digits_with_at_most_two_decimals_are_an_amount(text, value):
    assert parse_amount(text) == Decimal(value)
    assert parse_amount(text).as_tuple().exponent == -2


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "-1", "+1", "1,000", "1e3", "1.234", ".5", "5.", "01", "NaN", "Infinity", "１２", "壹", "12345678901234",
     "1\n", None, 1],
)
def test_everything_else_is_refused(text):
    with pytest.raises(AmountMalformed):
        parse_amount(text)
