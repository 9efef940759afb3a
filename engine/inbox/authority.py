"""Who may bind a party: the party itself, its own staff, or an agent with special authority (CPL 62; CPL-Interp 89, 147).

An agent with general authority speaks, hands things in, chooses a mediator, asks for a recusal; they do not admit, waive, settle,
sign a settlement, or take an application back. Which answer does which of these is said by the form (`binds`, `consent`).
"""

from collections.abc import Mapping

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import powers
from engine.db import db
from engine.errors import Forbidden
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import stakes
from engine.notices import addresses
from engine.workflow.models import UserTask

BINDING_CONSENTS = {"no_objection": "settle", "undisputed_facts": "admit", "confirmation": "settle"}  # what each of them does
BINDING_ANSWERS = {"answer": {"sign", "accept"}, "objection_answer": {"accept"}}  # where the form's `binds` says nothing else
RECEIVING = "receive"  # signing for a mediation letter: with authority to settle, or named as receiver (CPL-Interp 133, 147)
BINDING_ACTS = {"withdrawal": "waive", "confirmation_withdrawal": "waive"}


class NeedsSpecialAuthority(Forbidden):
    """The agent's power of attorney does not reach so far."""

    message = _("%(agent)s has general authority only: admitting, waiving, settling and signing need special authority (CPL 62).")


class NoPowerInForce(Forbidden):
    """The power of attorney has ended, or has not begun."""

    message = _("%(agent)s has no power of attorney in force today: the party must register a new one first.")


class MatterNotGiven(Forbidden):
    """The power gives special authority, but not for this."""

    message = _("The power of attorney of %(agent)s does not name this: %(matter)s (CPL-Interp 89).")


def agent_of(actor: Actor) -> Participant | None:
    """The agent who came by this link; None for a party itself and everybody else."""
    person = db.session.get(Participant, actor.participant_id) if actor.kind == "party" else None
    return person if person is not None and person.represents_id is not None else None


def may_bind(actor: Actor, matter: str) -> bool:
    """Does what this actor says bind the party it speaks for, in this matter and at this moment?"""
    agent = agent_of(actor)
    return agent is None or powers.may(agent, matter)


def check_answers(actor: Actor, task: UserTask, form: Form | None, answers: Mapping) -> None:
    """Raise what is missing when the answers would bind the party and the agent may not; a refusal needs any power in force.

    An institution is bound to a sum only within what it let its people settle (`stakes`).
    """
    if task.participant_id and form is not None:
        _check(actor, _binding_in(form, answers))
        stakes.check(actor, task, form, answers)


def check_act(actor: Actor, act: str) -> None:
    """Raise what is missing for an act by which a party gives something up."""
    _check(actor, [BINDING_ACTS[act]] if act in BINDING_ACTS else [])


def check_matters(actor: Actor, matters: list[str]) -> None:
    """Raise what is missing for an agent to say this for the party; for no matter at all a power in force is enough."""
    _check(actor, matters)


def _check(actor: Actor, binding: list[str]) -> None:
    agent = agent_of(actor)
    if agent is None:
        return
    held = powers.matters(agent)
    if held is None:
        raise NoPowerInForce(agent=agent.name)
    binding = ["settle" if matter == RECEIVING and not _is_named_receiver(agent) else matter for matter in binding]
    if missing := next((matter for matter in binding if matter not in (*held, RECEIVING)), None):
        if held:
            raise MatterNotGiven(agent=agent.name, matter=powers.MATTERS[missing])
        raise NeedsSpecialAuthority(agent=agent.name)


def _is_named_receiver(agent: Participant) -> bool:
    """Did the party name this agent as receiver (代收人) in its confirmation of address?"""
    address = addresses.of(agent.represents_id)
    return address is not None and address.receiver == agent.name


def _binding_in(form: Form, answers: Mapping) -> list[str]:
    """The matters in which these answers bind the party."""
    found = [matter for question in form.questions for answer, matter in question.extra.get("binds", {}).items()
             if str(answers.get(question.key)) == answer]
    said = {question.key for question in form.questions if "binds" in question.extra}
    found += ["settle" for key, values in BINDING_ANSWERS.items() if key not in said and answers.get(key) in values]
    asked = ((question.extra.get("consent"), answers.get(question.key)) for question in form.questions)
    return found + [BINDING_CONSENTS[consent] for consent, answer in asked
                    if consent in BINDING_CONSENTS and answer in ("yes", True)]
