"""Numbers as people write them: `１２３，０００`, `¥1,234.50`, `12万5`."""

import re
import unicodedata
from decimal import Decimal

PLAIN = re.compile(r"-?\d{1,12}(\.\d+)?")
TEN_THOUSANDS = re.compile(r"(?P<whole>\d{1,8}(\.\d+)?)万(?P<rest>\d{0,4})")


def parse(text: str) -> Decimal | None:
    """The number a text means, or None when it means none."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[\s,¥元]|人民币", "", text)
    if found := TEN_THOUSANDS.fullmatch(text):
        return _ten_thousands(found["whole"], found["rest"])
    return Decimal(text) if PLAIN.fullmatch(text) else None


def _ten_thousands(whole: str, rest: str) -> Decimal | None:
    """`12万5` is 125000, `12万500` is 120500: one digit after 万 counts thousands."""
    if rest and "." in whole:
        return None
    extra = Decimal(rest or 0) * (1000 if len(rest) == 1 else 1)
    return Decimal(whole) * 10_000 + extra


def places(number: Decimal) -> int:
    """How many digits stand after the point."""
    return max(0, -number.as_tuple().exponent)
