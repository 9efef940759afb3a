"""One-time codes: six digits to a party's own telephone, for one purpose, bound to what was shown, a few minutes and tries."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.access.models import OneTimeCode, Participant, PartyLink
from engine.cases.models import Case
from engine.db import after_commit, db
from engine.errors import Conflict
from engine.i18n import _
from engine.notices import keys, send, words
from engine.notices.models import Notice

MINUTES, TRIES, PER_HOUR = 5, 5, 6
PROOF_MINUTES = 10


class TooManyCodes(Conflict):
    message = _("Too many codes were asked for. Please wait an hour, or call us.")


class NoTelephone(Conflict):
    message = _("We have no telephone number for you. Please call us.")


class NoCode(Conflict):
    message = _("Please enter the code we sent to your telephone.")


def ask(link: PartyLink, purpose: str, bound_to: str = "", language: str = "zh") -> Notice:
    """Send a new code; earlier ones for the purpose no longer work. Raises TooManyCodes, NoTelephone."""
    person = db.session.get(Participant, link.participant_id)
    if not person.phone:
        raise NoTelephone()
    theirs = select(PartyLink.id).where(PartyLink.participant_id == person.id)  # every message brings another link
    an_hour_ago = clock.now() - timedelta(hours=1)
    recent = select(func.count()).where(OneTimeCode.link_id.in_(theirs), OneTimeCode.created_at > an_hour_ago)
    if db.session.scalar(recent) >= PER_HOUR:
        raise TooManyCodes()
    for old in db.session.scalars(_open(link.id, purpose)):
        old.expires_at = clock.now()
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = OneTimeCode(link_id=link.id, purpose=purpose, bound_to=bound_to, code_hash="",
                      expires_at=clock.now() + timedelta(minutes=MINUTES))
    db.session.add(row)
    db.session.flush()
    row.code_hash = _hash(row.id, code)
    notice = send.write_code(person, link, row.id, language)
    if notice.status == "queued":
        sign = words.signature(db.session.get(Case, person.case_id))
        after_commit(send.send_code, notice.call_key, person.phone, sign, code, language)
    return notice


def fits(link_id: int, purpose: str, code: str, bound_to: str = "") -> bool:
    """Would this code be right? Nothing is counted: for what must not begin with a wrong one. `enter` answers for good."""
    row = db.session.scalar(_open(link_id, purpose))
    return row is not None and row.expires_at > clock.now() and row.tries < TRIES and row.bound_to == bound_to and (
        hmac.compare_digest(row.code_hash, _hash(row.id, str(code).strip())))


def enter(link_id: int, purpose: str, code: str, bound_to: str = "") -> str:
    """Try a code: `right`, `wrong` or `expired`. It never raises, because a wrong try has to be counted: answer and commit."""
    row = db.session.scalar(_open(link_id, purpose).with_for_update())
    if row is None or row.expires_at <= clock.now() or row.tries >= TRIES:
        return "expired"
    row.tries += 1
    right = hmac.compare_digest(row.code_hash, _hash(row.id, str(code).strip())) and row.bound_to == bound_to
    if right:
        row.used_at = clock.now()
    db.session.flush()
    return "right" if right else "wrong"


def proof(link_id: int | None, purpose: str, bound_to: str = "") -> OneTimeCode:
    """The code that was entered rightly for this purpose and exactly this, a moment ago. Raises NoCode."""
    row = db.session.scalar(select(OneTimeCode).where(
        OneTimeCode.link_id == link_id, OneTimeCode.purpose == purpose, OneTimeCode.bound_to == bound_to,
        OneTimeCode.used_at > clock.now() - timedelta(minutes=PROOF_MINUTES)).order_by(OneTimeCode.id.desc()).limit(1))
    if row is None:
        raise NoCode()
    return row


def _open(link_id: int, purpose: str):
    return select(OneTimeCode).where(
        OneTimeCode.link_id == link_id, OneTimeCode.purpose == purpose, OneTimeCode.used_at.is_(None)
    ).order_by(OneTimeCode.id.desc()).limit(1)


def _hash(row_id: int, code: str) -> str:
    """Six digits could be tried out against a plain hash; without our key they cannot."""
    return hmac.new(keys.key("one-time code"), f"{row_id}:{code}".encode(), hashlib.sha256).hexdigest()
