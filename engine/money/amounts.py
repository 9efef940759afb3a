"""Amounts of money as people and systems write them: strict on the way in, plain on the way out."""

import re
from decimal import ROUND_HALF_UP, Decimal

from engine.errors import Invalid
from engine.i18n import _

CENT = Decimal("0.01")
LARGEST = Decimal("9999999999999.99")  # fifteen digits
SHAPE = re.compile(r"(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?", re.ASCII)


class AmountMalformed(Invalid):
    """The text is no amount: only digits, at most two decimals, no sign, no blanks, no exponent."""

    message = _("“%(amount)s” is not an amount: write digits with at most two decimals, such as 12345.67.")


def parse_amount(text: str) -> Decimal:
    """A text such as `12345.67` as a Decimal with two places; raises AmountMalformed for anything else."""
    if not isinstance(text, str) or not SHAPE.fullmatch(text):
        raise AmountMalformed(amount=str(text)[:40])
    return Decimal(text).quantize(CENT)


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to the cent, half up, as fees and interest are."""
    return amount.quantize(CENT, ROUND_HALF_UP)
