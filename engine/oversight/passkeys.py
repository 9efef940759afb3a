"""Sign in with a passkey: alone (it is two factors in one: the device, and its owner's finger or PIN), or after the password.

The browser signs a question made for one session, for our origin and name; the address people reach us under says both.
"""

import hmac
import ipaddress
import json
import re
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from engine import clock, config, statements
from engine.access.models import User
from engine.access.passkeys import Passkey, UsedChallenge
from engine.db import db, locked
from engine.errors import Invalid, NotFound
from engine.i18n import _
from engine.notices import keys
from engine.oversight import accounts
from engine.workflow import trace

MOST_KEYS, LONGEST_NAME = 10, 60
CREDENTIAL = re.compile(r"[\w-]{1,1400}", re.ASCII)
SECONDS = 300  # how long a question may be answered
HOUSE = "诉调 Sutiao"
VERIFIED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(Invalid):
    """The answer was made elsewhere, for another question, by a key that is unknown or not this person's, or was used before."""

    message = _("This passkey was not accepted. Try again, or sign in another way.")


class PasskeyNotKept(Invalid):
    """A new key that the browser's answer does not prove."""

    message = _("The new passkey could not be checked, so it was not kept. Please try again.")


class TooManyPasskeys(Invalid):
    message = _("You have %(most)s passkeys. Remove one that you no longer use.")


class PasskeysImpossible(Invalid):
    """Browsers give passkeys to a name, over an encrypted connection, and to localhost."""

    message = _("Passkeys need an address with a name and https.")


def are_possible() -> bool:
    """Can browsers make passkeys for the address we are reached under?"""
    found = urlsplit(config.current().public_url)
    return found.hostname == "localhost" or found.scheme == "https" and not _is_number(found.hostname or "")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def of(user_id: int) -> list[Passkey]:
    """Somebody's keys, the oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def begin(user: User) -> tuple[dict, str]:
    """What the browser is asked to make a new key with, and the question to remember. Raises TooManyPasskeys."""
    _demand_possible()
    known = of(user.id)
    if len(known) >= MOST_KEYS:
        raise TooManyPasskeys(most=MOST_KEYS)
    asked = generate_registration_options(
        rp_id=_rp_id(), rp_name=HOUSE, user_name=user.login, user_id=_handle(user.id), user_display_name=user.name,
        timeout=SECONDS * 1000, exclude_credentials=_described(known), authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED))
    return options_to_json_dict(asked), bytes_to_base64url(asked.challenge)


def keep(user: User, name: str, question: str, answer: str) -> list[str]:
    """Keep the new key; the recovery codes when this is the first second factor. Raises PasskeyNotKept, Invalid."""
    name = checked_name(name)
    _demand_possible()
    try:
        found = verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(question), expected_rp_id=_rp_id(),
            expected_origin=_origin(), require_user_verification=True)
    except Exception as error:  # whatever the library trips over: such an answer proves nothing
        raise PasskeyNotKept() from error
    credential = bytes_to_base64url(found.credential_id)
    if not _is_first_answer(question) or db.session.scalar(select(Passkey.id).where(Passkey.credential == credential)):
        raise PasskeyNotKept()
    db.session.add(Passkey(user_id=user.id, name=name, credential=credential, public_key=found.credential_public_key,
                           sign_count=found.sign_count, is_synced=found.credential_backed_up))
    codes = [] if user.has_second_factor else accounts.fresh_codes(user)
    user.passkeys_since = clock.now()
    trace.write(None, "passkey_added", user.name, user=user.id)
    return codes


def ask(user: User | None = None) -> tuple[dict, str]:
    """What the browser is asked to sign with one of its keys (this person's, when somebody is known), and the question."""
    _demand_possible()
    asked = generate_authentication_options(rp_id=_rp_id(), timeout=SECONDS * 1000, user_verification=VERIFIED,
                                            allow_credentials=_described(of(user.id)) if user else None)
    return options_to_json_dict(asked), bytes_to_base64url(asked.challenge)


def check(question: str, answer: str, only: User | None = None) -> User:
    """Who answered; the key's count is kept. With `only`, nobody but this person. Raises PasskeyRefused."""
    _demand_possible()
    passkey = _answering(answer)
    if only is not None and passkey.user_id != only.id:
        raise PasskeyRefused()
    try:
        found = verify_authentication_response(
            credential=answer, expected_challenge=base64url_to_bytes(question), expected_rp_id=_rp_id(),
            expected_origin=_origin(), credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count, require_user_verification=True)
    except Exception as error:
        raise PasskeyRefused() from error
    user = db.session.get(User, passkey.user_id)
    if not user.is_active or not _is_first_answer(question):
        raise PasskeyRefused()
    passkey.sign_count, passkey.last_used_at = found.new_sign_count, clock.now()
    return user


def rename(user: User, passkey_id: int, name: str) -> None:
    """Call one's own key otherwise. Raises NotFound, Invalid."""
    passkey = _own(user, passkey_id)
    passkey.name = checked_name(name)


def remove(user: User, passkey_id: int) -> None:
    """One's own key no longer opens anything; other sessions end. Raises NotFound."""
    db.session.delete(_own(user, passkey_id))
    db.session.flush()
    user.passkeys_since = clock.now() if of(user.id) else None
    if not user.has_second_factor:
        user.recovery_hashes = []
    trace.write(None, "passkey_removed", user.name, user=user.id)


def checked_name(name: str) -> str:
    """The name of a key, as it is kept. Raises Invalid."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(_("Give the passkey a name of at most %(most)s signs, such as the device it is in."), most=LONGEST_NAME)
    return name


def _own(user: User, passkey_id: int) -> Passkey:
    found = locked(Passkey, passkey_id)
    if found.user_id != user.id:
        raise NotFound()
    return found


def _answering(answer: str) -> Passkey:
    """The key that says it answers, held against a second answer at the same time; it proves nothing yet."""
    try:
        told = json.loads(answer)
        credential, handle = CREDENTIAL.fullmatch(told["id"])[0], told["response"].get("userHandle")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PasskeyRefused() from error
    found = db.session.scalar(select(Passkey).where(Passkey.credential == credential).with_for_update())
    if found is None or handle and str(handle) != bytes_to_base64url(_handle(found.user_id)):
        raise PasskeyRefused()
    return found


def _is_first_answer(question: str) -> bool:
    """Take the question as answered; False when it has been already."""
    now = clock.now()
    db.session.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < now))
    row = {"sha256": sha256(question.encode()).hexdigest(), "expires_at": now + timedelta(seconds=2 * SECONDS)}
    return statements.put_new(UsedChallenge, row)


def _described(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in passkeys]


def _handle(user_id: int) -> bytes:
    """What devices keep about whose key it is: nobody is known by it but here."""
    return hmac.new(keys.key("passkeys"), str(user_id).encode(), sha256).digest()


def _demand_possible() -> None:
    if not are_possible():
        raise PasskeysImpossible()


def _origin() -> str:
    found = urlsplit(config.current().public_url)
    return f"{found.scheme}://{found.netloc}"


def _rp_id() -> str:
    return urlsplit(config.current().public_url).hostname or ""
