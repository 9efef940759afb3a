"""Who acts for a party, and what each may do today: lines for the case page and the party's own page."""

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import powers
from engine.cases.models import Case
from engine.documents.facts import parties_of
from engine.errors import DomainError
from engine.inbox.asking import agents
from webapp import i18n


def lines(party: Participant) -> list[dict]:
    """One line for each agent of a party."""
    return [{"agent": one, "power": powers.in_force(one), "words": words(one),
             "is_registered": bool(powers.of_agent(one))} for one in powers.agents_of(party)]


def words(agent: Participant) -> str | None:
    """What the agent may do that binds the party, in words; empty for general authority, None without a power in force."""
    held = powers.matters(agent)
    if held is None:
        return None
    between = ", " if i18n.language() == "en" else "、"
    return between.join(i18n.say(title) for matter, title in powers.MATTERS.items() if matter in held)


def of_case(actor: Actor, case: Case) -> list[dict]:
    """The parties of a case with their agents, and whether this actor may change that."""
    return [{"party": party, "agents": lines(party), "may_change": not case.is_closed and _may_change(actor, party)}
            for party in parties_of(case)]


def _may_change(actor: Actor, party: Participant) -> bool:
    try:
        agents.party_for(actor, party.id)
    except DomainError:
        return False
    return True
