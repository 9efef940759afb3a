"""Amounts in Chinese capitals (大写), as agreements, receipts and bank papers carry them.

Basis: 支付结算办法, annex 1 (正确填写票据和结算凭证的基本规定): 整 follows 元 and 角 and never 分; a run of zeros inside the
number is one 零. Where the annex lets one choose, 角 takes 整 and a zero just before 仟 or 角 is not written.
"""

from decimal import Decimal

from engine.errors import Invalid
from engine.i18n import _
from engine.money.amounts import CENT, LARGEST

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")


class NotPayable(Invalid):
    """Capitals exist for what can be paid: not negative, whole cents, at most fifteen digits."""

    message = _("%(amount)s cannot be written as a sum of money.")


def in_words(amount: Decimal) -> str:
    """An amount in capitals: `Decimal("12000")` → 壹万贰仟元整."""
    if not isinstance(amount, Decimal) or not amount.is_finite() or not 0 <= amount <= LARGEST or amount != amount.quantize(CENT):
        raise NotPayable(amount=str(amount)[:40])
    yuan, fen = divmod(int(amount * 100), 100)
    if not yuan and not fen:
        return "零元整"
    return (_whole(yuan) + "元" if yuan else "") + _cents(*divmod(fen, 10), follows=bool(yuan))


def _cents(jiao: int, fen: int, follows: bool) -> str:
    if not jiao and not fen:
        return "整"
    if not fen:
        return DIGITS[jiao] + "角整"
    zero = "零" if follows and not jiao else ""
    return zero + (DIGITS[jiao] + "角" if jiao else "") + DIGITS[fen] + "分"


def _whole(yuan: int) -> str:
    high, low = divmod(yuan, 10**8)
    if not high:
        return _below_a_hundred_million(low)
    zero = "零" if low and low < 10**7 else ""
    return _below_a_hundred_million(high) + "亿" + zero + (_below_a_hundred_million(low) if low else "")


def _below_a_hundred_million(number: int) -> str:
    high, low = divmod(number, 10**4)
    if not high:
        return _group(low)
    zero = "零" if low and low < 1000 else ""
    return _group(high) + "万" + zero + (_group(low) if low else "")


def _group(number: int) -> str:
    """A number below ten thousand, without a leading zero."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return words
