"""Sign what was frozen: parties with a one-time code bound to its hash, then the mediator, then the organisation's seal.

`of` is the kind of row the paper belongs to: an agreement, or another with the same status, hash, audience and document.
"""

from engine import clock, storage
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import powers
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import facts, signing
from engine.documents.models import Document, Signature
from engine.documents.pki import authority
from engine.errors import Conflict, Forbidden, NotFound
from engine.i18n import _
from engine.mediation import standing
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


def sign(actor: Actor, agreement_id: int, participant_id: int, hash_shown: str, address: str = "", of=Agreement) -> Signature:
    """A party signs what they saw. By link: once the code sent to their telephone for exactly this hash was entered
    (`codes.enter(link, "sign", code, bound_to=hash)`); staff of an institution: by log-in.

    Raises NotFrozen, OtherHashShown, NotYourSignature, codes.NoCode, and what `signing.sign` raises.
    """
    agreement, document = _opened(actor, agreement_id, Permission.AGREEMENT_SIGN, hash_shown, of)
    person = db.session.get(Participant, participant_id)
    if person is None or person.case_id != agreement.case_id:
        raise NotFound()
    _check_is_own(actor, person)
    _check_authority(actor, person, agreement)
    if actor.kind == "party":
        codes.proof(actor.link_id, "sign", bound_to=agreement.frozen_sha256)
    field = facts.field_of(db.session.get(Case, agreement.case_id), _party_of(person))
    method = "sms_code" if actor.kind == "party" else "login"
    signer = _signer(actor, person)
    row = _add(document, field, signer, f"participant-{person.id}", "party", method, address, participant_id=person.id)
    serving.signed_for(document.id, _party_of(person), actor.name)
    _tell(of, "signed", actor, agreement, participant=person.id)
    return row


def sign_as_mediator(actor: Actor, agreement_id: int, hash_shown: str, address: str = "", of=Agreement) -> Signature:
    """The mediator signs after all parties; from here on the agreement belongs to the file."""
    agreement, document = _opened(actor, agreement_id, Permission.AGREEMENT_SIGN, hash_shown, of)
    case = db.session.get(Case, agreement.case_id)
    if actor.user_id is None or actor.user_id != case.mediator_id:
        raise NotYourSignature()
    row = _add(document, "mediator", actor.name, f"user-{actor.user_id}", "mediator", "login", address)
    agreement.audience = document.audience = "filing"
    _tell(of, "signed_by_mediator", actor, agreement)
    return row


def seal(actor: Actor, agreement_id: int, hash_shown: str, address: str = "", of=Agreement) -> Signature:
    """A coordinator who did not mediate puts the organisation's seal on it, last. Raises SealerMediated."""
    agreement, document = _opened(actor, agreement_id, Permission.AGREEMENT_SEAL, hash_shown, of)
    case = db.session.get(Case, agreement.case_id)
    if actor.user_id == case.mediator_id:
        raise SealerMediated()
    if case.organisation_id not in actor.bodies(Role.COORDINATOR):
        raise NotYourSignature()
    row = _add(document, "organisation", case.organisation.name, f"organisation-{case.organisation_id}", "organisation", "login",
               address, body_id=case.organisation_id)
    _tell(of, "sealed", actor, agreement)
    return row


def seal_for(agreement: Agreement, person: Participant) -> Signature:
    """An institution's seal by standing authority on what it promised beforehand to accept; no actor, because none decides."""
    document = locked(Document, agreement.document_id)
    field = facts.field_of(db.session.get(Case, agreement.case_id), person.id)
    if agreement.status != "frozen":
        raise NotFrozen()
    row = _add(document, field, person.name, f"participant-{person.id}", "party", "standing_seal", "", participant_id=person.id,
               body_id=person.body_id)
    trace.write(None, "agreement_sealed_by_promise", "system", case_id=agreement.case_id, agreement=agreement.id,
                participant=person.id)
    return row


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


def _add(document: Document, field: str | None, signer: str, subject: str, kind: str, method: str, address: str,
         participant_id: int | None = None, body_id: int | None = None) -> Signature:
    if field is None:
        raise NotFound()
    at = clock.now()
    credential = authority().certificate_for(signer, subject)
    signed = signing.sign(storage.get(document.sha256), field, signing.Signer(signer, kind, credential),
                          document.frozen_sha256, at)
    document.sha256, document.size = storage.put(signed), len(signed)
    row = Signature(field=field, participant_id=participant_id, body_id=body_id, signer=signer, kind=kind, method=method,
                    hash_shown=document.frozen_sha256, serial=credential.serial, address=address[:64], signed_at=at)
    document.signatures.append(row)
    db.session.flush()
    return row
