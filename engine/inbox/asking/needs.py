"""What help a party needs to take part (sight, hearing, age, reading …): said at intake, or noted later by who mediates.

The no-objection proposal is not used on a party with a need unless a helper confirmed that it understands (DOMAIN §4.2).
"""

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case
from engine.db import db
from engine.documents.facts import parties_of
from engine.forms.form import Form
from engine.tracks.assistance import NEEDS
from engine.workflow import trace

WORDS = {"visual": ("视力障碍", "Sight"), "hearing": ("听力障碍", "Hearing"), "speech": ("言语障碍", "Speech"),
         "elderly": ("老年人", "Elderly"), "reading": ("阅读困难", "Reading"), "cognitive": ("认知障碍", "Understanding"),
         "other": ("其他", "Other")}


def form(case: Case) -> Form:
    """Which party, which need, and whether it has it."""
    return Form.from_row({"id": "needs", "components": [
        {"key": "party", "type": "select", "label": "当事人", "label_en": "Party", "required": True,
         "values": [{"value": str(person.id), "label": person.name} for person in parties_of(case)]},
        {"key": "need", "type": "select", "label": "需要的协助", "label_en": "Help needed", "required": True,
         "values": [{"value": need, "label": WORDS[need][0], "label_en": WORDS[need][1]} for need in NEEDS]},
        {"key": "present", "type": "radio", "label": "是否需要", "label_en": "Is it needed?", "required": True,
         "values": [{"value": "yes", "label": "需要", "label_en": "Yes"},
                    {"value": "no", "label": "不再需要", "label_en": "No longer"}]}]})


def may_note(actor: Actor, case: Case) -> bool:
    """Who mediates; while the case is open."""
    return not case.is_closed and may(actor, Permission.CASE_STEER, case)


def note(actor: Actor, case: Case, answers: dict) -> Participant:
    """Keep that a party has a need, or has it no longer. Raises Invalid, Forbidden."""
    require(actor, Permission.CASE_STEER, case)
    told = form(case).check(answers)
    person = next(one for one in parties_of(case) if str(one.id) == told["party"])
    kept = {*person.needs, told["need"]} if told["present"] == "yes" else {*person.needs} - {told["need"]}
    person.needs = sorted(kept)
    trace.write(None, "needs_noted", actor.name, case_id=case.id, participant=person.id)
    db.session.flush()
    return person


def shown(person: Participant, language: str) -> list[str]:
    """The needs in words."""
    return [WORDS[need][language == "en"] for need in person.needs if need in WORDS]
