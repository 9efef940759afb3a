"""The link in a message: one case, one participant. The token is made from our key and the call's, and only its hash is kept."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select

from engine import clock, config
from engine.access.models import Participant, PartyLink
from engine.db import db
from engine.errors import NotFound
from engine.i18n import _
from engine.notices import keys

LIFETIME = timedelta(days=90)
PLACEHOLDER = "{url}"


class LinkOver(NotFound):
    """The link has expired or was withdrawn; a new message brings a new one."""

    message = _("This link is no longer valid. Our newest message to you has one that is; or call the mediation organisation.")


def issue(person: Participant, key: str, purpose: str = "case") -> PartyLink:
    """The link for a message with this key: issuing it again gives the same one, so that a retry sends the same bytes."""
    token_hash = hash_of(token(key))
    link = db.session.scalar(select(PartyLink).where(PartyLink.token_hash == token_hash))
    if link is None:
        link = PartyLink(case_id=person.case_id, participant_id=person.id, token_hash=token_hash, purpose=purpose,
                         check_code=f"{secrets.randbelow(10_000):04d}", expires_at=clock.now() + LIFETIME)
        db.session.add(link)
        db.session.flush()
    return link


def token(key: str) -> str:
    """The token that belongs to a message's key: 128 bits nobody else can compute."""
    digest = hmac.new(keys.key("party link"), key.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def address(key: str) -> str:
    """The whole link."""
    return f"{config.current().public_url}/p/{token(key)}"


def find(token: str) -> tuple[PartyLink, Participant]:
    """The link and its participant. Raises NotFound for an unknown token, LinkOver for an expired or withdrawn one."""
    link = db.session.scalar(select(PartyLink).where(PartyLink.token_hash == hash_of(token)))
    if link is None:
        raise NotFound()
    person = db.session.get(Participant, link.participant_id)
    if link.revoked_at is not None or link.expires_at <= clock.now() or not person.is_current:
        raise LinkOver()
    return link, person


def by_check_code(check_code: str, last_digits: str) -> list[PartyLink]:
    """Valid links with this check code whose participant's telephone ends like this: did this message come from us?"""
    if len(last_digits) != 4 or len(check_code) != 4:
        return []
    found = db.session.execute(
        select(PartyLink, Participant).join(Participant, Participant.id == PartyLink.participant_id).where(
            PartyLink.check_code == check_code, PartyLink.revoked_at.is_(None), PartyLink.expires_at > clock.now()))
    return [link for link, person in found if person.phone.endswith(last_digits)]


def revoke_all(participant_id: int) -> int:
    """Withdraw every link of a participant (wrong telephone number, replaced agent); returns how many."""
    links = db.session.scalars(
        select(PartyLink).where(PartyLink.participant_id == participant_id, PartyLink.revoked_at.is_(None))).all()
    for link in links:
        link.revoked_at = clock.now()
    db.session.flush()
    return len(links)
