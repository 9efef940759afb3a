"""Both sides come to a court and apply for confirmation in words: its clerk writes it down (CPL-Interp 353).

The court may be one that the case never came from: any of those that CPL 205(2) lets the parties of an organisation's own case
choose from. It knows nothing of the case until then, so the parties bring their agreement, and the clerk enters its check code.
"""

from dataclasses import replace

from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.courts import competence
from engine.db import db
from engine.documents import shelf
from engine.errors import Invalid, NotFound, problem
from engine.forms.components import Component
from engine.i18n import _
from engine.inbox.asking import act_forms
from engine.inbox.asking.acts import NotPossibleNow
from engine.mediation import agreement, consent
from engine.workflow import messages

MESSAGE, SOURCE = "applied_orally", "oral"
AGREEMENTS = ("agreement", "deemed_agreement")
CODE = Component.from_row({
    "key": "agreement_code", "type": "text", "label": "调解协议的核验码", "label_en": "Check code of the agreement",
    "required": True, "max_length": 20, "description": "印在当事人带来的协议书每页下方。",
    "description_en": "At the foot of each page of the agreement they bring."})
FORM = replace(act_forms.ORAL_APPLICATION, components=(CODE, *act_forms.ORAL_APPLICATION.components))


def record(actor: Actor, answers: dict) -> Case:
    """Write down what both said; the application to the clerk's court begins by it. Raises Forbidden, Invalid, NotPossibleNow.

    Whoever has no agreement in hand learns nothing: of every other code the answer is the same.
    """
    require(actor, Permission.CONFIRMATION_RECORD)
    told = FORM.check(answers)
    case = _agreed(told["agreement_code"])
    court = _competent(actor, case)
    wait = messages.awaited(case.id, MESSAGE)
    if wait is None:
        raise _wrong("closed", _("Nothing can be applied for in this case now: the thirty days are over, it was applied for "
                                 "already, or the court ends the case otherwise."))
    consent.apply_orally(case, actor.name)
    payload = {"said": told["oral_application_said"], "by": actor.name, "court": court}
    if messages.receive(case.id, MESSAGE, payload, SOURCE, str(wait.id), by=actor.name).result != "delivered":
        raise NotPossibleNow()
    return case


def _agreed(code: str) -> Case:
    """The case of the agreement in effect that bears this code."""
    try:
        paper = shelf.by_check_code(code)
    except NotFound:
        paper = None
    made = agreement.in_effect(paper.case_id) if paper is not None and paper.kind in AGREEMENTS else None
    if made is None or made.document_id != paper.id:
        raise _wrong("unknown", _("There is no agreement in effect with this check code."))
    return db.session.get(Case, paper.case_id)


def _competent(actor: Actor, case: Case) -> str:
    """The code of the clerk's court, when it is one of the competent ones."""
    own = [one for one in competence.competent_courts(case) if one.id in actor.bodies(Role.CLERK)]
    if not own:
        raise _wrong("court", _("Your court is not competent to confirm this agreement (CPL 205)."))
    return own[0].code


def _wrong(kind: str, message: str) -> Invalid:
    return Invalid(problems=[problem("/agreement_code", kind, message)])
