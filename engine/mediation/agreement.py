"""The agreement of a case: drafted, frozen, in effect when everybody has signed what was frozen."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select

from engine import storage
from engine.cases import powers
from engine.cases.models import Case
from engine.db import db, locked
from engine.deadlines import clocks
from engine.documents import facts, verify, wording
from engine.documents.models import Document
from engine.errors import Conflict, NotFound
from engine.i18n import _
from engine.mediation import effect
from engine.mediation import terms as clauses
from engine.mediation.draft import Draft
from engine.mediation.models import Agreement
from engine.workflow import messages, trace

NOTHING = Decimal(0)
NOT_FIXED = ("TDRAFT", "TQUALITY")  # while these run, the text still changes
LAID_OPEN = "draft_laid_open"  # by it, the process begins that asks the parties to read a draft


class SignaturesMissing(Conflict):
    """Somebody has not signed yet."""

    message = _("%(who)s has not signed.")


class SignaturesBroken(Conflict):
    """The signed file is not what was frozen, or a signature on it does not hold."""

    message = _("A signature does not verify: %(why)s")


class ChangedMeanwhile(Conflict):
    """The file is not the one that was looked at: it got its document time stamp meanwhile, and is to be looked at again."""

    message = _("The signed file was added to while its signatures were looked at.")


class NotFrozen(Conflict):
    """Only a frozen agreement is signed; a newer version may have taken its place."""

    message = _("This version of the agreement is not open for signing.")


def facts_of(case: Case, terms: list[dict], number: str, verification: dict, draft: Draft) -> dict:
    """What the agreement says, from checked terms and the mediator's texts."""
    rule = effect.rule_for(case)
    return facts.of(
        "agreement", case, number, verification,
        dispute=draft.facts or case.statement or case.title,
        terms=[wording.term(one) for one in terms],
        responsibility=draft.responsibility, costs=draft.costs, breach=draft.breach, settlement=draft.settlement,
        security=_security(case, draft), effect=rule.words.zh, effect_en=rule.words.en, **rule.binds,
        confirmation={"court": case.court.name} if case.court else {}, **_attached(case),
    )


def _attached(case: Case) -> dict:
    """What proves who acts for a party goes with the agreement."""
    acting = [agent.name for person in facts.parties_of(case) for agent in powers.agents_of(person)]
    return {"attachments": [f"{name}的授权委托书" for name in acting],
            "attachments_en": [f"power of attorney of {name}" for name in acting]} if acting else {}


def _security(case: Case, draft: Draft) -> str:
    """What secures the performance, and who gives it."""
    by = next((one.name for one in case.participants if draft.security_by in (str(one.id), one.name)), "")
    return f"由{by}提供担保：{draft.security}" if draft.security and by else draft.security


def next_number(case: Case) -> int:
    """The number of the next version of a case's agreement."""
    return (db.session.scalar(select(func.max(Agreement.number)).where(Agreement.case_id == case.id)) or 0) + 1


def freeze(case: Case, document: Document, terms: list[dict], draft: Draft, checks: list[dict]) -> Agreement:
    """The new version open for signing; an earlier one that did not take effect is void. The caller holds the case's lock."""
    void_unsigned(case.id)
    made = Agreement(
        case_id=case.id, audience=document.audience, number=next_number(case), scope=draft.scope, terms=terms, facts=draft.facts,
        remainder=draft.remainder, default_clause=draft.breach, final_clause=draft.final_clause, costs=draft.costs,
        responsibility=draft.responsibility, security=_security(case, draft), checks=checks,
        effect=effect.rule_for(case).id, status="frozen", document_id=document.id,
        frozen_sha256=document.frozen_sha256, created_by=case.mediator.name if case.mediator else "",
    )
    db.session.add(made)
    db.session.flush()
    return made


def show_draft(case: Case, draft: Draft) -> Agreement:
    """A new version for both sides to read and ask about, not yet for signing. The caller holds the case's lock."""
    void_unsigned(case.id)
    checked, _faults = clauses.looked_at(case, draft.terms, draft.scope, draft.remainder, draft.instalments)
    made = Agreement(
        case_id=case.id, audience="mediation", number=next_number(case), scope=draft.scope, facts=draft.facts,
        terms=[one for one in checked if one.get("debtor") and (one.get("amount") or one.get("text"))], remainder=draft.remainder,
        default_clause=draft.breach, final_clause=draft.final_clause, costs=draft.costs, security=_security(case, draft),
        responsibility=draft.responsibility, status="draft", created_by=case.mediator.name if case.mediator else "",
    )
    db.session.add(made)
    db.session.flush()
    trace.write(None, "draft_shown", made.created_by, case_id=case.id, agreement=made.id, number=made.number)
    to = [person.id for person in case.participants if person.role == "party" and person.is_current]
    messages.receive(case.id, LAID_OPEN, {"paper": "draft", "to": to}, "agreement", f"draft-{made.id}", made.created_by,
                     goes_beyond=True)
    return made


def discussed(case_id: int) -> tuple[Agreement, Agreement | None] | None:
    """The version that the parties look at now, and the one before it; None when there is none."""
    found = versions(case_id)
    if not found or found[-1].status == "void":
        return None
    return found[-1], found[-2] if len(found) > 1 else None


def versions(case_id: int) -> list[Agreement]:
    """All versions of a case's agreement, oldest first."""
    return list(db.session.scalars(select(Agreement).where(Agreement.case_id == case_id).order_by(Agreement.number)))


def in_effect(case_id: int) -> Agreement | None:
    """The agreement that binds the parties, or None."""
    return next((one for one in reversed(versions(case_id)) if one.status == "effective"), None)


def open_for_signing(case_id: int) -> Agreement | None:
    """The frozen version, or None."""
    return next((one for one in reversed(versions(case_id)) if one.status == "frozen"), None)


def void_unsigned(case_id: int) -> None:
    """The mediation ended without everybody's signature: nothing is open for signing any more."""
    for one in versions(case_id):
        if one.status in ("draft", "frozen"):
            one.status = "void"
    db.session.flush()


def is_settled(case_id: int) -> bool:
    """Does the frozen version bind already but for a seal: has everybody else signed whose signature it takes effect by?

    Then it was made under the mediator it names, and its text stands whoever mediates on (在线调解规则第十九条); with a people's
    mediation committee it takes the mediator's signature, too (人民调解法第二十九条).
    """
    made = open_for_signing(case_id)
    if made is None:
        return False
    document = db.session.get(Document, made.document_id)
    signed = {signature.field for signature in document.signatures}
    theirs = {field for field in document.signature_fields if field.startswith("mediator")}
    needed = set(document.signature_fields) - theirs - {"organisation"}
    if "mediator" in effect.rule_stated(made.effect, "online").takes:
        needed |= theirs
    return needed <= signed


def is_fixed(case_id: int) -> bool:
    """Is the text fixed that everybody signs or has signed? Not while it is drafted (again), nor while the office checks it."""
    found = versions(case_id)
    return bool(found) and found[-1].status in ("frozen", "effective") and not clocks.all_running(case_id, NOT_FIXED)


def void_text(case_id: int, why: str) -> None:
    """What is open for signing says something that is no longer so: it is void with every signature on it, on record.

    The caller holds the case's lock. A draft that is only talked about stays.
    """
    made = open_for_signing(case_id)
    if made is None or locked(Agreement, made.id).status != "frozen":
        return
    signed = len(db.session.get(Document, made.document_id).signatures)
    made.status = "void"
    trace.write(None, "agreement_voided", "system", note=why[:200], case_id=case_id, agreement=made.id, number=made.number,
                signatures=signed)
    db.session.flush()


def to_verify(case_id: int, agreement_id: int) -> dict:
    """The signed file of a frozen agreement, by its hashes, once nobody's signature is missing. Raises what refuses it."""
    made = db.session.get(Agreement, agreement_id)
    if made is None or made.case_id != case_id:
        raise NotFound()
    if made.status not in ("frozen", "effective"):
        raise NotFrozen()
    return signed_file(made.document_id)


def signed_file(document_id: int) -> dict:
    """A signed paper by its hashes, once nobody's signature is missing. Raises SignaturesMissing."""
    document = db.session.get(Document, document_id)
    signed = {signature.field for signature in document.signatures}
    if missing := [field for field in document.signature_fields if field not in signed]:
        raise SignaturesMissing(who=", ".join(missing))
    return {"sha256": document.sha256, "frozen_sha256": document.frozen_sha256}


def verified_file(document_id: int, verified_sha256: str) -> Document:
    """The paper, if its file still is the one that was verified. Raises ChangedMeanwhile."""
    document = db.session.get(Document, document_id)
    if document.sha256 != verified_sha256:
        raise ChangedMeanwhile()
    document.found_good_sha256 = verified_sha256
    return document


def check_signatures(signed: Mapping) -> None:
    """Look at every signature on the file; it takes a moment, so no transaction is open. Raises SignaturesBroken."""
    found = verify.verify(storage.get(signed["sha256"]), signed["frozen_sha256"])
    if not found.is_complete:
        raise SignaturesBroken(why="; ".join(text for _field, text in found.faults) or ", ".join(found.unsigned))


def make_effective(case_id: int, agreement_id: int, verified_sha256: str, signed: str = "online",
                   advanced: Decimal = NOTHING) -> Agreement:
    """Let the agreement take effect at the moment its rule names: everybody has signed, and the file is the one verified.

    The case was settled for what the terms still owe and what was `advanced` on them before.
    Raises NotFrozen, ChangedMeanwhile, SignaturesMissing.
    """
    made = locked(Agreement, agreement_id)
    if made.case_id != case_id:
        raise NotFound()
    if made.status == "effective":
        return made
    if made.status != "frozen":
        raise NotFrozen()
    document = verified_file(made.document_id, verified_sha256)
    case = db.session.get(Case, case_id)
    rule = effect.rule_stated(made.effect, signed)
    moment = effect.moment(rule, document.signatures)
    if moment is None:
        raise SignaturesMissing(who=", ".join(rule.takes))
    made.status, made.effective_at, made.effect = "effective", moment, rule.id
    case.settled_amount = clauses.total(made.terms) + advanced
    trace.write(None, "agreement_effective", "system", case_id=case_id, agreement=made.id, rule=rule.id)
    db.session.flush()
    return made

