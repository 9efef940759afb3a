"""Who may bind a party: the party itself, its own staff, or an agent with special authority (CPL 62; CPL-Interp 89, 147).

An agent with general authority speaks, hands things in, chooses a mediator, asks for a recusal; they do not admit, waive, settle,
sign a settlement, or take an application back.
"""

from collections.abc import Mapping

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.db import db
from engine.errors import Forbidden
from engine.forms.form import Form
from engine.i18n import _
from engine.workflow.models import UserTask

SPECIAL = "special"
BINDING_CONSENTS = {"no_objection", "undisputed_facts", "confirmation"}  # settle in advance, admit, ask the court together
BINDING_ANSWERS = {"answer": {"sign", "accept"}, "objection_answer": {"accept"}}
BINDING_ACTS = {"withdrawal", "confirmation_withdrawal"}  # waive


class NeedsSpecialAuthority(Forbidden):
    """The agent's power of attorney does not reach so far."""

    message = _("%(agent)s has general authority only: admitting, waiving, settling and signing need special authority (CPL 62).")


def agent_of(actor: Actor) -> Participant | None:
    """The agent who came by this link; None for a party itself and everybody else."""
    person = db.session.get(Participant, actor.participant_id) if actor.kind == "party" else None
    return person if person is not None and person.represents_id is not None else None


def may_bind(actor: Actor) -> bool:
    """Does what this actor says bind the party it speaks for?"""
    agent = agent_of(actor)
    return agent is None or agent.authority == SPECIAL


def check_answers(actor: Actor, task: UserTask, form: Form | None, answers: Mapping) -> None:
    """Raise NeedsSpecialAuthority when the answers would bind the party and the agent may not; a refusal always may be said."""
    if task.participant_id and form is not None and not may_bind(actor) and _bind(form, answers):
        raise NeedsSpecialAuthority(agent=actor.name)


def check_act(actor: Actor, act: str) -> None:
    """Raise NeedsSpecialAuthority for an act by which a party gives something up."""
    if act in BINDING_ACTS and not may_bind(actor):
        raise NeedsSpecialAuthority(agent=actor.name)


def _bind(form: Form, answers: Mapping) -> bool:
    if any(answers.get(key) in values for key, values in BINDING_ANSWERS.items()):
        return True
    return any(question.extra.get("consent") in BINDING_CONSENTS and answers.get(question.key) in ("yes", True)
               for question in form.questions)
