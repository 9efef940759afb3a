"""Which court may confirm an agreement (CPL 205), by the tables of levels."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from sqlalchemy import select

from engine import clock
from engine.access.models import Body, BodyKind
from engine.cases.models import Case, CaseLink
from engine.courts.models import CourtProfile
from engine.db import db
from engine.errors import Conflict
from engine.i18n import _

TABLE = Path(__file__).with_name("tables") / "levels.toml"
FINANCIAL = ("banking", "insurance")
INVITING, SUBJECT_MATTER, ORGANISATION, DOMICILE, FINANCIAL_COURT = "inviting", "subject_matter", "organisation", "domicile", \
    "financial"
RULED, PROPERTY = "ruled", "property"
REASONS = {
    INVITING: ("邀请调解的法院", "the court that invited the organisation"),
    SUBJECT_MATTER: ("标的物所在地", "place of the subject-matter"),
    ORGANISATION: ("调解组织所在地", "place of the organisation"),
    DOMICILE: ("当事人住所地", "domicile of a party"),
    RULED: ("作出裁定的法院", "the court that ruled"),
    PROPERTY: ("被执行的财产所在地", "where the property is"),
    FINANCIAL_COURT: ("金融案件由金融法院管辖", "financial cases of this level go to the financial court"),
}


class NoCompetentCourt(Conflict):
    message = _("No court on the platform is competent.")


@dataclass(frozen=True)
class Choice:
    """A court the parties may apply to, and why it is competent."""

    court: Body
    why: str

    def as_option(self) -> dict:
        """As a form's list takes it."""
        zh, en = REASONS[self.why]
        return {"id": self.court.code, "name": f"{self.court.name}（{zh}）",
                "name_en": f"{self.court.name_en or self.court.name} ({en})"}


def competent(case: Case, court_code: str = "") -> Body:
    """The court that may confirm: the one asked for when it is among the competent ones. Raises NoCompetentCourt."""
    able = competent_courts(case)
    chosen = [court for court in able if court.code == court_code]
    if not able or court_code and not chosen:
        raise NoCompetentCourt()
    return (chosen or able)[0]


def competent_courts(case: Case) -> list[Body]:
    """The courts the parties may choose from, nearest first."""
    return [choice.court for choice in choices(case)]


def choices(case: Case) -> list[Choice]:
    """CPL 205(1): the court that invited the organisation to mediate, alone. CPL 205(2): the basic courts at a party's domicile,
    the place of the subject-matter and the organisation; the intermediate or financial court when the dispute is of that level.
    """
    if case.court is not None:
        return [Choice(case.court, INVITING)]
    places = _places(case)
    if not belongs_to_intermediate(case):
        return _courts(places, "basic", str)
    financial = _financial(places) if case.sector in FINANCIAL else []
    return financial or _courts(places, "intermediate", lambda region: region[:4])


def belongs_to_intermediate(case: Case) -> bool:
    """Is the sum in dispute one of the intermediate courts' (levels.toml)?"""
    rule = next((row for row in reversed(_table()["rule"]) if row["since"] <= clock.today()), None)
    provinces = {region[:2] for region in _domiciles(case)}
    limit = rule and rule["across_provinces" if len(provinces) > 1 else "of_one_province"]
    return bool(limit) and case.amount >= Decimal(limit)


def _places(case: Case) -> list[tuple[str, str]]:
    """(why, region code) of every place that makes a court competent, each region once."""
    found = [(SUBJECT_MATTER, case.region)]
    found += [(ORGANISATION, body.region) for body in mediating(case)]
    found += [(DOMICILE, region) for region in _domiciles(case)]
    return list({region: (why, region) for why, region in reversed(found) if region}.values())[::-1]


def _domiciles(case: Case) -> list[str]:
    return [region for person in case.participants if person.role == "party" if (region := domicile(person))]


def mediating(case: Case) -> list[Body]:
    """The organisations that took part in the mediation, the present one first: the court at the place of each is competent
    (CPL-Interp 352). One that handed the case over before a mediator took it has not mediated.
    """
    found, known, links = [case.organisation] if case.organisation else [], {case.id}, [case.id]
    while links:
        earlier = db.session.scalars(select(Case).join(CaseLink, CaseLink.case_id == Case.id).where(
            CaseLink.other_id.in_(links), Case.id.not_in(known)).order_by(Case.id)).all()
        found += [one.organisation for one in earlier if one.organisation and one.mediator_id]
        links = [one.id for one in earlier]
        known |= set(links)
    return list(dict.fromkeys(found))


def domicile(person) -> str:
    """Where a party is at home: the region told of it (CPL-Interp 3, 4); without one, a firm's place of registration
    (统一社会信用代码, digits 3–8). Of a person it is never guessed: a resident number names where it was given out, long ago.
    """
    return person.domicile or (person.id_number[2:8] if person.id_type == "credit_code" else "")


def lies_in(region: str, place: str) -> bool:
    """Is the region of a court the place, or one of its districts? A firm registered with a city (350100) or a province (110000)
    may have its seat in any of them: the parties say in which, and the court looks at it.
    """
    part = place[:2] if place.endswith("0000") else place[:4] if place.endswith("00") else place
    return bool(part) and region.startswith(part)


def _courts(places: list[tuple[str, str]], level: str, area) -> list[Choice]:
    rows = db.session.scalars(select(Body).join(CourtProfile, CourtProfile.body_id == Body.id).where(
        Body.kind == BodyKind.COURT, Body.is_active, CourtProfile.level == level).order_by(Body.code)).all()
    found = {}
    for why, place in places:
        for court in rows:
            if court.region and lies_in(area(court.region), area(place)):
                found.setdefault(court.id, Choice(court, why))
    return list(found.values())


def _financial(places: list[tuple[str, str]]) -> list[Choice]:
    provinces = {region[:2] for _why, region in places}
    codes = [row["code"] for row in _table()["financial_court"]
             if row["since"] <= clock.today() and provinces & set(row["provinces"])]
    courts = db.session.scalars(select(Body).where(Body.kind == BodyKind.COURT, Body.is_active, Body.code.in_(codes)))
    return sorted((Choice(court, FINANCIAL_COURT) for court in courts), key=lambda choice: codes.index(choice.court.code))


@cache
def _table() -> dict:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
