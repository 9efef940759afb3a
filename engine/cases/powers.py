"""What an agent may do at this moment: by the powers of attorney on record, else by what came with the referral.

An agent binds the party only in what the power names (CPL 62; CPL-Interp 89).
A power that has ended, or has not begun, gives nothing.
"""

from datetime import date

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases.models import PowerOfAttorney
from engine.db import db
from engine.i18n import _

MATTERS = {"admit": _("admit"), "waive": _("waive"), "change": _("change claims"), "settle": _("settle and sign"),
           "counterclaim": _("counterclaim"), "appeal": _("appeal")}
KINDS = {"lawyer": _("lawyer"), "legal_worker": _("grassroots legal worker"), "relative": _("near relative"),
         "employee": _("employee"), "recommended": _("recommended")}
SPECIAL = "special"


def of_agent(agent: Participant) -> list[PowerOfAttorney]:
    """All that was ever registered for this agent, the latest last."""
    return list(db.session.scalars(select(PowerOfAttorney).where(
        PowerOfAttorney.agent_id == agent.id).order_by(PowerOfAttorney.id)))


def in_force(agent: Participant) -> PowerOfAttorney | None:
    """The registered power that holds today: the last that has begun and not ended."""
    return _in_force(of_agent(agent))


def _in_force(rows: list[PowerOfAttorney], day: date | None = None) -> PowerOfAttorney | None:
    day = day or clock.today()
    return next((row for row in reversed(rows) if row.holds_on(day)), None)


def matters(agent: Participant, day: date | None = None) -> frozenset[str] | None:
    """What the agent may (or on a day might) do that binds the party; empty by a general power; None with no power in force."""
    rows = of_agent(agent)
    if not agent.is_current:
        return None
    if not rows:  # what the referral says stands until a power is registered
        return frozenset(MATTERS) if agent.authority == SPECIAL else frozenset()
    held = _in_force(rows, day)
    return None if held is None else frozenset(held.matters)


def may(agent: Participant, matter: str) -> bool:
    """May this agent do this for the party now?"""
    return matter in (matters(agent) or ())


def agents_of(party: Participant) -> list[Participant]:
    """Who acts for a party, in the order they came."""
    return list(db.session.scalars(select(Participant).where(
        Participant.represents_id == party.id, Participant.is_current).order_by(Participant.id)))
