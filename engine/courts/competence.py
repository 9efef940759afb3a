"""Which court may confirm an agreement (CPL 205)."""

from sqlalchemy import select

from engine.access.models import Body, BodyKind
from engine.cases.models import Case
from engine.courts.models import CourtProfile
from engine.db import db
from engine.errors import Conflict
from engine.i18n import _


class NoCompetentCourt(Conflict):
    message = _("No court on the platform is competent.")


def competent(case: Case, court_code: str = "") -> Body:
    """The court that may confirm. Raises NoCompetentCourt.

    The court that invited the organisation alone (CPL 205(1)); else a basic court at a party's or the organisation's place,
    the one asked for when it is among them (CPL 205(2)).
    """
    if case.regime == "A":
        if case.court is None:
            raise NoCompetentCourt()
        return case.court
    able = competent_courts(case)
    chosen = [court for court in able if court.code == court_code]
    if not able or court_code and not chosen:
        raise NoCompetentCourt()
    return (chosen or able)[0]


def competent_courts(case: Case) -> list[Body]:
    """The basic courts the parties may choose from in regime C, nearest first."""
    regions = [case.region]
    if case.organisation:
        regions.append(case.organisation.region)
    firms = [person for person in case.participants if person.role == "party" and person.id_type == "credit_code"]
    regions += [firm.id_number[2:8] for firm in firms]  # where it is registered
    courts = db.session.scalars(select(Body).join(CourtProfile, CourtProfile.body_id == Body.id).where(
        Body.kind == BodyKind.COURT, Body.is_active, CourtProfile.level == "basic", Body.region.in_(filter(None, regions))))
    return sorted(courts, key=lambda court: (regions.index(court.region), court.code))
