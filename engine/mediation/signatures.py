"""Sign what was frozen: parties with a one-time code bound to its hash, then the mediator, then the organisation's seal.

`of` is the kind of row the paper belongs to: an agreement, or another with the same status, hash, audience and document.
"""

from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import powers
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import ahead, facts
from engine.documents.models import Document, Signature
from engine.errors import Conflict, Forbidden, NotFound
from engine.i18n import _
from engine.mediation import mediators, panel, paper, standing
from engine.mediation.agreement import NotFrozen
from engine.mediation.models import Agreement
from engine.notices import codes, serving
from engine.workflow import trace


class OtherHashShown(Conflict):
    """The signer saw another version than the one that is frozen now."""

    message = _("The document has changed since you opened it. Please read it again.")


class NotYourSignature(Forbidden):
    message = _("You cannot sign for somebody else.")


class SealerMediated(Forbidden):
    """Sealing is not drafting (DOMAIN §5.1)."""

    message = _("The mediator of the case cannot put the organisation's seal on it.")


def sign(actor: Actor, agreement_id: int, participant_id: int, hash_shown: str, address: str = "", of=Agreement,
         made: ahead.Made | None = None) -> Signature:
    """A party signs what they saw. By link: once the code sent to their telephone for exactly this hash was entered
    (`codes.enter(link, "sign", code, bound_to=hash)`); staff of an institution: by log-in.

    `made` is what `ahead.make` made of `order`. Raises NotFrozen, OtherHashShown, NotYourSignature, codes.NoCode,
    SignedMeanwhile, and what `signing.sign` raises.
    """
    agreement, document, order = _of_party(actor, agreement_id, participant_id, hash_shown, of)
    if actor.kind == "party":
        codes.proof(actor.link_id, "sign", bound_to=agreement.frozen_sha256)
    row = _enter(document, order, made, "sms_code" if actor.kind == "party" else "login", address, participant_id=participant_id)
    serving.signed_for(document.id, _party_of(db.session.get(Participant, participant_id)), actor.name)
    _tell(of, "signed", actor, agreement, participant=participant_id)
    return row


def sign_as_mediator(actor: Actor, agreement_id: int, hash_shown: str, address: str = "", of=Agreement,
                     made: ahead.Made | None = None) -> Signature:
    """The mediator signs after all parties; from here on the agreement belongs to the file."""
    agreement, document, order = _of_mediator(actor, agreement_id, hash_shown, of)
    row = _enter(document, order, made, "login", address)
    agreement.audience = document.audience = "filing"
    if isinstance(agreement, Agreement):
        paper.open_papers(agreement)
    _tell(of, "signed_by_mediator", actor, agreement)
    return row


def seal(actor: Actor, agreement_id: int, hash_shown: str, address: str = "", of=Agreement,
         made: ahead.Made | None = None) -> Signature:
    """A coordinator who did not mediate puts the organisation's seal on it, last. Raises SealerMediated."""
    agreement, document, order = _of_organisation(actor, agreement_id, hash_shown, of)
    body_id = db.session.get(Case, agreement.case_id).organisation_id
    row = _enter(document, order, made, "login", address, body_id=body_id)
    _tell(of, "sealed", actor, agreement)
    return row


def seal_for(agreement: Agreement, person: Participant, made: ahead.Made | None = None) -> Signature:
    """An institution's seal by standing authority on what it promised beforehand to accept; no actor, because none decides."""
    document, order = locked(Document, agreement.document_id), order_seal_for(agreement, person)
    row = _enter(document, order, made, "standing_seal", "", participant_id=person.id, body_id=person.body_id)
    trace.write(None, "agreement_sealed_by_promise", "system", case_id=agreement.case_id, agreement=agreement.id,
                participant=person.id)
    return row


def order(actor: Actor, signs: str, paper_id: int, hash_shown: str, participant_id: int | None = None,
          of=Agreement) -> ahead.Order:
    """What this person is about to sign, for `ahead.make`. `signs`: party, mediator, organisation. Raises as signing does, but
    for the code: it is entered with the signature.
    """
    match signs:
        case "party":
            return _of_party(actor, paper_id, participant_id, hash_shown, of)[2]
        case "mediator":
            return _of_mediator(actor, paper_id, hash_shown, of)[2]
    return _of_organisation(actor, paper_id, hash_shown, of)[2]


def order_seal_for(agreement: Agreement, person: Participant) -> ahead.Order:
    """The seal of an institution that promised. Raises NotFrozen."""
    if agreement.status != "frozen":
        raise NotFrozen()
    field = facts.field_of(db.session.get(Case, agreement.case_id), person.id)
    document = db.session.get(Document, agreement.document_id)
    return ahead.Order.of(document, field, "party", person.name, f"participant-{person.id}")


def _of_party(actor: Actor, paper_id: int, participant_id: int | None, hash_shown: str, of) -> tuple:
    agreement, document = _opened(actor, paper_id, Permission.AGREEMENT_SIGN, hash_shown, of)
    person = db.session.get(Participant, participant_id) if participant_id else None
    if person is None or person.case_id != agreement.case_id:
        raise NotFound()
    _check_is_own(actor, person)
    _check_authority(actor, person, agreement)
    mediators.check_not_in_question(agreement.case_id)
    field = facts.field_of(db.session.get(Case, agreement.case_id), _party_of(person))
    return agreement, document, _order(document, field, "party", _signer(actor, person), f"participant-{person.id}")


def _of_mediator(actor: Actor, paper_id: int, hash_shown: str, of) -> tuple:
    agreement, document = _opened(actor, paper_id, Permission.AGREEMENT_SIGN, hash_shown, of)
    case = db.session.get(Case, agreement.case_id)
    field = panel.field_of(case, actor.user_id, document)
    if field is None:
        raise NotYourSignature()
    mediators.check_not_in_question(agreement.case_id)
    return agreement, document, _order(
        document, field, "mediator", _mediator(actor, agreement) if field == "mediator" else actor.name, f"user-{actor.user_id}")


def _mediator(actor: Actor, paper) -> str:
    """As the stamp names them: whoever took over from the mediator that the text names says so."""
    former = paper.created_by if isinstance(paper, Agreement) else ""
    return actor.name if former in ("", actor.name) else f"{actor.name}（接任{former}）"


def _of_organisation(actor: Actor, paper_id: int, hash_shown: str, of) -> tuple:
    agreement, document = _opened(actor, paper_id, Permission.AGREEMENT_SEAL, hash_shown, of)
    case = db.session.get(Case, agreement.case_id)
    if actor.user_id == case.mediator_id or panel.sits(case.id, actor.user_id):
        raise SealerMediated()
    if case.organisation_id not in actor.bodies(Role.COORDINATOR):
        raise NotYourSignature()
    return agreement, document, _order(
        document, "organisation", "organisation", case.organisation.name, f"organisation-{case.organisation_id}")


def _order(document: Document, field: str | None, kind: str, signer: str, subject: str) -> ahead.Order:
    if field is None:
        raise NotFound()
    return ahead.Order.of(document, field, kind, signer, subject)


def has_signed(agreement: Agreement, participant: Participant) -> bool:
    """Is this party's place on the frozen document signed, by whomever speaks for it?"""
    field = facts.field_of(db.session.get(Case, agreement.case_id), _party_of(participant))
    document = db.session.get(Document, agreement.document_id)
    return any(signature.field == field for signature in document.signatures)


def _opened(actor: Actor, paper_id: int, permission: Permission, hash_shown: str, of) -> tuple:
    """The frozen paper and its document, both locked, for somebody who saw exactly this."""
    agreement = locked(of, paper_id)
    require(actor, permission, agreement)
    if agreement.status != "frozen":
        raise NotFrozen()
    if hash_shown != agreement.frozen_sha256:
        raise OtherHashShown()
    return agreement, locked(Document, agreement.document_id)


def _check_is_own(actor: Actor, person: Participant) -> None:
    """A link signs for its participant (or the party it represents); staff for their institution; a user for themselves."""
    match actor.kind:
        case "party":
            own = db.session.get(Participant, actor.participant_id)
            mine = person.id == own.id or person.id == own.represents_id and powers.may(own, "settle")
        case "user":
            institution = person.body_id is not None and person.body_id in actor.bodies(Role.INSTITUTION_HANDLER)
            mine = institution or person.user_id is not None and person.user_id == actor.user_id
        case _:
            mine = False
    if not mine:
        raise NotYourSignature()


def _check_authority(actor: Actor, person: Participant, paper) -> None:
    """An institution is bound to sums only within what it let its people settle. Raises what `standing.check` raises."""
    institution = db.session.get(Participant, _party_of(person))
    if isinstance(paper, Agreement) and institution.body_id is not None:
        case = db.session.get(Case, paper.case_id)
        standing.check(actor, institution, standing.stake_of(institution, case, paper.terms, paper.scope))


def _tell(of, what: str, actor: Actor, paper, **more) -> None:
    name = of.__tablename__
    trace.write(None, f"{name}_{what}", actor.name, case_id=paper.case_id, **{name: paper.id}, **more)


def _party_of(person: Participant) -> int:
    return person.represents_id or person.id


def _signer(actor: Actor, person: Participant) -> str:
    """As the stamp names them: the party, and who acted for it."""
    return person.name if actor.name == person.name else f"{person.name}（{actor.name}）"


def _enter(document: Document, order: ahead.Order, made: ahead.Made | None, method: str, address: str, **whose) -> Signature:
    row = ahead.enter(document, order, made, method=method, address=address[:64], **whose)
    db.session.flush()
    return row
