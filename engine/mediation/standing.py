"""Does an institution's authority reach as far as what somebody is about to do for it? Asked before anything binds it."""

from collections.abc import Sequence
from decimal import Decimal

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import limits
from engine.cases.limits import Stake
from engine.cases.models import AuthorityRequest, Case
from engine.db import db
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation import terms as clauses


class ApprovalNeeded(Conflict):
    """It is above the limit of who acts: nothing is bound until the approver has said yes."""

    message = _("This is above the limit you may settle up to: it waits for the approval of %(who)s.")


class NobodyMayApprove(Conflict):
    """The ladder has no rung that reaches so far."""

    message = _("Nobody at %(institution)s has authority for so much in force: its limits have to be changed first.")


def stake_of(person: Participant, case: Case, terms: Sequence[dict], scope: str = "full") -> Stake:
    """What terms cost an institution: what it pays, and what it waives of its own claim.

    In a partial agreement nothing is counted as waived: what is not agreed stays in dispute.
    """
    pays = [one for one in terms if one.get("kind") == "payment"]
    owes = clauses.total([one for one in pays if _is(person, one.get("debtor"))])
    gets = clauses.total([one for one in pays if _is(person, one.get("creditor"))])
    waives = max(case.amount - gets, Decimal(0)) if person.side == "applicant" and scope == "full" else Decimal(0)
    return Stake(
        concession=owes + waives, total=clauses.total(pays),
        duties=sum(1 for one in terms if one.get("kind") != "payment" and _is(person, one.get("debtor"))),
        foreign=any(one.get("currency", "CNY") != "CNY" for one in pays))


def _is(person: Participant, told) -> bool:
    return str(told) in (person.name, str(person.id))


def check(actor: Actor, person: Participant, stake: Stake) -> None:
    """Raise ApprovalNeeded when who acts may not settle so much for the institution and nobody has approved it."""
    case = db.session.get(Case, person.case_id)
    if reaches(actor, case, person, stake):
        return
    waiting = limits.asked(case.id, person.body_id)
    if waiting is None or not limits.covers(waiting, stake):
        _first, approver = first_rung(case, person, stake, actor.user_id)
        raise ApprovalNeeded(who=approver.name)
    raise ApprovalNeeded(who=waiting.approver.name if waiting.approver else "")


def reaches(actor: Actor, case: Case, person: Participant, stake: Stake) -> bool:
    """May this actor do it for the institution, by their own limit or an approval?"""
    if not limits.keeps(person.body_id):
        return True
    kind = limits.AGENT if _is_outside(actor) else limits.HANDLER
    held = limits.held_by(person.body_id, case.category, actor.user_id, kind)
    return any(limits.covers(row, stake) for row in held) or limits.approved(case.id, person.body_id, stake) is not None


def _is_outside(actor: Actor) -> bool:
    """Somebody who came by a link as an agent, not as the institution itself."""
    own = db.session.get(Participant, actor.participant_id) if actor.kind == "party" else None
    return own is not None and own.represents_id is not None


def first_rung(case: Case, person: Participant, stake: Stake, asker_id: int | None):
    """Where the ladder begins; raises NobodyMayApprove when none of its rungs reaches so far."""
    able = any(limits.covers(row, stake) and (row.user_id != asker_id or row.substitute_id not in (None, asker_id))
               for row in limits.ladder(person.body_id, case.category))
    found = limits.rung_for(person.body_id, case.category, 0, asker_id)
    if not able or found is None:
        raise NobodyMayApprove(institution=person.name)
    return found


def is_confirmed(case: Case, person: Participant, stake: Stake) -> bool:
    """Could one of the institution's own people bind it today, or has an approver said yes?"""
    if not limits.keeps(person.body_id) or limits.approved(case.id, person.body_id, stake):
        return True
    return any(limits.covers(row, stake) for row in limits.in_force(person.body_id, case.category) if row.level == 0)


def institutions(case: Case) -> list[Participant]:
    """The parties of a case that are institutions on the platform."""
    return [one for one in case.participants if one.role == "party" and one.is_current and one.body_id]


def stake_in_request(row: AuthorityRequest) -> Stake:
    """What a request asks approval for."""
    return Stake(row.concession, row.total, row.duties, row.foreign)
