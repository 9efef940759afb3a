"""Appoint an agent in the course of a case, or end the power: the party itself, or staff who hold its paper (授权委托书).

At most two agents for a party (CPL 61). Each proves who they are (CPL-Interp 88). A change or an end counts once it is told in
writing (CPL 63): the case's history tells it to the court and the other side.
"""

from datetime import date
from pathlib import Path

from engine import clock, reading
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import identity, powers
from engine.cases.models import Case, PowerOfAttorney
from engine.db import db, locked
from engine.errors import Conflict, DomainError, Invalid, NotFound, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.notices import links
from engine.notices.addresses import PHONE, may_speak_for
from engine.workflow import trace

FORM = Form.read((Path(__file__).with_name("forms") / "power_of_attorney.json").read_text(encoding="utf-8"), "power_of_attorney")
PROOFS = ("licence", "firm", "kinship", "employment", "recommendation")
MOST = 2


class PowerUnusable(Invalid):
    message = _("This power of attorney cannot be registered.")


class CaseIsOver(Conflict):
    message = _("The case is closed; agents can no longer be changed.")


def earlier(party: Participant) -> dict:
    """What the form offers to choose from: the agents the party has."""
    return {"earlier": [{"id": str(agent.id), "name": agent.name} for agent in powers.agents_of(party)]}


def party_for(actor: Actor, participant_id: int) -> Participant:
    """The party that this actor may appoint an agent for; an agent appoints nobody. Raises NotFound, Forbidden."""
    party = db.session.get(Participant, participant_id)
    if party is None or party.role != "party" or not party.is_current:
        raise NotFound()
    require(actor, Permission.AGENT_APPOINT, party)
    if not may_speak_for(actor, party):
        raise NotFound()
    return party


def appoint(actor: Actor, participant_id: int, answers: dict, papers: list[int] | None = None) -> PowerOfAttorney:
    """Register a power of attorney; an earlier one of the same agent, or of the agent it replaces, ends with it."""
    party = party_for(actor, participant_id)
    _check_open(locked(Case, party.case_id))
    told = FORM.check(answers, earlier(party))
    held = powers.agents_of(party)
    known = next((one for one in held if (one.name, one.id_number) == (told["name"], told["id_number"])), None)
    leaving = next((one for one in held if str(one.id) == told.get("replaces") and one is not known), None)
    _check(party, told, len(held) - bool(known) - bool(leaving))
    if leaving is not None:
        _leave(actor, leaving, "replaced")
    agent = known or Participant(case_id=party.case_id, side=party.side, role="agent", position=party.position,
                                 represents_id=party.id, name=told["name"], id_number=told["id_number"])
    agent.id_type, agent.phone, agent.authority = told["id_type"], told["phone"], told["scope"]
    db.session.add(agent)
    db.session.flush()
    row = _register(actor, party, agent, told, papers or [])
    trace.write(None, "agent_appointed", actor.name, case_id=party.case_id, participant=agent.id, power=row.id)
    return row


def dismiss(actor: Actor, agent_id: int, reason: str) -> None:
    """End what an agent may do for a party, with a reason; its links open nothing any more."""
    agent = db.session.get(Participant, agent_id)
    if agent is None or agent.represents_id is None or not agent.is_current:
        raise NotFound()
    party_for(actor, agent.represents_id)
    _check_open(locked(Case, agent.case_id))
    if not reason.strip():
        raise PowerUnusable(problems=[problem("/reason", "missing", _("Please give a reason."))])
    _leave(actor, agent, reason.strip()[:500])


def _check_open(case: Case) -> None:
    if case.is_closed:
        raise CaseIsOver()


def _check(party: Participant, told: dict, others: int) -> None:
    faults = []
    if others >= MOST:
        faults.append(problem("/replaces", "too_many", _("A party has at most two agents (CPL 61): say whom this one replaces.")))
    if told["kind"] == "relative" and party.kind != "natural":
        faults.append(problem("/kind", "relative", _("Only a natural person has relatives (CPL-Interp 85).")))
    if not PHONE.fullmatch(told["phone"]):
        faults.append(problem("/phone", "phone", _("This is not a telephone number.")))
    if told.get("valid_until") and told["valid_until"] < max(told["valid_from"], clock.today().isoformat()):
        faults.append(problem("/valid_until", "order", _("The power has ended already, or ends before it begins.")))
    if told["id_type"] == "resident_id":
        try:
            identity.resident_number(told["id_number"])
        except DomainError as wrong:
            faults.append(problem("/id_number", "id_number", wrong.message))
    if (told["name"], told["id_number"]) == (party.name, party.id_number):
        faults.append(problem("/name", "self", _("A party is not its own agent.")))
    if faults:
        raise PowerUnusable(problems=faults)


def _register(actor: Actor, party: Participant, agent: Participant, told: dict, papers: list[int]) -> PowerOfAttorney:
    _end_powers(actor, agent, "replaced")
    row = PowerOfAttorney(
        case_id=party.case_id, principal_id=party.id, agent_id=agent.id, kind=told["kind"],
        proof={name: told[name] for name in PROOFS if told.get(name)}, matter=told["matter"],
        matters=list(told.get("matters") or []) if told["scope"] == powers.SPECIAL else [],
        valid_from=date.fromisoformat(told["valid_from"]),
        valid_until=reading.answered(told.get("valid_until")),
        papers=papers, recorded_by=actor.name)
    db.session.add(row)
    db.session.flush()
    return row


def _leave(actor: Actor, agent: Participant, reason: str) -> None:
    _end_powers(actor, agent, reason)
    agent.is_current = False
    links.revoke_all(agent.id)
    trace.write(None, "agent_ended", actor.name, case_id=agent.case_id, participant=agent.id)
    db.session.flush()


def _end_powers(actor: Actor, agent: Participant, reason: str) -> None:
    for row in powers.of_agent(agent):
        if row.ended_at is None:
            row.ended_at, row.ended_by, row.ended_reason = clock.now(), actor.name, reason
