"""Who came by which link: the token in the address → link, participant, actor, case."""

from dataclasses import dataclass

from flask import g, request

from engine.access import net
from engine.access.actor import Actor
from engine.access.models import Participant, PartyLink
from engine.cases.models import Case
from engine.db import db
from engine.notices import links
from webapp.app import READING


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door of their case."""

    token: str
    link: PartyLink
    person: Participant
    case: Case
    actor: Actor


def visitor(token: str) -> Visitor:
    """The visitor of this link; raises NotFound for an unknown token, LinkOver for one that is over."""
    link, person = links.find(token)
    actor = Actor.of_party(link, person)
    g.actor = actor
    if request.method in READING:
        net.draw(actor)
    return Visitor(token, link, person, db.session.get(Case, link.case_id), actor)
