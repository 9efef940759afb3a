"""What completing a user task does besides moving the process on: consents on record, signatures on the agreement.

A form field says which consent it is (`"consent": "mediation"`); a user task says in its properties which signature (`signs`:
party, mediator, organisation), or which paper is signed for by the answer `received` (`receives`: its kind). Everything happens
in the transaction that completes the task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases.models import Case
from engine.courts import grounds, receipts
from engine.db import db, locked
from engine.documents import ahead, shelf
from engine.documents.models import Document
from engine.forms.form import Form
from engine.inbox import agreeing, drafting
from engine.inbox.asking import attending
from engine.mediation import agreement as agreements
from engine.mediation import consent, declining, paper, quality, sessions, signatures, striking
from engine.mediation.models import Agreement, PaperSignature
from engine.notices import serving
from engine.tracks import undisputed
from engine.tracks.models import FactsRecord
from engine.workflow import versions
from engine.workflow.models import UserTask

SIGNED = {"sign", "yes", True}


def property_of(task: UserTask, name: str) -> str:
    """A property the diagram gives the task's element, or an empty text."""
    element = versions.of_instance(task.instance).definition.element(task.process_key, task.element)
    return element.properties.get(name, "") if element else ""


def to_sign(task: UserTask) -> tuple[Agreement | FactsRecord, Document] | None:
    """What this task asks a signature on, with its document: the agreement, or what its property `paper` names."""
    if not task.case_id or not property_of(task, "signs"):
        return None
    paper = undisputed if property_of(task, "paper") == undisputed.PAPER else agreements
    found = paper.open_for_signing(task.case_id)
    return (found, db.session.get(Document, found.document_id)) if found else None


def follow(actor: Actor, task: UserTask, form: Form | None, answers: dict, seen: Mapping) -> None:
    """Do what the answers mean. `seen`: `hash_shown`, the `address` of whoever answers, and the signature that was
    `made` ahead (`documents/ahead.py`).
    """
    if form is not None and (key := property_of(task, "agree_on")):
        agreeing.check(task, key, form, answers)
    if form is not None and task.participant_id:
        _record_consents(actor, task, form, answers)
    if property_of(task, "checks") == "quality":
        quality.check(answers)
        _take_back(task, answers)
    if property_of(task, "checks") == "receipt":
        receipts.check(task.case_id, task.data["party"]["id"], answers)
    if property_of(task, "checks") == "ruling":
        receipts.check_ruling(task.case_id, answers)
    if property_of(task, "checks") == "grounds":
        grounds.check(answers)
    if property_of(task, "checks") == "removal":
        striking.check(task.case_id, answers)
    if property_of(task, "drafts") == "agreement":
        drafting.refuse_unclear(task, answers)
    _sign(actor, task, answers, seen)
    if answers.get("answer") == "received" and (kind := property_of(task, "receives")):
        _sign_for(actor, task, kind)
    if property_of(task, "ends") == "session":
        _end_session(actor, task, answers)


def _take_back(task: UserTask, answers: Mapping) -> None:
    """What the office sends back is drafted again: it is not open for signing any more."""
    if answers.get(quality.RESULT) != quality.PASSED:
        agreements.void_text(locked(Case, task.case_id).id, "质检退回，文本作废，重新起草")


def order_signature(actor: Actor, task: UserTask, answers: Mapping, hash_shown: str) -> ahead.Order | None:
    """What `ahead.make` has to sign so that these answers can be handed in with it; None when they sign nothing."""
    signs = property_of(task, "signs")
    if signs == "paper_check" and answers.get("paper_check") == "confirm" and (found := to_sign(task)) is not None:
        return paper.order(actor, found[0], signer_of(task))
    if signs not in ("party", "mediator", "organisation") or signs == "party" and answers.get("answer") not in SIGNED:
        return None
    if (found := to_sign(task)) is None:
        return None
    return signatures.order(actor, signs, found[0].id, hash_shown, task.participant_id, type(found[0]))


def _sign(actor: Actor, task: UserTask, answers: dict, seen: Mapping) -> None:
    shown, address, made = seen.get("hash_shown", ""), seen.get("address", ""), seen.get("made")
    match property_of(task, "signs"):
        case "party" if answers.get("answer") in SIGNED:
            found = _frozen(task)
            signatures.sign(actor, found.id, task.participant_id, shown, address, type(found), made)
        case "paper" if answers.get("paper") == "signed":
            found = _frozen(task)
            paper.take(actor, found, signer_of(task), answers)
        case "paper_check":
            found = _frozen(task)
            paper.check(actor, found, signer_of(task), answers, made)
        case "mediator":
            found = _frozen(task)
            signatures.sign_as_mediator(actor, found.id, shown, address, type(found), made)
        case "organisation":
            found = _frozen(task)
            signatures.seal(actor, found.id, shown, address, type(found), made)


def _frozen(task: UserTask) -> Agreement | FactsRecord:
    """What this task asks a signature on. Raises NotFrozen when it was made void while somebody looked at it."""
    found = to_sign(task)
    if found is None:
        raise agreements.NotFrozen()
    return found[0]


def _sign_for(actor: Actor, task: UserTask, kind: str) -> None:
    """Whoever answers that they have the paper has been served with it: nobody goes on looking for them."""
    person, paper = db.session.get(Participant, task.participant_id), shelf.find(task.case_id, kind)
    if paper is not None and person is not None:
        serving.signed_for(paper.id, person.represents_id or person.id, actor.name)


def signer_of(task: UserTask) -> int:
    """Whose signature on paper this task is about."""
    return int(task.data["signer"]["id"])


@dataclass(frozen=True)
class OnPaper:
    """What a task about a signature on paper shows: whose, what was noted so far, the scan."""

    signer: Participant
    noted: PaperSignature | None
    scan: Document | None


def on_paper(task: UserTask) -> OnPaper | None:
    """The signature on paper that a task has made or compared; None for other tasks."""
    if property_of(task, "signs") not in ("paper", "paper_check"):
        return None
    found, person = agreements.open_for_signing(task.case_id), db.session.get(Participant, signer_of(task))
    noted = paper.newest(found.id, person.id) if found else None
    return OnPaper(person, noted, db.session.get(Document, noted.scan_id) if noted and noted.scan_id else None)


def keep_files(task: UserTask, documents: Sequence[Document]) -> None:
    """What was handed in with a task belongs to what it noted: the scan to the signature on paper."""
    if property_of(task, "signs") == "paper" and documents:
        found = agreements.open_for_signing(task.case_id)
        paper.keep_scan(found.id, signer_of(task), documents[-1])


def _record_consents(actor: Actor, task: UserTask, form: Form, answers: dict) -> None:
    person = db.session.get(Participant, task.participant_id)
    for question in form.questions:
        subject = question.extra.get("consent")
        if subject and question.key in answers:
            consent.record(person, subject, answers[question.key] in ("yes", True), str(answers.get("reason") or ""),
                           consent.CHANNELS[actor.kind], actor.name, str(answers.get(declining.FIELD) or ""),
                           asked=question.label, asked_en=question.label_en, text=question.version)


def _end_session(actor: Actor, task: UserTask, answers: dict) -> None:
    """The meeting this task stands for is over, if the mediator has not ended it in the room already."""
    session = attending.session_of(task)
    if session is not None:
        attending.keep(task, answers)
        sessions.end(actor, session.id, str(answers.get("result") or ""))
