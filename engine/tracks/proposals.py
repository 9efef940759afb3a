"""The no-objection proposal: a written proposal that becomes the agreement when nobody objects in writing in time.

《最高人民法院关于人民法院进一步深化多元化纠纷解决机制改革的意见》第24条: T11 of the table of terms (its wording is unverified).
Silence counts here and nowhere else, and only where every party agreed to the mechanism beforehand, was served with proof,
and had its own full term.
"""

from datetime import datetime

from sqlalchemy import func, select

from engine import clock
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, locked
from engine.deadlines import clocks, due_at, moment
from engine.documents import facts
from engine.documents.models import Document
from engine.errors import Conflict, Invalid, NotFound
from engine.i18n import _
from engine.mediation import agreement as agreements
from engine.mediation import consent
from engine.mediation import terms as clauses
from engine.mediation.models import Agreement
from engine.notices.models import Notice
from engine.tracks import advances
from engine.tracks.models import Proposal, ProposalAnswer
from engine.workflow import trace

NOTICE = "no_objection_proposal"
CHANNELS = ("electronic", "in_person", "post")
MEDIATION_TERMS = ("T06", "T06C", "T07", "T08")
PLENTY_DAYS = 999


class NotServed(Invalid):
    """Without proof of service no term begins."""

    message = _("Nothing proves that %(who)s was served with the proposal.")


class ServedOutOfTime(Invalid):
    message = _("%(who)s cannot have been served before the proposal was made, or in the future.")


class CannotBeDeemed(Conflict):
    """Silence counts only after prior consent, proven service and the whole term."""

    message = _("The proposal is not on the table any more.")


def days_left(case_id: int) -> int:
    """Whole days until the mediation term ends; plenty when none runs."""
    ends = [row.due_at for term in MEDIATION_TERMS if (row := clocks.running(case_id, term))]
    return min(((end - clock.now()).days for end in ends), default=PLENTY_DAYS)


def put(case: Case, kind: str, document: Document, terms: list[dict], texts: dict) -> Proposal:
    """A new proposal on the table; an earlier one that is still open is void. The caller holds the case's lock."""
    void_open(case.id)
    last = db.session.scalar(select(func.max(Proposal.number)).where(Proposal.case_id == case.id)) or 0
    made = Proposal(case_id=case.id, audience="mediation", number=last + 1, kind=kind, terms=terms,
                    facts=texts.get("facts") or "", reasons=texts.get("reasons") or "", document_id=document.id,
                    commitment_id=texts.get("commitment_id"),
                    created_by=case.mediator.name if case.mediator else "")
    db.session.add(made)
    db.session.flush()
    return made


def open_in(case_id: int) -> Proposal | None:
    """The proposal on the table, or None."""
    return db.session.scalar(select(Proposal).where(Proposal.case_id == case_id, Proposal.status == "open"))


def void_open(case_id: int) -> None:
    """The mediation went another way: nothing is on the table any more."""
    for proposal in db.session.scalars(select(Proposal).where(Proposal.case_id == case_id, Proposal.status == "open")):
        proposal.status, proposal.settled_at = "void", clock.now()
    db.session.flush()


def arrived(proposal: Proposal, person: Participant) -> datetime | None:
    """When the notice of the proposal arrived where the party agreed to be served electronically, if it did.

    Online-Litigation 31: what was sent to an address its owner gave is served when it arrives there; without consent to
    electronic service on record (29) a short message serves nothing, to an institution no more than to anybody else.
    """
    agreed = consent.latest(proposal.case_id, "e_service").get(person.id)
    if agreed is None or not agreed.is_given:
        return None
    moments = db.session.scalars(select(Notice.delivered_at).where(
        Notice.case_id == proposal.case_id, Notice.participant_id == person.id, Notice.template == NOTICE,
        Notice.delivered_at.is_not(None), Notice.created_at >= proposal.created_at))
    return min(moments, default=None)


def served_to(case_id: int) -> list[str]:
    """Participants (ids as text) at whom the open proposal has arrived: what diagrams wait for."""
    proposal = open_in(case_id)
    if proposal is None:
        return []
    case = db.session.get(Case, case_id)
    return [str(person.id) for person in facts.parties_of(case) if arrived(proposal, person)]


def objection_until(case_id: int, participant_id: int) -> datetime:
    """Until when a party may object: its own term once it was served, else as if it were served now."""
    proposal = open_in(case_id)
    row = _answer(proposal, participant_id) if proposal else None
    return row.until if row else due_at("T11", clock.now())


def serve(proposal_id: int, participant_id: int, channel: str, on: str, proof: str) -> ProposalAnswer:
    """Write down that a party was served; its own term begins. Raises NotServed, ServedOutOfTime; twice changes nothing."""
    proposal, person = _of(proposal_id, participant_id)
    if known := _answer(proposal, person.id):
        return known
    at = arrived(proposal, person)
    if at is None or channel != "electronic" and on:
        at = _by_hand(proposal, person, channel, on, proof)
    else:
        channel, proof = "electronic", proof or f"sms {person.phone[-4:]}"
    row = ProposalAnswer(proposal_id=proposal.id, participant_id=person.id, served_at=at, channel=channel, proof=proof,
                         until=due_at("T11", at))
    proposal.answers.append(row)
    db.session.flush()
    trace.write(None, "proposal_served", "system", case_id=proposal.case_id, participant=person.id, channel=channel)
    return row


def _by_hand(proposal: Proposal, person: Participant, channel: str, on: str, proof: str) -> datetime:
    if channel not in CHANNELS or channel == "electronic" or not on or not proof.strip():
        raise NotServed(who=person.name)
    at = moment(on)
    if not proposal.created_at.astimezone(clock.SHANGHAI).date() <= at.astimezone(clock.SHANGHAI).date() or at > clock.now():
        raise ServedOutOfTime(who=person.name)
    return max(at, proposal.created_at)


def answer(proposal_id: int, participant_id: int, said: str, text: str = "") -> ProposalAnswer:
    """Keep what a party said about the proposal, or that it stayed silent."""
    proposal, person = _of(proposal_id, participant_id)
    row = _answer(proposal, person.id)
    if row is None:
        raise NotServed(who=person.name)
    row.answer, row.text, row.answered_at = said, text, clock.now()
    if said == "object":
        proposal.status, proposal.settled_at = "refused", clock.now()
    db.session.flush()
    return row


def _of(proposal_id: int, participant_id: int) -> tuple[Proposal, Participant]:
    proposal, person = locked(Proposal, proposal_id), db.session.get(Participant, participant_id)
    if person is None or person.case_id != proposal.case_id:
        raise NotFound()
    return proposal, person


def _answer(proposal: Proposal, participant_id: int) -> ProposalAnswer | None:
    return next((row for row in proposal.answers if row.participant_id == participant_id), None)


def check_deemed(proposal_id: int) -> list[ProposalAnswer]:
    """Every party's answer to a proposal that counts as agreed. Raises CannotBeDeemed with the first thing that is missing."""
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None or proposal.kind != "no_objection" or proposal.status != "open":
        raise CannotBeDeemed()
    agreed = consent.latest(proposal.case_id, "no_objection")
    people = facts.parties_of(db.session.get(Case, proposal.case_id))
    return [_checked(proposal, person, agreed.get(person.id)) for person in people]


def _checked(proposal: Proposal, person: Participant, agreed) -> ProposalAnswer:
    if agreed is None or not agreed.is_given or agreed.at > proposal.created_at:
        raise CannotBeDeemed(_("%(who)s gave no prior consent to the mechanism."), who=person.name)
    row = _answer(proposal, person.id)
    if row is None:
        raise CannotBeDeemed(_("%(who)s was not served."), who=person.name)
    if row.answer == "object":
        raise CannotBeDeemed(_("%(who)s objected."), who=person.name)
    if row.answer != "accept" and row.until > clock.now():
        raise CannotBeDeemed(_("The term of %(who)s has not run out."), who=person.name)
    return row


def effective_at(answers: list[ProposalAnswer]) -> datetime:
    """The moment the last party's term ran out, or that party said it has no objection."""
    return max(row.answered_at if row.answer == "accept" else row.until for row in answers)


def deem_agreed(case: Case, proposal_id: int, document: Document) -> Agreement:
    """The proposal becomes the agreement of the case. The caller holds the case's lock. Raises CannotBeDeemed."""
    proposal = locked(Proposal, proposal_id)
    if proposal.status == "agreed":
        return db.session.get(Agreement, proposal.agreement_id)
    answers = check_deemed(proposal_id)
    agreements.void_unsigned(case.id)
    made = Agreement(
        case_id=case.id, audience="filing", number=agreements.next_number(case), scope="full", terms=proposal.terms,
        facts=proposal.facts, effect="silence", status="effective", document_id=document.id, frozen_sha256=document.frozen_sha256,
        effective_at=effective_at(answers), created_by=proposal.created_by)
    db.session.add(made)
    db.session.flush()
    proposal.status, proposal.settled_at, proposal.agreement_id = "agreed", clock.now(), made.id
    case.settled_amount = clauses.total(proposal.terms) + advances.total(case.id)
    trace.write(None, "proposal_agreed", "system", case_id=case.id, agreement=made.id)
    db.session.flush()
    return made
