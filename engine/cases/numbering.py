"""Numbers we give out: the platform's (never changes) and the organisation's own (gap-free per year)."""

import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engine import clock
from engine.access.models import Body
from engine.cases import court_numbers
from engine.cases.models import Case, Numbering
from engine.db import db

PREFIX = "ST"
DIGITS = 7


def platform_number(day: date | None = None) -> str:
    """A new platform number: `ST` + day + 7 unguessable digits + check digit (mod 11-10, ISO 7064)."""
    stem = f"{(day or clock.today()):%Y%m%d}" + "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return PREFIX + stem + check_digit(stem)


def new_platform_number(day: date | None = None) -> str:
    """A platform number that no case has yet: of a day's few thousand, two would be the same every other week."""
    number = platform_number(day)
    while db.session.scalar(select(Case.id).where(Case.number == number)) is not None:
        number = platform_number(day)
    return number


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: finds every wrong digit and almost every swap."""
    check = 10
    for digit in digits:
        check = (check + int(digit)) % 10 or 10
        check = check * 2 % 11
    return str((11 - check) % 10)


def is_platform_number(text: str) -> bool:
    """Is this a well-formed platform number with a right check digit?"""
    stem = text.removeprefix(PREFIX)
    return (
        text.startswith(PREFIX)
        and stem.isascii()
        and stem.isdigit()
        and len(stem) == 8 + DIGITS + 1
        and check_digit(stem[:-1]) == stem[-1]
    )


def next_in(series: str) -> int:
    """The next number of a series, without gaps: its row is locked until the transaction ends, and goes back with it.

    Two that begin a series at the same moment do not collide: whoever comes second finds the row of the first.
    """
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Numbering).values(series=series, last=0).on_conflict_do_nothing())
    asked = select(Numbering).where(Numbering.series == series).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(asked).one()
    row.last += 1
    db.session.flush()
    return row.last


def organisation_number(organisation: Body, year: int | None = None) -> str:
    """The organisation's own case number, `（2026）BJJR调字第000001号` (DOMAIN §6.5)."""
    year = year or clock.today().year
    return court_numbers.organisation_number(year, organisation.code, next_in(f"{organisation.code} {year}"))
