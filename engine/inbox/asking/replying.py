"""What each party says to each claim, and the evidence for and against it: a mediator's one page on what is in dispute.

It is said in mediation, so it stays there: both sides and the mediator read it, or one side and the mediator; never the court,
and what is admitted to reach a settlement is not used against whoever said it (在线调解规则 18; CPL-Interp 107).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant, Side
from engine.access.permissions import Permission
from engine.access.policy import may, reads, require, visible
from engine.cases.models import Case, Referral
from engine.db import db, locked
from engine.documents import shelf
from engine.documents.facts import parties_of
from engine.documents.models import Document
from engine.errors import Conflict, Invalid, problem
from engine.i18n import _
from engine.inbox import authority
from engine.inbox.asking import reply_forms
from engine.inbox.workspace import desk
from engine.mediation.models import ClaimEvidence, ClaimReply
from engine.workflow import trace

ADMITTING = ("admitted", "partly")


class MediationOver(Conflict):
    """Nothing is said to claims any more once the mediation has ended."""

    message = _("The mediation has ended; nothing more can be said to the claims.")


class NotAsked(Conflict):
    """The claims go against somebody else, or nobody says which they are."""

    message = _("You are not the one to whom these claims go.")


@dataclass(frozen=True)
class Piece:
    """A piece of evidence: a document, or only a line of the list that came with the claims."""

    name: str
    side: str
    proves: str
    document: Document | None = None
    by: Participant | None = None


@dataclass(frozen=True)
class Claim:
    """One claim with what is said to it and what is there for and against it."""

    number: int
    text: str
    text_en: str
    amount: str | None
    replies: list[ClaimReply] = field(default_factory=list)  # the newest of each party, and before it the earlier ones
    evidence: list[Piece] = field(default_factory=list)

    def latest(self) -> list[ClaimReply]:
        """What each party says now."""
        return list({row.participant_id: row for row in self.replies}.values())

    def earlier(self, reply: ClaimReply) -> list[ClaimReply]:
        """What the same party said before."""
        return [row for row in self.replies if row.participant_id == reply.participant_id and row.id < reply.id]


@dataclass(frozen=True)
class Dispute:
    """All of it, as one person may see it."""

    claims: list[Claim]
    rest: list[Piece]  # evidence that stands under no claim
    is_inside: bool  # may this person read replies at all?
    silent: list[Participant]  # parties who were asked and have said nothing
    names: dict[int, str]  # of the participants

    @property
    def admitted(self) -> Decimal:
        """The sums that are admitted, each claim once: the least that any party who answers for it admits."""
        return sum((_admitted(claim) for claim in self.claims), Decimal(0))


def _admitted(claim: Claim) -> Decimal:
    said = claim.latest()
    whole = Decimal(claim.amount or 0)
    return min((whole if row.stance == "admitted" else row.admitted or Decimal(0) if row.stance == "partly" else Decimal(0)
                for row in said), default=Decimal(0))


def of_case(actor: Actor, case: Case) -> Dispute:
    """The claims of a case side by side with replies and evidence, as far as the actor may see them."""
    replies = _rows(actor, ClaimReply, case)
    documents = {row.id: row for row in _rows(actor, Document, case) if row.side}
    links = [row for row in _rows(actor, ClaimEvidence, case) if row.document_id in documents]
    people = {person.id: person for person in case.participants}
    listed = _listed(case)
    claims = [
        Claim(number, row.get("text") or "", row.get("text_en") or "", row.get("amount"),
              [one for one in replies if one.claim == number],
              [_piece(one, documents, people) for one in links if one.claim == number])
        for number, row in enumerate(case.claims, 1)]
    said = {row.participant_id for row in replies}
    inside = reads(actor, case.id, "mediation")
    silent = [person for person in _answerers(case) if person.id not in said] if inside else []
    return Dispute(claims, _rest(documents, {row.document_id for row in links}, listed), inside, silent,
                   {key: person.name for key, person in people.items()})


def _rows(actor: Actor, model, case: Case) -> list:
    return list(db.session.scalars(select(model).where(model.case_id == case.id, visible(actor, model)).order_by(model.id)))


def _listed(case: Case) -> dict[str, dict]:
    """The lines of the evidence list that came with the claims, by name."""
    referral = db.session.scalar(select(Referral).where(Referral.case_id == case.id))
    rows = referral.body.get("evidence") or [] if referral else []
    return {row["name"]: row for row in rows if row.get("name")}


def _piece(link: ClaimEvidence, documents: Mapping[int, Document], people: Mapping[int, Participant]) -> Piece:
    document = documents[link.document_id]
    return Piece(document.title, document.side, link.proves, document, people.get(link.participant_id))


def _rest(documents: Mapping[int, Document], linked: set[int], listed: Mapping[str, dict]) -> list[Piece]:
    """What was handed in as evidence and stands under no claim; and what was only announced."""
    shelved = {row.title for row in documents.values()}
    there = [Piece(row.title, row.side, (listed.get(row.title) or {}).get("proves") or "", row)
             for row in documents.values() if row.id not in linked and row.kind == "evidence"]
    return there + [Piece(name, Side.APPLICANT, row.get("proves") or "") for name, row in listed.items() if name not in shelved]


def _answerers(case: Case) -> list[Participant]:
    """Against whom the claims go: whoever is no applicant."""
    return [person for person in parties_of(case) if person.side != Side.APPLICANT]


def speakers(actor: Actor, case: Case, answers: bool) -> list[Participant]:
    """For which parties this person may speak: oneself, one's institution; the mediator notes down for all of them.

    `answers`: only for those against whom the claims go.
    """
    if case.concluded_at is not None or not case.claims or not may(actor, Permission.CLAIM_REPLY, case):
        return []
    people = _answerers(case) if answers else parties_of(case)
    if actor.user_id is not None and case.mediator_id == actor.user_id:
        return people
    own = {_own(actor)} if actor.kind == "party" else set(desk.speaks_for(actor, case))
    return [person for person in people if person.id in own]


def _own(actor: Actor) -> int:
    person = db.session.get(Participant, actor.participant_id)
    return person.represents_id or person.id


def reply(actor: Actor, case: Case, answers: Mapping) -> list[ClaimReply]:
    """Say something to claims of the case; what was said before stays. Raises Invalid, MediationOver, NeedsSpecialAuthority."""
    people = _speaking(actor, case, True)
    told = reply_forms.reply(case, people).check(answers)
    person = _named(people, told)
    known = _latest(case, person)
    rows = [row for row in _said(case, person, told) if not _is_same(row, known.get(row.claim))]
    if not rows:
        raise Invalid(problems=[problem("/stance_1", "required", _("Say something new to at least one claim."))])
    authority.check_matters(actor, ["admit"] if any(row.stance in ADMITTING for row in rows) else [])
    for row in rows:
        row.recorded_by = actor.name
    db.session.add_all(rows)
    trace.write(None, "claim_replied", actor.name, case_id=case.id, participant=person.id, audience=_audience(person, told))
    db.session.flush()
    return rows


def _said(case: Case, person: Participant, told: Mapping) -> list[ClaimReply]:
    """What stands in the answers to the form, claim by claim."""
    return [ClaimReply(case_id=case.id, claim=number, participant_id=person.id, stance=told[f"stance_{number}"],
                       admitted=Decimal(told[f"admitted_{number}"]) if told.get(f"admitted_{number}") else None,
                       text=told.get(f"text_{number}") or "", audience=_audience(person, told))
            for number in range(1, len(case.claims) + 1) if told.get(f"stance_{number}")]


def _latest(case: Case, person: Participant) -> dict[int, ClaimReply]:
    rows = db.session.scalars(select(ClaimReply).where(
        ClaimReply.case_id == case.id, ClaimReply.participant_id == person.id).order_by(ClaimReply.id))
    return {row.claim: row for row in rows}


def said_last(actor: Actor, people: Collection[int]) -> dict[int, list[ClaimReply]]:
    """What each of these participants says now to the claims of their case, by case and in the order of the claims."""
    rows = db.session.scalars(select(ClaimReply).where(
        ClaimReply.participant_id.in_(people), visible(actor, ClaimReply)).order_by(ClaimReply.claim, ClaimReply.id))
    found: dict[int, list[ClaimReply]] = {}
    for row in {(row.claim, row.participant_id): row for row in rows}.values():
        found.setdefault(row.case_id, []).append(row)
    return found


def _is_same(row: ClaimReply, known: ClaimReply | None) -> bool:
    return known is not None and all(
        getattr(row, name) == getattr(known, name) for name in ("stance", "admitted", "text", "audience"))


def earlier(case: Case, people: list[Participant]) -> dict:
    """What was said before, as answers to the form, where it is clear whose words they are."""
    known = _latest(case, people[0]) if len(people) == 1 else {}
    told = {}
    for number, row in known.items():
        told |= {f"stance_{number}": row.stance, f"admitted_{number}": str(row.admitted or ""), f"text_{number}": row.text}
        told["for_whom"] = "both" if row.audience == "mediation" else "own"
    return told


def add_evidence(actor: Actor, case: Case, answers: Mapping, files: list | None = None) -> list[ClaimEvidence]:
    """Say what papers prove, and under which claims they stand: some handed in before, or new ones.

    `files`: name, media_type, data of each, found good by the door. Raises Invalid, MediationOver.
    """
    people = _speaking(actor, case, False)
    authority.check_matters(actor, [])
    offered = papers(actor, case, people)
    told = reply_forms.evidence(case, people, offered).check(answers)
    person = _named(people, told)
    chosen = [row for row in offered if str(row.id) in map(str, told.get("papers") or [])]
    if any(row.side != person.side for row in chosen) and case.mediator_id != actor.user_id:
        raise Invalid(problems=[problem("/papers", "choice", _("Choose among the papers of this party."))])
    if not chosen and not files:
        raise Invalid(problems=[problem("/papers", "required", _("Choose a paper, or add a file."))])
    chosen += [shelf.put(case.id, "evidence", one.name.rpartition(".")[0] or one.name, one.data, _audience(person, told),
                         media_type=one.media_type, filename=one.name, side=person.side, created_by=actor.name[:200])
               for one in files or []]
    rows = [_link(actor, case, person, told, int(number), row) for number in told["claims"] for row in chosen]
    trace.write(None, "claim_evidenced", actor.name, case_id=case.id, participant=person.id, audience=_audience(person, told))
    db.session.flush()
    return rows


def _link(actor: Actor, case: Case, person: Participant, told: Mapping, number: int, document: Document) -> ClaimEvidence:
    """A paper stands under a claim once for each party: said again, it proves what is said now; what others said of it stays."""
    known = db.session.scalar(select(ClaimEvidence.id).where(
        ClaimEvidence.claim == number, ClaimEvidence.document_id == document.id, ClaimEvidence.participant_id == person.id))
    row = locked(ClaimEvidence, known) if known else ClaimEvidence(
        case_id=case.id, claim=number, document_id=document.id, participant_id=person.id)
    row.proves, row.recorded_by, row.audience = told["proves"], actor.name, _audience(person, told)
    db.session.add(row)
    db.session.flush()
    return row


def papers(actor: Actor, case: Case, people: list[Participant]) -> list[Document]:
    """What these parties have handed in already."""
    sides = {person.side for person in people}
    return [row for row in _rows(actor, Document, case) if row.side in sides]


def _speaking(actor: Actor, case: Case, answers: bool) -> list[Participant]:
    require(actor, Permission.CLAIM_REPLY, case)
    if locked(Case, case.id).concluded_at is not None:  # whoever ends the mediation just now is waited for
        raise MediationOver()
    people = speakers(actor, case, answers)
    if not people:
        raise NotAsked()
    return people


def _named(people: list[Participant], told: Mapping) -> Participant:
    return next(person for person in people if len(people) == 1 or str(person.id) == str(told["person"]))


def _audience(person: Participant, told: Mapping) -> str:
    return "mediation" if told["for_whom"] == "both" else f"side:{person.side}"
