"""What people may do to a case besides its tasks: withdraw, challenge the mediator, report a sham, write something down."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, Role, Side
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases import outcomes, parties, regimes
from engine.cases.models import Case, Note
from engine.db import db
from engine.deadlines import clocks
from engine.deadlines.models import DeadlineStatus
from engine.errors import Conflict, DomainError, Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import authority
from engine.inbox.asking import act_forms, panel_acts, relief
from engine.mediation import agreement, consent, mediators, panel
from engine.workflow import messages
from engine.workflow.models import MessageWait, WaitStatus

MEDIATOR_AUDIENCES = ("mediator", "mediation", "side:applicant", "side:respondent", "filing")
LEAVING, SUIT_DROPPED, ORALLY = "party_leaving", "suit_dropped", "applied_orally"
EXTENSION, RELIEF = "extension_requested", "fee_relief"
WITHIN_THE_TERM = (EXTENSION, "redraft")
LEAVING_KINDS = ("stepping_down", "unable")  # the mediator goes whatever the parties think of it


class NotPossibleNow(Conflict):
    """The process does not listen for this where it stands."""

    message = _("The case is at a point where this is not possible.")


@dataclass(frozen=True)
class Act:
    """Something one may tell the process: who may, what it listens for, what is asked, what goes along unasked."""

    permission: Permission
    message: str
    form: Form
    more: Mapping = field(default_factory=dict)
    by_a_party: bool = False  # only a party says this, for itself
    begins: bool = False  # a process of its own begins by it: none has to listen
    side: str = ""  # only a party of this side
    regime: str = ""  # only in cases of this one
    takes_files: bool = False


ACTS = {
    "extension": Act(Permission.DEADLINE_EXTEND, EXTENSION, act_forms.EXTENSION),
    "withdrawal": Act(Permission.CASE_WITHDRAW, "withdrawal", act_forms.WITHDRAWAL),
    "confirmation_withdrawal": Act(Permission.CASE_WITHDRAW, "confirmation_withdrawal", act_forms.CONFIRMATION_WITHDRAWAL),
    "redraft": Act(Permission.AGREEMENT_DRAFT, "redraft", act_forms.REDRAFT),
    "recusal": Act(Permission.CASE_ASK, "mediator_challenged", act_forms.RECUSAL, {"kind": "recusal"}, True),
    "change": Act(Permission.CASE_ASK, "mediator_challenged", act_forms.CHANGE, {"kind": "change"}, True),
    "designation": Act(Permission.CASE_ASK, "mediator_challenged", act_forms.DESIGNATION, {"kind": "designation"}, True),
    "stop_waiting": Act(Permission.CASE_ASK, "wait_taken_back", act_forms.WAIT_TAKEN_BACK, by_a_party=True),
    "letter_taken_back": Act(Permission.CASE_ASK, "letter_taken_back", act_forms.LETTER_TAKEN_BACK, by_a_party=True),
    "disclosure": Act(Permission.CASE_STEER, "mediator_challenged", act_forms.DISCLOSURE, {"kind": "disclosure"}),
    "step_down": Act(Permission.CASE_STEER, "mediator_challenged", act_forms.STEP_DOWN, {"kind": "stepping_down"}),
    "unable": Act(Permission.MEDIATOR_KEEP, "mediator_challenged", act_forms.UNABLE, {"kind": "unable"}),
    "co_wanted": Act(Permission.MEDIATOR_KEEP, "co_mediator_wanted", panel_acts.WANTED, begins=True),
    "co_left": Act(Permission.MEDIATOR_KEEP, panel_acts.CHALLENGED, panel_acts.LEFT, {"kind": "leaving"}, begins=True),
    "co_step_down": Act(Permission.CASE_NOTE, panel_acts.CHALLENGED, panel_acts.STEP_DOWN, {"kind": "leaving"}, begins=True),
    "co_recusal": Act(Permission.CASE_ASK, panel_acts.CHALLENGED, panel_acts.RECUSAL, {"kind": "recusal"}, True, begins=True),
    "appraisal": Act(Permission.CASE_STEER, "appraisal_asked", act_forms.APPRAISAL),
    "third": Act(Permission.CASE_STEER, "third_party_named", act_forms.THIRD_PARTY),
    "impossible": Act(Permission.CASE_STEER, "mediation_impossible", act_forms.IMPOSSIBLE),
    "suspicion": Act(Permission.CASE_SUSPECT, "simulation_suspected", act_forms.SUSPICION),
    "transfer": Act(Permission.CASE_TRANSFER, "transfer_asked", act_forms.TRANSFER),
    "suit_dropped": Act(Permission.CASE_WITHDRAW, "suit_dropped", act_forms.SUIT_DROPPED, by_a_party=True),
    RELIEF: Act(Permission.CASE_ASK, "fee_relief_asked", act_forms.FEE_RELIEF, by_a_party=True, side=Side.APPLICANT,
                regime="B", takes_files=True),
    "return": Act(Permission.CASE_RETURN, "referral_returned", act_forms.RETURN),
    "oral_application": Act(Permission.CONFIRMATION_RECORD, ORALLY, act_forms.ORAL_APPLICATION),
    "suspended": Act(Permission.CASE_RETURN, "suspension_decided", act_forms.COURT_SUSPENSION),
}

TAKING_FILES = frozenset(name for name, act in ACTS.items() if act.takes_files)


def offered(actor: Actor, case: Case) -> dict[str, Form]:
    """What this person could do to the case where it stands."""
    listened = set(db.session.scalars(select(MessageWait.name).where(
        MessageWait.case_id == case.id, MessageWait.kind == "message", MessageWait.status == WaitStatus.OPEN)))
    return {
        name: panel_acts.form(name, act.form, case) for name, act in ACTS.items()
        if (act.begins or act.message in listened) and may(actor, act.permission, case) and _fits(actor, case, name, act)
    }


def withheld(actor: Actor, case: Case) -> list[tuple[Form, str]]:
    """What is this person's to do, but not now, each with the reason."""
    now = offered(actor, case)
    return [(act.form, _why_not(actor, case, act)) for name, act in ACTS.items()
            if name not in now and not act.begins and may(actor, act.permission, case)
            and act.regime in ("", case.regime) and not (act.by_a_party and not _is_theirs(own_party(actor, case), act))]


def _why_not(actor: Actor, case: Case, act: Act) -> str:
    if case.is_closed:
        return _("The case is closed.")
    if act.message == "mediator_challenged" and case.mediator_id is None:
        return _("The case has no mediator yet.")
    if act.message == "mediator_challenged" and mediators.is_in_question(case.id):
        return _("It is being decided already whether the mediator goes on.")
    if _comes_too_late(case, act):
        return _("The agreement has been made: nobody goes back behind it by challenging the mediator.")
    if act.permission == Permission.CASE_WITHDRAW and not authority.may_bind(actor, "waive"):
        return _("This takes special authority of the party.")
    if act.message in WITHIN_THE_TERM and _term_is_over(case):
        return _("The mediation term is over: the text is signed as it stands, or not at all.")
    return _("The process does not wait for this where it stands.")


def _fits(actor: Actor, case: Case, name: str, act: Act) -> bool:
    """A mediator is challenged by a party, and only when there is one; a docketed or referred case has a court."""
    if act.begins and not panel_acts.is_possible(actor, case, name):
        return False
    if act.message == "mediator_challenged" and (
            case.mediator_id is None or _comes_too_late(case, act) or mediators.is_in_question(case.id)):
        return False
    if act.permission == Permission.CASE_WITHDRAW and not authority.may_bind(actor, "waive"):
        return False
    if act.message in WITHIN_THE_TERM and _term_is_over(case):
        return False
    if act.message == ORALLY and case.court_id is None:
        return False
    if act.message == SUIT_DROPPED and not _is_sole_applicant(own_party(actor, case), case):
        return False
    return not act.by_a_party or _is_theirs(own_party(actor, case), act)


def _is_theirs(person: Participant | None, act: Act) -> bool:
    return person is not None and act.side in ("", person.side)


def _term_is_over(case: Case) -> bool:
    """Its end passed while a fixed text lay for signing (在线调解规则第二十四条): no more time is given, no word is changed."""
    row = clocks.latest(case.id, "mediation") if not outcomes.is_agreed(case) else None
    return row is not None and row.status != DeadlineStatus.PAUSED and row.due_at <= clock.now()


def _comes_too_late(case: Case, act: Act) -> bool:
    """Once the agreement binds (在线调解规则第十九条) a challenge undoes nothing; who cannot go on is still replaced."""
    return (act.message == "mediator_challenged" and act.more["kind"] not in LEAVING_KINDS
            and agreement.is_settled(case.id))


def _is_sole_applicant(person: Participant | None, case: Case) -> bool:
    """One of several applicants drops only its own suit: the court's clerk notes that."""
    applicants = [one.id for one in case.participants if one.role == "party" and one.is_current and one.side == Side.APPLICANT]
    return person is not None and applicants == [person.id]


def tell(actor: Actor, case: Case, act: str, answers: dict, files: list[dict] | None = None) -> None:
    """Tell the process, with files (`sha256, name, media_type, size`) where the act takes any; the same twice changes nothing.

    Raises Invalid, NotPossibleNow.
    """
    if act not in ACTS:
        raise NotPossibleNow()
    done = ACTS[act]
    require(actor, done.permission, case)
    authority.check_act(actor, act)
    checked = _checked(case, act, answers)
    if not _fits(actor, case, act, done):
        raise NotPossibleNow()
    person = own_party(actor, case)
    payload = {key.removeprefix(f"{act}_"): value for key, value in checked.items()} | dict(done.more)
    if done.begins:
        own = {"participant": person.id, "side": person.side} if person else {}
        panel_acts.tell(actor, case, done.message, payload | {"by": actor.name} | own)
        return
    message, payload = _as_said(actor, case, act, person, payload)
    wait = messages.awaited(case.id, message)
    if wait is None:
        raise NotPossibleNow()
    if act == RELIEF:
        payload |= relief.told(case, person, payload["ground"], files or [])
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
    if act == "redraft":
        agreement.void_unsigned(case.id)
    if act == "suspicion":  # whether it is confirmed or not: nobody signs on, a lifted suspension has the text drafted again
        agreement.void_text(case.id, "涉嫌虚假调解，中止签署，文本作废")
    if act == "stop_waiting":
        consent.record(person, "suspension", False, payload["reason"], consent.CHANNELS[actor.kind], actor.name)
    if act == "oral_application":
        consent.apply_orally(case, actor.name)
    messages.receive(case.id, message, payload, f"{actor.kind}:{actor.user_id or actor.participant_id}", f"{wait.id}:{digest}",
                     by=actor.name)


def _checked(case: Case, act: str, answers: dict) -> dict:
    """The answers, found good; everything that is wrong with them is said at once."""
    faults, checked = [], {}
    try:
        checked = panel_acts.form(act, ACTS[act].form, case).check(answers)
    except Invalid as refused:
        faults += refused.problems
    days = checked.get("days", answers.get("days"))
    if act == "extension" and str(days).isdecimal() and len(str(days)) < 10:
        faults += _too_long(case, int(days))
    if faults:
        raise Invalid(problems=faults)
    return checked


def _too_long(case: Case, days: int) -> list[dict]:
    """Nobody is asked to agree to more than the term of the case's regime may be extended by."""
    try:
        clocks.check_extension(case.id, regimes.get(case.regime).term(case.procedure), days)
    except DomainError as refusal:
        return [problem("/days", refusal.code, refusal.message, **refusal.details)]
    return []


def _as_said(actor: Actor, case: Case, act: str, person: Participant | None, payload: dict) -> tuple[str, dict]:
    """Which message it is, and what goes along: a party of several that withdraws leaves alone, the others go on."""
    if act == "withdrawal":
        if person is not None and parties.may_leave_alone(case, person) and _listens(case, LEAVING):
            return LEAVING, {"participant": person.id, "reason": payload["reason"]}
        return ACTS[act].message, payload | {"withdrawn_by": person.side if person else Side.APPLICANT}
    if act == "confirmation_withdrawal":
        return ACTS[act].message, payload | {"withdrawn_by": person.side if person else Side.APPLICANT}
    if act in ("suspended", "redraft"):
        return ACTS[act].message, payload
    own = {"participant": person.id, "side": person.side} if person else {}
    return ACTS[act].message, payload | {"by": actor.name} | own


def _listens(case: Case, message: str) -> bool:
    return db.session.scalar(select(MessageWait.id).where(
        MessageWait.case_id == case.id, MessageWait.name == message, MessageWait.status == WaitStatus.OPEN).limit(1)) is not None


def own_party(actor: Actor, case: Case) -> Participant | None:
    """The party that this actor is, speaks for, or is staff of; None for the mediator, the organisation and the court."""
    own = select(Participant).where(Participant.case_id == case.id, Participant.is_current)
    if actor.kind == "party":
        person = db.session.get(Participant, actor.participant_id)
        own = own.where(Participant.id == (person.represents_id or person.id))
    elif actor.kind == "user":
        own = own.where(Participant.role == "party", or_(
            Participant.body_id.in_(actor.bodies(Role.INSTITUTION_HANDLER)), Participant.user_id == actor.user_id))
    else:
        return None
    return db.session.scalar(own.order_by(Participant.id).limit(1))


def audiences(actor: Actor, case: Case) -> tuple[str, ...]:
    """For whom this person's notes on the case may be."""
    if not may(actor, Permission.CASE_NOTE, case):
        return ()
    if case.mediator_id == actor.user_id:
        return MEDIATOR_AUDIENCES
    if panel.sits(case.id, actor.user_id):
        return ("mediator",)
    if actor.has(Role.COORDINATOR) and case.organisation_id in actor.bodies(Role.COORDINATOR):
        return ("organisation",)
    return ("court",) if actor.has(Role.CLERK) or actor.has(Role.JUDGE) else ()


def write_note(actor: Actor, case: Case, text: str, audience: str) -> Note:
    """Keep a note on the case for an audience. Raises Invalid."""
    require(actor, Permission.CASE_NOTE, case)
    form = Form.from_row({"id": "note", "components": [
        {"key": "text", "type": "textarea", "label": "记录", "required": True, "max_length": 5000}]})
    checked = form.check({"text": text})
    if audience not in audiences(actor, case):
        raise Invalid(problems=[problem("/audience", "choice", _("Choose who may read this."))])
    note = Note(case_id=case.id, author=actor.name, text=checked["text"], audience=audience)
    db.session.add(note)
    db.session.flush()
    return note
