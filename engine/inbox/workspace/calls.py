"""Notes of telephone calls with the parties: who, when, the number masked, what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.cases.masking import mask_phone
from engine.cases.models import Case
from engine.cases.talk import CallNote
from engine.db import db
from engine.errors import Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox.workspace import commenting

OUTCOMES = {  # value → Chinese, English, whether somebody was reached
    "talked": ("已接通并说明", "Talked", True), "call_back": ("接通，约定再联系", "Reached; will talk again", True),
    "refused": ("接通，对方拒绝沟通", "Reached; would not talk", True), "no_answer": ("无人接听", "No answer", False),
    "busy": ("占线", "Busy", False), "off": ("关机或者停机", "Switched off or suspended", False),
    "wrong_number": ("空号或者不是本人", "No such number, or not the person", False),
}
MANY_TRIES = 3


@dataclass(frozen=True)
class Calls:
    """What one person may read of the calls in a case, and the parties who could not be reached several times running."""

    notes: list[CallNote]
    unreachable: list[Participant]


def form(case: Case) -> Form:
    """Whom, which way, when, what came of it."""
    people = [one for one in case.participants if one.is_current and one.side != "neutral"]
    return Form.from_row({"id": "call", "components": [
        {"key": "person", "type": "select", "label": "通话对象", "label_en": "With whom", "required": True,
         "values": [{"value": str(one.id), "label": one.name} for one in people]},
        {"key": "direction", "type": "radio", "label": "呼叫方向", "label_en": "Who called", "required": True, "default": "out",
         "values": [{"value": "out", "label": "我方拨出", "label_en": "We did"},
                    {"value": "in", "label": "对方来电", "label_en": "They did"}]},
        {"key": "called_at", "type": "datetime", "label": "通话时间", "label_en": "When", "required": True,
         "min": "today-366", "max": "today"},
        {"key": "other_number", "type": "text", "label": "号码（与登记的不同时填写，保存后只显示首尾）", "max_length": 20,
         "label_en": "Number (if not the one on record; only its ends are kept)"},
        {"key": "outcome", "type": "select", "label": "结果", "label_en": "What came of it", "required": True,
         "values": [{"value": key, "label": zh, "label_en": en} for key, (zh, en, _is_reached) in OUTCOMES.items()]},
        {"key": "call_text", "type": "textarea", "label": "通话要点", "label_en": "What was said", "max_length": 5000}]})


def note(actor: Actor, case: Case, answers: dict) -> CallNote:
    """Keep the note of a call. Raises Invalid."""
    require(actor, Permission.CASE_COMMENT, case)
    audience = commenting.audience_of(actor, case)
    if audience is None:
        raise NotFound()
    told = form(case).check(answers)
    called_at = datetime.fromisoformat(told["called_at"])
    if called_at > clock.now():
        raise Invalid(problems=[problem("/called_at", "max", _("A call that is noted has been made already."))])
    person = next(one for one in case.participants if str(one.id) == told["person"])
    row = CallNote(
        case_id=case.id, audience=audience, participant_id=person.id, direction=told["direction"], outcome=told["outcome"],
        number=mask_phone(told["other_number"] or person.phone), called_at=called_at,
        text=told["call_text"] or "", author_id=actor.user_id, author=actor.name)
    db.session.add(row)
    db.session.flush()
    return row


def of_case(actor: Actor, case: Case) -> Calls:
    """The calls of a case, the newest first."""
    notes = list(db.session.scalars(select(CallNote).where(CallNote.case_id == case.id, visible(actor, CallNote)).order_by(
        CallNote.called_at.desc(), CallNote.id.desc())))
    by_person: dict[Participant, list[CallNote]] = {}
    for row in notes:
        by_person.setdefault(row.participant, []).append(row)
    return Calls(notes, [person for person, told in by_person.items() if _is_unreachable(told)])


def _is_unreachable(notes: list[CallNote]) -> bool:
    """The last calls to this party all failed."""
    latest = [row for row in notes if row.direction == "out"][:MANY_TRIES]
    return len(latest) == MANY_TRIES and not any(OUTCOMES[row.outcome][2] for row in latest)
