"""How a court ends a docketed case that it had entrusted to mediation (regime B), on record: kind, number, day, fee.

Before docketing (regime A) there is one such end: the mediation letter that both parties asked for, while its series is in use.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from engine import clock
from engine.cases.models import Case
from engine.courts.models import CourtEnding
from engine.db import db
from engine.errors import Conflict, Invalid
from engine.i18n import _
from engine.money import court_fee
from engine.workflow.models import UserTask, WaitStatus

ENDINGS = {  # kind → (what people read, the rule behind it)
    "withdrawal": (_("Suit withdrawn with the court's leave"), "CPL 148; Filing-2025 item 4"),
    "performed": (_("Closed by the court “in another manner”"), "Filing-2025 item 4"),
    "mediation_letter": (_("Mediation letter of the court"), "CPL 100; Invited-Med 20; Online-Med 20"),
    "trial": (_("On to trial"), "Filing-2025 item 5; Invited-Med 21"),
    "trial_resumed": (_("Trial resumed"), "Online-Med 21(3)"),
    "deemed_withdrawn": (_("Treated as withdrawn: fee not paid"), "CPL-Interp 213; Fees 22"),
}
DONE = ("withdrawal", "performed", "mediation_letter", "deemed_withdrawn")  # nothing is left for a trial
LETTER = "mediation_letter"  # also of a dispute settled before docketing, on both parties' request (诉前调书)
SIGNING_FOR = "sign_for_letter"  # the parties' user task


class NotDocketed(Conflict):
    """Only a docketed case is ended by a court like this."""

    message = _("The court has not docketed this case.")


class EndingUnknown(Invalid):
    message = _("“%(ending)s” is not a way in which a court ends a docketed case.")


def filing_fee(case: Case) -> Decimal:
    """What the plaintiff is asked for before the trial: Fees Art. 13(1), halved in the simplified procedure (Art. 16)."""
    return court_fee.halved(case.amount) if case.procedure == "simplified" else court_fee.property_case(case.amount)


def fee_of(case: Case, ending: str) -> Decimal | None:
    """The fee of a case that ended so: halved for mediation and withdrawal, once only (Fees Arts. 15, 16).

    Nothing is due where the court closes in another manner or treats the suit as withdrawn: the fee is called in only before
    the trial (Filing-2025 item 6).
    """
    if case.regime == "A":  # nothing was docketed: there is no fee
        return None
    if ending in ("withdrawal", LETTER):
        return court_fee.halved(case.amount)
    return filing_fee(case) if ending in ("trial", "trial_resumed") else None


def end(
    case: Case, ending: str, by: str, reason: str = "", number: str = "", document_id: int | None = None,
    decided_at: datetime | None = None, in_force_at: datetime | None = None,
) -> CourtEnding:
    """Put on record how the court ended the case. Raises NotDocketed, EndingUnknown."""
    if case.regime != "B" and not (case.regime == "A" and ending == LETTER):
        raise NotDocketed()
    if ending not in ENDINGS:
        raise EndingUnknown(ending=ending[:32])
    if ending == "trial" and case.during_trial:
        ending = "trial_resumed"
    row = CourtEnding(
        case_id=case.id, kind=ending, number=number or case.court_number, reason=reason, decided_by=by,
        fee=fee_of(case, ending), document_id=document_id, decided_at=decided_at or clock.now(), in_force_at=in_force_at)
    db.session.add(row)
    db.session.flush()
    return row


def of_case(case_id: int) -> CourtEnding | None:
    """The latest ending of a case."""
    asked = select(CourtEnding).where(CourtEnding.case_id == case_id).order_by(CourtEnding.id.desc())
    return db.session.scalar(asked.limit(1))


def letter_in_force(case_id: int) -> CourtEnding | None:
    """The mediation letter that both sides signed for, if the case ended by one: it can be enforced (CPL 100)."""
    row = of_case(case_id)
    if row is not None and row.kind in ("trial", "trial_resumed"):  # after a letter for a part, the rest goes to trial
        row = db.session.scalar(select(CourtEnding).where(
            CourtEnding.case_id == case_id, CourtEnding.kind == "mediation_letter").order_by(CourtEnding.id.desc()).limit(1))
    return row if row is not None and row.kind == "mediation_letter" and row.in_force_at else None


def title(ending: str) -> str:
    """The marked name of an ending."""
    return ENDINGS[ending][0] if ending in ENDINGS else ending


def last_signed_for(case_id: int) -> datetime | None:
    """When the last party signed for the mediation letter: from then on it is in force (CPL 100; CPL-Interp 149)."""
    return db.session.scalar(select(func.max(UserTask.closed_at)).where(
        UserTask.case_id == case_id, UserTask.element == SIGNING_FOR, UserTask.status == WaitStatus.DONE))


def who_judged(case: Case) -> str:
    """The judge who acted here, else the judge the court named."""
    acted = select(UserTask.completed_by).where(
        UserTask.case_id == case.id, UserTask.role == "judge", UserTask.status == WaitStatus.DONE)
    return db.session.scalar(acted.order_by(UserTask.closed_at.desc()).limit(1)) or case.court_judge or "审判员"
