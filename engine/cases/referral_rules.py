"""What must hold of a referral beyond its shape: identities, causes, courts, sums. All faults are found at once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from engine import clock, reading
from engine.access.models import Body, BodyKind
from engine.cases import causes, court_numbers, identity, intake_fields, own_party, regimes
from engine.courts.models import CourtProfile
from engine.db import db
from engine.errors import DomainError, Invalid, problem
from engine.forms.form import AnswersRefused
from engine.i18n import _

NO_ORGANISATION = _("There is no mediation organisation with this code.")


class ReferralRefused(Invalid):
    """The referral cannot become a case as it is."""

    message = _("The referral cannot be accepted as it is.")


def check(referral: dict, court: Body | None, sender: Body | None = None) -> None:
    """Raise ReferralRefused with every fault, each with its JSON pointer. `sender` is the institution that applies itself."""
    problems = [*_about_dates(referral), *_about_docket(referral, court),
                *_about_cause(referral), *_about_court(referral, court), *_about_bodies(referral), *_about_details(referral),
                *_about_sums(referral), *_about_parties(referral["parties"]),
                *(own_party.faults(referral["parties"], sender) if sender else ())]
    if problems:
        raise ReferralRefused(problems=problems)


def _told(pointer: str, error: DomainError) -> dict:
    return problem(pointer, error.code, error.message, **error.details)


def _about_dates(referral: dict) -> Iterator[dict]:
    filed_on = referral.get("filed_on")
    if filed_on and date.fromisoformat(str(filed_on)) > clock.today():
        yield problem("/filed_on", "in-the-future", _("The day of filing lies in the future."))


def _about_docket(referral: dict, court: Body | None) -> Iterator[dict]:
    """A docketed case: its days, its 民初 number, and everybody's recorded consent (Civil-Mediation 2020 Art. 1)."""
    docket = referral.get("docket")
    if not docket:
        return
    if court is None:
        yield problem("/docket", "no-court", _("Only a court entrusts docketed cases."))
    docketed_on, filed_on = reading.answered(docket["docketed_on"]), reading.answered(referral.get("filed_on"))
    if docketed_on > clock.today():
        yield problem("/docket/docketed_on", "in-the-future", _("The day of docketing lies in the future."))
    if filed_on and docketed_on < filed_on:
        yield problem("/docket/docketed_on", "before-filing", _("The case was docketed before the complaint was filed."))
    yield from _about_docket_number(referral, docketed_on)
    for index, party in enumerate(referral["parties"]):
        if party["side"] != "third" and (party.get("consents") or {}).get("mediation") is not True:
            yield problem(f"/parties/{index}/consents/mediation", "consent-missing",
                          _("A docketed case is entrusted only with the recorded consent of both sides."))


def _about_docket_number(referral: dict, docketed_on: date) -> Iterator[dict]:
    if not referral.get("court_number"):
        yield problem("/court_number", "number-missing", _("A docketed case has a number of the court."))
        return
    try:
        number = court_numbers.parse(referral["court_number"])
    except Invalid:
        return  # told by _about_court
    series = regimes.series_for("referral", "B", number.year, number.court)
    if number.series not in series:
        yield problem("/court_number", "other-series", _("A docketed case is numbered %(series)s, not %(found)s."),
                      series="、".join(series), found=number.series)
    if number.year != docketed_on.year:
        yield problem("/court_number", "other-year", _("The number is of %(year)s, the day of docketing of another year."),
                      year=str(number.year))


def _about_cause(referral: dict) -> Iterator[dict]:
    """The cause must stand in the list it names (民事案件案由规定), under its number; the category must fit the sector."""
    cause, decisive = referral["cause"], (referral.get("docket") or {}).get("docketed_on") or referral.get("filed_on")
    try:
        causes.find(cause["list"], cause["code"], cause["name"], reading.answered(decisive))
    except Invalid as error:
        yield _told("/cause", error)
    if referral.get("category"):
        try:
            causes.category(referral["category"], referral["sector"])
        except Invalid as error:
            yield _told("/category", error)


def _about_court(referral: dict, court: Body | None) -> Iterator[dict]:
    number = referral.get("court_number")
    if not number:
        return
    profile = db.session.get(CourtProfile, court.id) if court is not None else None
    try:
        parsed = court_numbers.parse(number, regimes.goes_on_with(profile.regime_setting if profile else ""))
    except Invalid as error:
        yield _told("/court_number", error)
        return
    if court is not None and parsed.court != court.code:
        yield problem("/court_number", "other-court", _("The number belongs to another court (%(code)s)."), code=parsed.court)


def _about_bodies(referral: dict) -> Iterator[dict]:
    asked = referral.get("organisation")
    if asked and not is_body(asked, BodyKind.ORGANISATION):
        yield problem("/organisation", "unknown-organisation", NO_ORGANISATION)
    for index, party in enumerate(referral["parties"]):
        if party.get("body") and not is_body(party["body"], BodyKind.INSTITUTION):
            yield problem(f"/parties/{index}/body", "unknown-institution", _("There is no institution with this code."))


def is_body(code: str, kind: BodyKind) -> bool:
    """Is this the code of an active body of this kind?"""
    return db.session.scalar(select(Body.id).where(Body.code == code, Body.kind == kind, Body.is_active)) is not None


def _about_details(referral: dict) -> Iterator[dict]:
    """Answers to the questions that are asked at intake have their form; what nobody asked is kept as it came."""
    try:
        referral["details"] = intake_fields.check(referral.get("details") or {}, referral.get("category") or "")
    except AnswersRefused as refusal:
        for fault in refusal.problems:
            yield fault | {"pointer": f"/details{fault['pointer']}"}


def _about_sums(referral: dict) -> Iterator[dict]:
    """When every claim has an amount, they add up to the amount in dispute."""
    amounts = [claim.get("amount") for claim in referral["claims"]]
    if amounts and all(amount is not None for amount in amounts):
        total = sum((Decimal(amount) for amount in amounts), Decimal(0))
        if total != Decimal(referral["amount"]):
            yield problem("/amount", "sum-differs", _("The claims add up to %(total)s, not %(amount)s."),
                          total=str(total), amount=str(referral["amount"]))


def _about_parties(parties: list[dict]) -> Iterator[dict]:
    for side, code, text in (("applicant", "no-applicant", _("There is no applicant.")),
                             ("respondent", "no-respondent", _("There is no respondent."))):
        if not any(party["side"] == side for party in parties):
            yield problem("/parties", code, text)
    for index, party in enumerate(parties):
        yield from _about_person(f"/parties/{index}", party)
        for number, agent in enumerate(party.get("agents") or []):
            yield from _about_person(f"/parties/{index}/agents/{number}", agent)


def _about_person(pointer: str, person: dict) -> Iterator[dict]:
    try:
        if person.get("domicile"):
            person["domicile"] = identity.region(person["domicile"])
    except Invalid as error:
        yield _told(f"{pointer}/domicile", error)
    number = person.get("id_number")
    if not number:
        return
    try:
        person["id_number"] = identity.check(person.get("id_type") or "other", number)
    except Invalid as error:
        yield _told(f"{pointer}/id_number", error)
