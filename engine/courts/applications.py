"""What parties ask of a court after the mediation: payment order (CPL 225), enforcement (CPL 206, 235), objection, letter."""

from sqlalchemy import select

from engine import clock
from engine.access.models import Body, BodyKind
from engine.cases.models import Case
from engine.courts import competence, confirmation, docketed, series
from engine.courts.models import CourtApplication, CourtProfile
from engine.db import db
from engine.errors import NotFound
from engine.i18n import _

KINDS = ("payment_order", "enforcement", "objection", "docketing", "letter", "restoration")
USES = {"payment_order": "payment_order", "enforcement": "enforcement", "objection": "confirmation_objection",
        "docketing": "docketing", "letter": "letter"}


class NothingAskedFor(NotFound):
    message = _("Nothing of this kind was asked of a court in this case.")


def latest(case_id: int | None, kind: str = "") -> CourtApplication | None:
    """The latest application of a case, of one kind or of any."""
    query = select(CourtApplication).where(CourtApplication.case_id == case_id)
    if kind:
        query = query.where(CourtApplication.kind == kind)
    return db.session.scalar(query.order_by(CourtApplication.id.desc()).limit(1))


def court_of(case_id: int | None) -> int | None:
    """The body id of the court that was asked last."""
    found = latest(case_id)
    return found.court_id if found else None


def courts_for(case: Case, kind: str, debtor_region: str = "") -> list[competence.Choice]:
    """The courts that may be asked; the list may be empty.

    Enforcement: the court that ruled, or one of its level where the property is (CPL-Interp 460). Payment order: the basic court
    of the debtor's domicile (CPL 225). Objection: the court that ruled (CPL-Interp 372).
    Docketing, and a mediation letter before it: the court that referred the dispute (在线调解规则 21; 特邀调解规定 20). A missed
    term to be extended for good cause: the courts that the application itself would go to (CPL 86, 205).
    """
    if kind == "restoration":
        return competence.choices(case)
    if kind in ("docketing", "letter"):
        return [competence.Choice(case.court, competence.INVITING)] if case.court else []
    ruled = db.session.get(Body, confirmation.court_of(case.id) or 0)
    if kind == "objection":
        return [competence.Choice(ruled, competence.INVITING)] if ruled else []
    of_debtor = _basic(debtor_region)
    if kind == "payment_order":
        return [competence.Choice(court, competence.DOMICILE) for court in of_debtor]
    if docketed.letter_in_force(case.id):
        ruled = case.court
    has_basis = ruled and (case.confirmation == "confirmed" or docketed.letter_in_force(case.id))
    first = [competence.Choice(ruled, competence.RULED)] if has_basis else []
    return first + [competence.Choice(court, competence.PROPERTY) for court in of_debtor if court != ruled]


def _basic(region: str) -> list[Body]:
    if not region:
        return []
    courts = db.session.scalars(select(Body).join(CourtProfile, CourtProfile.body_id == Body.id).where(
        Body.kind == BodyKind.COURT, Body.is_active, CourtProfile.level == "basic").order_by(Body.code))
    return [court for court in courts if competence.lies_in(court.region, region)]


def enforceable_orders(case_id: int, creditor_id: int | None = None, debtor_id: int | None = None) -> list[CourtApplication]:
    """The payment orders that can be enforced, of one creditor against one debtor or of all; the latest first."""
    found = db.session.scalars(select(CourtApplication).where(
        CourtApplication.case_id == case_id, CourtApplication.kind == "payment_order", CourtApplication.status == "enforceable"
    ).order_by(CourtApplication.id.desc()))
    return [row for row in found if creditor_id in (None, row.applicant_id) and debtor_id in (None, row.debtor_id)]


def file(case: Case, kind: str, court: Body, applicant_id: int | None, debtor_id: int | None = None) -> CourtApplication:
    """Enter an application; the same one again gives the row that is open."""
    known = latest(case.id, kind)
    if known is not None and known.status == "filed" and (known.court_id, known.debtor_id) == (court.id, debtor_id):
        return known
    made = CourtApplication(case_id=case.id, kind=kind, court_id=court.id, applicant_id=applicant_id, debtor_id=debtor_id,
                            status="filed", number="", filed_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made


def decides_here(application: CourtApplication) -> bool:
    """Do the court's people decide in our inbox? Otherwise numbers and papers are its own system's to make."""
    profile = db.session.get(CourtProfile, application.court_id)
    return bool(profile and profile.decides_here)


def listens(court: Body) -> bool:
    """Has the court a system of its own that takes our messages?"""
    profile = db.session.get(CourtProfile, court.id)
    return bool(profile and profile.callback_url)


def note_number(case_id: int, kind: str, number: str) -> None:
    """The number under which the court's own system has the application. Raises NothingAskedFor."""
    _known(case_id, kind).number = number
    db.session.flush()


def number_for(case: Case, kind: str) -> str:
    """The court's number for the application: the one it has, else the next of the series, when its people decide here."""
    return numbered(_known(case.id, kind), case)


def numbered(found: CourtApplication, case: Case) -> str:
    """The number of one application, given now if it has none and the court's people decide here."""
    if not found.number and decides_here(found):
        found.number = series.next_number(USES[found.kind], case.regime, db.session.get(Body, found.court_id).code)
        db.session.flush()
    return found.number


def decide(case_id: int, kind: str, status: str, reason: str = "") -> CourtApplication:
    """What the court made of it is on record. Raises NothingAskedFor."""
    found = _known(case_id, kind)
    found.status, found.reason, found.decided_at = status[:16], reason, clock.now()
    db.session.flush()
    return found


def _known(case_id: int, kind: str) -> CourtApplication:
    found = latest(case_id, kind)
    if found is None:
        raise NothingAskedFor()
    return found
