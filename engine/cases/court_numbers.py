"""Numbers of court cases (案号): read, checked, written. Form: 法〔2015〕137号, amended by 法〔2018〕335号.

`（year of receipt）court code [special-trial sign] type code sequence 号`, as in （2024）沪0115诉前调123号. Which type codes
there are, and in which years, is data: `tables/court_number_series.toml`.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import Invalid
from engine.i18n import _

TABLE = Path(__file__).with_name("tables") / "court_number_series.toml"
SPECIAL = TABLE.with_name("special_courts.toml")
PROVINCES = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "内": "15", "辽": "21", "吉": "22", "黑": "23",
    "沪": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41",
    "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "贵": "52",
    "云": "53", "藏": "54", "陕": "61", "甘": "62", "青": "63", "宁": "64", "新": "65", "兵": "",
    "军": "",
}
SUPREME = "最高法"
LEVELS = {0: "high", 2: "intermediate", 4: "basic"}
CODE = re.compile(rf"{SUPREME}|[{''.join(PROVINCES)}](?:[0-9]{{2}}|[0-9]{{4}})?")
FULL_WIDTH = str.maketrans("（）〔〕()０１２３４５６７８９", "()()()0123456789")


class CourtNumberMalformed(Invalid):
    message = _("“%(number)s” is not a court case number such as （2024）沪0115诉前调123号.")


class CourtCodeUnknown(Invalid):
    message = _("“%(code)s” is not the code of a court.")


class SeriesUnknown(Invalid):
    message = _("The court case number has the type “%(series)s”, which does not exist.")


class SeriesNotInForce(Invalid):
    message = _("The court case number's type “%(series)s” was not in use in %(year)s.")


@dataclass(frozen=True)
class Series:
    """One type code with the years in which it is given out."""

    code: str
    zh: str
    en: str
    source: str
    since: int | None = None
    until: int | None = None

    def is_in_force(self, year: int) -> bool:
        return (self.since or 0) <= year <= (self.until or 9999)


@dataclass(frozen=True)
class Kind:
    """A kind of special court."""

    name: str
    zh: str
    en: str
    source: str
    codes: tuple[str, ...] = ()
    first: int = 999  # of the two digits that tell it
    last: int = 0


@dataclass(frozen=True)
class CourtNumber:
    """A court case number in its parts; `str()` writes it with full-width brackets."""

    year: int
    court: str
    series: str
    sequence: int
    special: str = ""  # 专门审判代字, such as 知
    branch: str = ""  # 之一, 之二 …: a further document of the same case

    def __str__(self) -> str:
        return f"（{self.year}）{self.court}{self.special}{self.series}{self.sequence}号{self.branch}"


@cache
def every_series() -> dict[str, Series]:
    """All type codes, by code."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {code: Series(code, **row) for code, row in rows.items()}


def parse(text: str, goes_on: Collection[str] = ()) -> CourtNumber:
    """Read a court case number, half- or full-width; raises what is wrong with it.

    CourtNumberMalformed, CourtCodeUnknown, SeriesUnknown, SeriesNotInForce (the type was not given out in that year).
    `goes_on`: the types that its court gives out beyond their last year.
    """
    plain = "".join(text.split()).translate(FULL_WIDTH)
    found = _shape().fullmatch(plain)
    if not found:
        raise CourtNumberMalformed(number=text[:64])
    number = CourtNumber(
        int(found["year"]), found["court"], found["series"], int(found["sequence"]), found["special"] or "", found["branch"] or ""
    )
    check_code(number.court)
    series = every_series().get(number.series)
    if series is None:
        raise SeriesUnknown(series=number.series)
    if not series.is_in_force(series.until if series.code in goes_on and number.year > (series.until or 9999) else number.year):
        raise SeriesNotInForce(series=series.code, year=number.year)
    return number


def check_code(code: str) -> str:
    """A court's code (法院代字), unchanged; raises CourtCodeUnknown."""
    if not CODE.fullmatch(code):
        raise CourtCodeUnknown(code=code[:16])
    return code


def level(code: str) -> str:
    """supreme, high, intermediate or basic, read from a court's code."""
    return "supreme" if check_code(code) == SUPREME else LEVELS[len(code) - 1]


def area_of(code: str) -> str:
    """The area code that a basic court's code is made from: 京0102 → 110102; empty where the rule does not hold."""
    province = PROVINCES.get(check_code(code)[0], "")
    return province + code[1:] if province and level(code) == "basic" and kind(code) is None else ""


def kind(code: str) -> Kind | None:
    """What special court a code is of (铁路、海事、金融、互联网 …); None for the ordinary ones."""
    digits = check_code(code).lstrip("".join(PROVINCES))[:2]
    for found in special_courts():
        if code in found.codes or digits.isdigit() and found.first <= int(digits) <= found.last:
            return found
    return None


@cache
def special_courts() -> tuple[Kind, ...]:
    """The kinds of special courts; whole codes come before digits."""
    found = []
    for name, row in tomllib.loads(SPECIAL.read_text(encoding="utf-8")).items():
        first, _dash, last = row.get("digits", "0").partition("-")
        span = {"first": int(first), "last": int(last or first)} if "digits" in row else {}
        found.append(Kind(name, row["zh"], row["en"], row["source"], tuple(row.get("codes", ())), **span))
    return tuple(sorted(found, key=lambda kind: not kind.codes))


def organisation_number(year: int, organisation: str, sequence: int, kind: str = "") -> str:
    """A mediation organisation's own number: （2026）BJJR调银字第000001号."""
    return f"（{year}）{organisation}调{kind}字第{sequence:06d}号"


@cache
def _shape() -> re.Pattern:
    """Known types first, so that 知 before a type is the special-trial sign; then any type of 1–5 signs, to name it."""
    known = "|".join(sorted(every_series(), key=len, reverse=True))
    return re.compile(
        rf"\((?P<year>20[0-9]{{2}})\)(?P<court>{SUPREME}|[\u4e00-\u9fff][0-9]*)"
        rf"(?P<special>知(?=[\u4e00-\u9fff]))?(?P<series>{known}|[\u4e00-\u9fff]{{1,5}})"
        r"(?P<sequence>[1-9][0-9]{0,7})号(?P<branch>之[一二三四五六七八九十]+)?"
    )
