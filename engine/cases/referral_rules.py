"""What must hold of a referral beyond its shape: identities, causes, courts, sums. All faults are found at once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from engine import clock
from engine.access.models import Body, BodyKind
from engine.cases import causes, court_numbers, identity
from engine.db import db
from engine.errors import DomainError, Invalid, problem
from engine.i18n import _


class ReferralRefused(Invalid):
    """The referral cannot become a case as it is."""

    message = _("The referral cannot be accepted as it is.")


def check(referral: dict, court: Body | None) -> None:
    """Raise ReferralRefused with every fault, each with its JSON pointer."""
    problems = [*_about_dates(referral), *_about_cause(referral), *_about_court(referral, court), *_about_bodies(referral),
                *_about_sums(referral), *_about_parties(referral["parties"])]
    if problems:
        raise ReferralRefused(problems=problems)


def _told(pointer: str, error: DomainError) -> dict:
    return problem(pointer, error.code, error.message, **error.details)


def _about_dates(referral: dict) -> Iterator[dict]:
    filed_on = referral.get("filed_on")
    if filed_on and date.fromisoformat(str(filed_on)) > clock.today():
        yield problem("/filed_on", "in-the-future", _("The day of filing lies in the future."))


def _about_cause(referral: dict) -> Iterator[dict]:
    """The cause must stand in the list it names (民事案件案由规定), under its number; the category must fit the sector."""
    cause, filed_on = referral["cause"], referral.get("filed_on")
    try:
        causes.find(cause["list"], cause["code"], cause["name"], date.fromisoformat(str(filed_on)) if filed_on else None)
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
    try:
        parsed = court_numbers.parse(number)
    except Invalid as error:
        yield _told("/court_number", error)
        return
    if court is not None and parsed.court != court.code:
        yield problem("/court_number", "other-court", _("The number belongs to another court (%(code)s)."), code=parsed.court)


def _about_bodies(referral: dict) -> Iterator[dict]:
    asked = referral.get("organisation")
    if asked and not _is_body(asked, BodyKind.ORGANISATION):
        yield problem("/organisation", "unknown-organisation", _("There is no mediation organisation with this code."))
    for index, party in enumerate(referral["parties"]):
        if party.get("body") and not _is_body(party["body"], BodyKind.INSTITUTION):
            yield problem(f"/parties/{index}/body", "unknown-institution", _("There is no institution with this code."))


def _is_body(code: str, kind: BodyKind) -> bool:
    return db.session.scalar(select(Body.id).where(Body.code == code, Body.kind == kind, Body.is_active)) is not None


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
    number = person.get("id_number")
    if not number:
        return
    try:
        person["id_number"] = identity.check(person.get("id_type") or "other", number)
    except Invalid as error:
        yield _told(f"{pointer}/id_number", error)
