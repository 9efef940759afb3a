"""A person applies for mediation on the public page: a draft behind a secret link, proven by a code, becomes a case.

The draft is kept for fourteen days and deleted after; nothing of it is seen by anybody before it is handed in. The application
runs the same process as one that comes over the API (regime C). It interrupts the limitation period (诉讼时效规定 12).
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import delete, func, select

from engine import clock, storage
from engine.access.actor import Actor
from engine.access.models import Body, Participant, Role, Side
from engine.cases import causes, identity, intake
from engine.cases.models import ApplicationDraft, Case
from engine.db import after_commit, db, locked
from engine.documents import shelf
from engine.encryption import blind
from engine.errors import Conflict, DomainError, Invalid, NotFound, problem
from engine.i18n import _
from engine.inbox.asking import apply_forms
from engine.inbox.asking.apply_forms import OTHER, STEPS
from engine.notices import addresses, keys, links, send, sms

MINUTES, TRIES, PER_HOUR, DAYS, MOST_FILES = 5, 5, 5, 14, 20
SENDER = "诉调对接平台"


class NoTelephoneNumber(Invalid):
    message = _("Please give the number of a mobile telephone.")


class TooManyApplications(Conflict):
    message = _("Too many applications were begun with this number. Please wait an hour, or call the mediation organisation.")


class NoGateway(Conflict):
    message = _("No code can be sent at present. Please call the mediation organisation.")


class NotProven(Conflict):
    message = _("Please enter the code we sent to your telephone.")


class StepMissing(Conflict):
    message = _("Something is still missing in your application.")


class AppliedBefore(Conflict):
    """The same person against the same institution about the same kind of matter, and that case is open."""

    message = _("You applied for this before: case %(number)s is under way. If this is another dispute, say so below.")


class TooManyFiles(Invalid):
    message = _("At most %(most)s files.")


def begin(phone: str, language: str = "zh") -> tuple[ApplicationDraft, str]:
    """A new draft and its secret token; a code goes to the telephone.

    Raises NoTelephoneNumber, TooManyApplications, NoGateway.
    """
    number = "".join(phone.split()).replace("-", "")
    if not (number.isascii() and number.isdigit() and len(number) == 11 and number.startswith("1")):
        raise NoTelephoneNumber(problems=[problem("/phone", "phone", _("This is not a telephone number."))])
    _forget_old()
    recent = select(func.count()).where(ApplicationDraft.phone_blind == blind.phone(number),
                                        ApplicationDraft.created_at > clock.now() - timedelta(hours=1))
    if db.session.scalar(recent) >= PER_HOUR:
        raise TooManyApplications()
    token = secrets.token_urlsafe(24)
    draft = ApplicationDraft(token_hash=_hash(token), phone=number, told={}, unfinished={}, files=[], codes_sent=0, tries=0,
                             expires_at=clock.now() + timedelta(days=DAYS))
    db.session.add(draft)
    db.session.flush()
    send_code(draft, language)
    return draft, token


def _forget_old() -> None:
    """What nobody finished is not kept longer than it was promised (PIPL 19, 47)."""
    db.session.execute(delete(ApplicationDraft).where(
        ApplicationDraft.expires_at < clock.now(), ApplicationDraft.case_id.is_(None)))


def find(token: str) -> ApplicationDraft:
    """The draft behind a link. Raises NotFound."""
    row = db.session.scalar(select(ApplicationDraft).where(ApplicationDraft.token_hash == _hash(token)))
    if row is None or row.case_id is None and row.expires_at < clock.now():
        raise NotFound()
    return row


def send_code(draft: ApplicationDraft, language: str = "zh") -> None:
    """Another code to the draft's telephone; the earlier one no longer works. Raises TooManyApplications, NoGateway."""
    if draft.codes_sent >= PER_HOUR:
        raise TooManyApplications()
    if not sms.is_set():
        raise NoGateway()
    code = f"{secrets.randbelow(1_000_000):06d}"
    draft.codes_sent, draft.tries = draft.codes_sent + 1, 0
    draft.code_hash, draft.code_until = _code_hash(draft, code), clock.now() + timedelta(minutes=MINUTES)
    db.session.flush()
    after_commit(send.send_code, f"apply-{draft.id}-{draft.codes_sent}", draft.phone, SENDER, code, language)


def enter_code(token: str, code: str) -> bool:
    """Try the code. It never raises for a wrong one, because the try has to be counted: answer and commit."""
    draft = locked(ApplicationDraft, find(token).id)
    if draft.code_until is None or draft.code_until < clock.now() or draft.tries >= TRIES:
        return False
    draft.tries += 1
    right = hmac.compare_digest(draft.code_hash, _code_hash(draft, code.strip()[:6]))
    if right:
        draft.proven_at, draft.code_until = clock.now(), None
    db.session.flush()
    return right


def keep(token: str, step: str, answers: dict) -> ApplicationDraft:
    """Keep the answers of a step once they are good. Raises NotProven and Invalid with what is wrong."""
    draft = _open(token)
    if step not in STEPS:
        raise NotFound()
    told = apply_forms.form(step, draft.told).check(answers)
    if step == "who":
        check_identity(told)
    if step == "against" and draft.told.get("against", {}).get("category") != told["category"]:
        draft.told = {key: value for key, value in draft.told.items() if key != "dispute"}
    draft.told = {**draft.told, step: told}
    draft.updated_at = clock.now()
    db.session.flush()
    return draft


def save(token: str, step: str, answers: dict) -> ApplicationDraft:
    """Keep what is there so far, right or not, to go on later."""
    draft = _open(token)
    if step not in STEPS or len(str(answers)) > 100_000:
        raise NotFound()
    draft.unfinished = {**draft.unfinished, step: answers}
    draft.updated_at = clock.now()
    db.session.flush()
    return draft


def check_number(told: dict) -> None:
    """Write the number as its kind is written. Raises Invalid beside the question."""
    try:
        told["id_number"] = identity.check(told["id_type"], told["id_number"])
    except DomainError as wrong:
        raise Invalid(problems=[problem("/id_number", "id_number", wrong.message, **wrong.details)]) from wrong


def check_identity(told: dict) -> None:
    """The same, and the domicile as a region. Raises Invalid beside the question."""
    check_number(told)
    try:
        told["domicile"] = identity.region(told.get("domicile") or "")
    except DomainError as wrong:
        raise Invalid(problems=[problem("/domicile", "domicile", wrong.message)]) from wrong


def add_file(token: str, name: str, media_type: str, data: bytes) -> ApplicationDraft:
    """Keep a file of evidence with the draft. Raises TooManyFiles."""
    return put_file(_open(token), name, media_type, data)


def put_file(draft: ApplicationDraft, name: str, media_type: str, data: bytes) -> ApplicationDraft:
    """The same, for whoever has the draft in hand."""
    if len(draft.files) >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    sha256 = storage.put(data)
    if sha256 not in {one["sha256"] for one in draft.files}:
        draft.files = [*draft.files, {"name": name[:200], "media_type": media_type, "sha256": sha256, "size": len(data)}]
    db.session.flush()
    return draft


def drop_file(token: str, sha256: str) -> ApplicationDraft:
    """Take a file out again."""
    return take_out(_open(token), sha256)


def take_out(draft: ApplicationDraft, sha256: str) -> ApplicationDraft:
    """The same, for whoever has the draft in hand."""
    draft.files = [one for one in draft.files if one["sha256"] != sha256]
    db.session.flush()
    return draft


def _open(token: str) -> ApplicationDraft:
    draft = locked(ApplicationDraft, find(token).id)
    if draft.proven_at is None or draft.case_id is not None:
        raise NotProven()
    return draft


def missing(draft: ApplicationDraft) -> list[str]:
    """The steps that are not done yet; evidence is not compulsory."""
    return [step for step in STEPS if step not in draft.told and step != "evidence"]


def same_open_case(draft: ApplicationDraft) -> Case | None:
    """An open case of this person against this institution about this kind of matter."""
    who, against = draft.told.get("who", {}), draft.told.get("against", {})
    return open_case(who.get("id_number") or "", against.get("institution") or "", against.get("category") or "")


def open_case(id_number: str, institution: str, category: str, side: str = Side.APPLICANT) -> Case | None:
    """An open case of the person with this number, on this side, with the institution of this code about this kind of matter."""
    of_person = select(Participant.case_id).where(Participant.side == side, Participant.id_number_blind != "",
                                                  Participant.id_number_blind == blind.id_number(id_number))
    of_institution = select(Participant.case_id).join(Body, Body.id == Participant.body_id).where(
        Participant.side != side, Body.code == institution)
    return db.session.scalar(select(Case).where(
        Case.id.in_(of_person), Case.id.in_(of_institution), Case.category == category, Case.concluded_at.is_(None)
    ).order_by(Case.id.desc()).limit(1))


def submit(token: str, is_another: bool = False) -> tuple[Case, str]:
    """Hand the application in: the case, and the address of the person's own page. Twice is once.

    Raises NotProven, StepMissing, AppliedBefore, and what `intake.apply` raises.
    """
    draft = locked(ApplicationDraft, find(token).id)
    if draft.case_id is not None:
        return db.session.get(Case, draft.case_id), links.address(_key(draft))
    _open(token)
    if missing(draft):
        raise StepMissing()
    known = same_open_case(draft)
    if known is not None and not is_another:
        raise AppliedBefore(number=known.number)
    name = draft.told["who"]["name"]
    asked = application(f"web-{draft.id}", draft.told, draft.phone)
    case = intake.apply(Actor("user", name, roles={Role.CONSUMER: frozenset({None})}), asked, "web")
    person = next(one for one in case.participants if one.side == Side.APPLICANT and one.role == "party")
    link = links.issue(person, _key(draft))
    addresses.confirm(Actor.of_party(link, person), person.id, draft.told["address"])
    shelve(case, draft, name)
    draft.case_id, draft.told, draft.unfinished = case.id, {}, {}
    db.session.flush()
    return case, links.address(_key(draft))


def shelve(case: Case, draft: ApplicationDraft, by: str) -> None:
    """The draft's files become the applicant's evidence."""
    for one in draft.files:
        shelf.enter(case.id, "evidence", one["name"].rpartition(".")[0] or one["name"], one["sha256"], one["size"], "filing",
                    media_type=one["media_type"], filename=one["name"], side=Side.APPLICANT, created_by=by)


def application(ref: str, told: dict, phone: str) -> dict:
    """A person's answers as an application of the register (the same shape as over the API)."""
    who, against, consent = (told[step] for step in ("who", "against", "consent"))
    return about(ref, told, against["category"], against["organisation"]) | {"parties": [
        {"side": "applicant", "kind": "natural", "name": who["name"], "id_type": who["id_type"],
         "id_number": who["id_number"], "phone": phone, "address": who["home"],
         **{name: who.get(name) or "" for name in ("domicile", "ethnicity", "occupation")},
         "needs": who.get("needs") or [],
         "consents": {"mediation": bool(consent["mediation"]), "personal_data": bool(consent["privacy"])}},
        _respondent(against)]}


def about(ref: str, told: dict, category: str, organisation: str) -> dict:
    """What it is about, without the parties."""
    dispute, edition = told["dispute"], causes.edition_on(clock.today())
    cause = next(one for one in apply_forms.causes_for(category) if one.zh == dispute["cause"])
    own = ("cause", "statement", "claim", "amount")
    details = {key: value for key, value in dispute.items() if key not in own and value not in (None, "", [])}
    if evidence := told.get("evidence", {}).get("evidence_list"):
        details["evidence_list"] = evidence
    amount = Decimal(dispute["amount"])
    return {
        "external_ref": ref, "organisation": organisation, "filed_on": clock.today().isoformat(),
        "cause": {"code": cause.code_in(edition), "name": cause.zh, "list": edition}, "category": category,
        "sector": causes.category(category).sector, "statement": dispute["statement"], "amount": amount,
        "claims": [{"type": "other", "text": dispute["claim"], "amount": amount}], "details": details, "evidence": []}


def _respondent(against: dict) -> dict:
    if against["institution"] == OTHER:
        return {"side": "respondent", "kind": "legal", "name": against["institution_name"]}
    body = db.session.scalar(select(Body).where(Body.code == against["institution"]))
    return {"side": "respondent", "kind": "legal", "name": body.name, "body": body.code, "phone": body.phone,
            "address": body.address, "id_type": "credit_code" if body.credit_code else "", "id_number": body.credit_code}


def _key(draft: ApplicationDraft) -> str:
    return f"apply-{draft.id}-{draft.token_hash[:16]}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _code_hash(draft: ApplicationDraft, code: str) -> str:
    told = f"{draft.id}:{draft.codes_sent}:{code}".encode()
    return hmac.new(keys.key("application code"), told, hashlib.sha256).hexdigest()
