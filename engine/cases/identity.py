"""Identity numbers: the resident number (GB 11643-1999), the unified social credit code (GB 32100-2015), and others.

A check digit proves that a number was typed right, not that the person exists. Only the province of the area code is
judged: the four digits after it name places of the day the number was given out, many of them gone by now.
"""

import re
from dataclasses import dataclass
from datetime import date

from engine import clock
from engine.errors import Invalid
from engine.i18n import _

PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()  # noqa: SIM905
)
RESIDENT = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
OLDEST_BIRTH = 1850

REGION = re.compile(r"[0-9]{6}", re.ASCII)  # 行政区划代码 (GB/T 2260): province, city, county by two digits each

CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT = re.compile(f"[{CREDIT_SIGNS}]{{2}}[0-9]{{6}}[{CREDIT_SIGNS}]{{10}}", re.ASCII)
CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
ORGANISATION_CODE_DOUBTFUL = _("The organisation code inside the unified social credit code does not fit its check character.")
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

RESIDENCE_AREAS = ("81", "82", "83")
PERMANENT = re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{17}", re.ASCII)
ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]", re.ASCII)
SHAPES = {  # the others: shape only, verified by a person
    "passport": re.compile(r"[A-Z0-9]{5,15}", re.ASCII),
    "hk_macao_permit": re.compile(r"[CHM][0-9A-Z][0-9]{7,9}", re.ASCII),
    "taiwan_permit": re.compile(r"[0-9]{8}(?:[0-9]{2}(?:\([A-Z0-9]\))?)?", re.ASCII),
    "old_licence": re.compile(r"[0-9]{13}|[0-9]{15}", re.ASCII),  # business registration numbers before 2015
    "military_id": re.compile(r"[0-9A-Z-]{6,20}", re.ASCII),
    "other": re.compile(r"[0-9A-Z()/-]{1,64}", re.ASCII),
}


class IdentityNumberWrong(Invalid):
    """A number does not have the form of its kind."""

    message = _("This is not a number of the kind chosen.")


class ResidentNumberMalformed(IdentityNumberWrong):
    message = _("A resident identity number has 17 digits and a digit or X at the end.")


class ResidentNumberAreaUnknown(IdentityNumberWrong):
    message = _("The first two digits of the resident identity number name no province.")


class ResidentNumberBirthWrong(IdentityNumberWrong):
    message = _("The date of birth in the resident identity number does not exist or lies in the future.")


class ResidentNumberCheckWrong(IdentityNumberWrong):
    message = _("The last character of the resident identity number does not fit the others; please check for a slip.")


class ResidencePermitAreaWrong(IdentityNumberWrong):
    message = _("A residence permit of a resident of Hong Kong, Macao or Taiwan begins with 81, 82 or 83.")


class PermanentResidentMalformed(IdentityNumberWrong):
    message = _("A foreign permanent resident's card has 3 letters and 12 digits, or 18 digits beginning with 9.")


class OrganisationCodeWrong(IdentityNumberWrong):
    message = _("An organisation code has 8 digits or capital letters and a check character that fits them.")


class CreditCodeMalformed(IdentityNumberWrong):
    message = _("A unified social credit code has 18 digits and capital letters without I, O, S, V and Z.")


class CreditCodeCheckWrong(IdentityNumberWrong):
    message = _("The last character of the unified social credit code does not fit the others; please check for a slip.")


class IdentityKindUnknown(IdentityNumberWrong):
    message = _("There is no such kind of identity number.")


class RegionUnknown(IdentityNumberWrong):
    message = _("A region code has six digits, and its first two name a province.")


@dataclass(frozen=True)
class ResidentNumber:
    """What a resident identity number says of its holder."""

    number: str
    born_on: date
    sex: str  # male, female

    @property
    def area(self) -> str:
        return self.number[:6]

    def age_on(self, day: date) -> int:
        """Completed years."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True)
class CreditCode:
    """A unified social credit code; `warnings` are marked messages that do not refuse it."""

    number: str
    warnings: tuple[str, ...] = ()


def region(text: str) -> str:
    """A region code without blanks; empty stays empty. Its province is judged, as of an identity number. Raises RegionUnknown."""
    code = text.strip()
    if code and (not REGION.fullmatch(code) or code[:2] not in PROVINCES):
        raise RegionUnknown()
    return code


def resident_number(text: str, today: date | None = None) -> ResidentNumber:
    """Read a resident identity number; a small x at the end is taken as X. Raises an IdentityNumberWrong that says why."""
    number = text.strip().upper()
    if not RESIDENT.fullmatch(number):
        raise ResidentNumberMalformed()
    if number[:2] not in PROVINCES:
        raise ResidentNumberAreaUnknown()
    born_on = _birth(number[6:14], today or clock.today())
    if resident_check(number[:17]) != number[17]:
        raise ResidentNumberCheckWrong()
    return ResidentNumber(number, born_on, "male" if int(number[16]) % 2 else "female")


def resident_check(first17: str) -> str:
    """The check character for the first seventeen digits (GB 11643-1999)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first17, RESIDENT_WEIGHTS, strict=True)) % 11]


def credit_code(text: str) -> CreditCode:
    """Read a unified social credit code; its embedded organisation code's own check only warns."""
    number = text.strip().upper()
    if not CREDIT.fullmatch(number):
        raise CreditCodeMalformed()
    if credit_check(number[:17]) != number[17]:
        raise CreditCodeCheckWrong()
    fits = organisation_check(number[8:16]) == number[16]
    return CreditCode(number, () if fits else (ORGANISATION_CODE_DOUBTFUL,))


def credit_check(first17: str) -> str:
    """The check character for the first seventeen characters (GB 32100-2015)."""
    total = sum(CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(first17, CREDIT_WEIGHTS, strict=True))
    return CREDIT_SIGNS[-total % 31]


def organisation_check(first8: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    rest = sum(int(sign, 36) * weight for sign, weight in zip(first8, ORGANISATION_WEIGHTS, strict=True)) % 11
    return "0X987654321"[rest]


def check(id_type: str, text: str) -> str:
    """The number as it will be kept; raises an IdentityNumberWrong for one that does not have the form of its kind."""
    match id_type:
        case "resident_id":
            return resident_number(text).number
        case "credit_code":
            return credit_code(text).number
        case "hk_macao_taiwan_residence":
            return residence_permit(text).number
        case "foreign_permanent_id":
            return permanent_resident(text)
        case "organisation_code":
            return organisation_code(text)
    if id_type not in SHAPES:
        raise IdentityKindUnknown()
    number = text.strip().upper()
    if not SHAPES[id_type].fullmatch(number):
        raise IdentityNumberWrong()
    return number


def residence_permit(text: str) -> ResidentNumber:
    """Read the number of a residence permit (港澳台居民居住证): a resident number of the areas 81, 82 and 83."""
    permit = resident_number(text)
    if permit.number[:2] not in RESIDENCE_AREAS:
        raise ResidencePermitAreaWrong()
    return permit


def permanent_resident(text: str) -> str:
    """Read the number of a foreign permanent resident's card: 15 signs, or 18 digits since 2023.

    Form from knowledge, unverified: 3 letters of the nationality, 12 digits; or 9, place 2, nationality 3, birth 8, sequence and
    check 4. The check character is not judged.
    """
    number = text.strip().upper()
    if not PERMANENT.fullmatch(number):
        raise PermanentResidentMalformed()
    if len(number) == 18:
        _birth(number[6:14], clock.today())
    return number


def organisation_code(text: str) -> str:
    """Read an organisation code (组织机构代码, GB 11714), with or without its dash; older papers still carry it."""
    number = text.strip().upper().replace("-", "")
    if not ORGANISATION.fullmatch(number) or organisation_check(number[:8]) != number[8]:
        raise OrganisationCodeWrong()
    return number


def _birth(digits: str, today: date) -> date:
    try:
        born_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise ResidentNumberBirthWrong() from error
    if born_on.year < OLDEST_BIRTH or born_on > today:
        raise ResidentNumberBirthWrong()
    return born_on
