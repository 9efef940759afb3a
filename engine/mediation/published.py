"""The mediation term that an organisation publishes for its own intake: no national rule fixes one (NFRA-2025-14 item 14)."""

from datetime import date

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation.models import OrganisationProfile

TERM = "T06C"
LONGEST = 365


class OrganisationUnknown(NotFound):
    message = _("There is no mediation organisation %(code)s on the platform.")


class PublishedTermRefused(Invalid):
    message = _("The mediation term cannot be set like this.")


def mediation_days(case: Case) -> int | None:
    """How many days the organisation's published rules give a case of its own intake; None: the table's default."""
    profile = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
    if profile is None or profile.mediation_days is None:
        return None
    accepted_on = (case.accepted_at or clock.now()).astimezone(clock.SHANGHAI).date()
    return profile.mediation_days if (profile.mediation_since or date.min) <= accepted_on else None


def publish_term(actor: Actor, code: str, days: int, rules: str, since: date) -> OrganisationProfile:
    """Note the term of an organisation's published rules. Raises OrganisationUnknown, PublishedTermRefused."""
    require(actor, Permission.BODY_MANAGE)
    body = db.session.query(Body).filter_by(code=code.strip(), kind=BodyKind.ORGANISATION).one_or_none()
    if body is None:
        raise OrganisationUnknown(code=code[:32])
    rules = " ".join(rules.split())
    faults = []
    if not 1 <= days <= LONGEST:
        faults.append(problem("/days", "range", _("A mediation term has 1 to 365 days.")))
    if not 1 <= len(rules) <= 200:
        faults.append(problem("/rules", "length", _("Name the published rules in 1 to 200 characters.")))
    if faults:
        raise PublishedTermRefused(problems=faults)
    if db.session.get(OrganisationProfile, body.id) is None:
        db.session.add(OrganisationProfile(body_id=body.id))
        db.session.flush()
    profile = locked(OrganisationProfile, body.id)
    profile.mediation_days, profile.mediation_rules, profile.mediation_since = days, rules, since
    db.session.flush()
    return profile
