"""Groups of cases with common issues: a model case first, then an offer worked out for each case, each asked for itself.

Shanghai rules on model judgments 2021 and NFRA-2025-14 item 14 (DOMAIN §4.4, §4.7): waiting takes each party's consent, the
offer is accepted case by case and never presumed, identity and signature stay those of each case.
"""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select

from engine import clock
from engine.access.models import Participant
from engine.cases.models import Case, CaseLink
from engine.db import db, locked
from engine.documents.facts import parties_of
from engine.errors import Conflict
from engine.i18n import _
from engine.tracks.models import CaseGroup, GroupMember
from engine.workflow import trace

CENT = Decimal("0.01")
SIDES = ("applicant", "respondent")
STATES = ("added", "waiting", "unwilling", "offered", "agreed", "refused")


class NoOfferYet(Conflict):
    message = _("The model case has no result yet.")


def member_of(case_id: int) -> GroupMember | None:
    """The case's place in its group, or None."""
    return db.session.scalar(select(GroupMember).where(GroupMember.case_id == case_id))


def group_of(case_id: int) -> CaseGroup | None:
    """The group of a case, or None."""
    member = member_of(case_id)
    return db.session.get(CaseGroup, member.group_id) if member else None


def size(group_id: int) -> int:
    """How many cases a group has."""
    return db.session.scalar(select(func.count(GroupMember.id)).where(GroupMember.group_id == group_id))


def duplicates(case: Case) -> list[Case]:
    """Other open cases of the same people with the same institution about the same cause: perhaps one dispute brought twice.

    Whichever side brought it; the institution itself is a party to a thousand cases and makes none of them the same.
    """
    numbers = [person.id_number_blind for person in parties_of(case) if person.id_number_blind and person.body_id is None]
    query = select(Case).join(Participant, Participant.case_id == Case.id).where(
        Case.id != case.id, Case.cause_code == case.cause_code, Case.concluded_at.is_(None), Participant.role == "party",
        Participant.body_id.is_(None), Participant.id_number_blind.in_(numbers)).order_by(Case.id)
    return [other for other in db.session.scalars(query).unique() if other.institution_id == case.institution_id]


def note(case_id: int, state: str) -> GroupMember:
    """Where the case stands in its group."""
    member = locked(GroupMember, member_of(case_id).id)
    member.state = state
    trace.write(None, f"group_{state}", "system", case_id=case_id, group=member.group_id)
    db.session.flush()
    return member


def offer_for(case: Case) -> list[dict]:
    """The group's offer worked out for one case: its own parties, its own sum, its own day. Raises NoOfferYet."""
    group = group_of(case.id)
    if group is None or not group.result_at:
        raise NoOfferYet()
    told = group.offer
    sides = {side: next((one for one in parties_of(case) if one.side == side), None) for side in SIDES}
    debtor = sides[told["debtor"]]
    creditor = sides[SIDES[1 - SIDES.index(told["debtor"])]]
    amount = (case.amount * Decimal(str(told["percent"])) / 100).quantize(CENT, ROUND_HALF_UP)
    due = clock.today() + timedelta(days=int(told["due_days"]))
    return [{"kind": "payment", "debtor": str(debtor.id), "creditor": str(creditor.id), "amount": str(amount),
             "due_on": due.isoformat(), "method": told.get("method") or "", "text": told.get("text") or ""}]


def progress(group: CaseGroup) -> dict[str, int]:
    """How many of a group's cases stand where."""
    found = dict.fromkeys(STATES, 0)
    for member in group.members:
        found[member.state] += 1
    return found


def merged_into(case_id: int) -> str:
    """The number of the case this one was merged into (O20), or nothing."""
    link = db.session.scalar(select(CaseLink).where(CaseLink.case_id == case_id, CaseLink.kind == "merged").limit(1))
    return db.session.get(Case, link.other_id).number if link else ""
