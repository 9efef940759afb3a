"""One's own account: the password, and a second factor (TOTP, RFC 6238) with codes for the day the telephone is lost."""

import base64
import hmac
import os
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete

from engine import clock, config
from engine.access.models import Role, User
from engine.access.passkeys import Passkey
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.notices import keys
from engine.workflow import trace

DIGITS, STEP_SECONDS, SECRET_BYTES = 6, 30, 20
DRIFT = 1  # steps that a telephone's clock may be off
RECOVERY_CODES = 10
LEAST_PASSWORD = 12
WEIGHTY = {Role.ADMIN, Role.APPROVER, Role.AUDITOR, Role.DESIGNER, Role.JUDGE}
REQUIRED = {"": frozenset(), "weighty": frozenset(WEIGHTY), "staff": frozenset(Role) - {Role.CONSUMER}}


class WrongCode(Invalid):
    """The six digits are wrong, old, or were used already."""

    message = _("The code is wrong or has been used. Wait for the next one.")


def needs_second_factor(user: User) -> bool:
    """Must this account have a second factor, and has none yet (setting `second_factor`)?"""
    asked = REQUIRED[config.current().second_factor]
    return not user.has_second_factor and any(grant.role in asked for grant in user.grants)


def begin(user: User) -> str:
    """A new secret, kept but not in force until a code of it came back; in base32, as authenticators take it."""
    secret = os.urandom(SECRET_BYTES)
    user.second_factor, user.second_factor_since = _sealed(user, secret), None
    return base64.b32encode(secret).decode()


def pending(user: User) -> str | None:
    """The secret begun and not yet in force, in base32."""
    if not user.second_factor or user.second_factor_since is not None:
        return None
    return base64.b32encode(_opened(user)).decode()


def address(user: User, issuer: str) -> str:
    """What the QR code says to an authenticator."""
    return _totp(_opened(user)).get_provisioning_uri(user.login, issuer)


def confirm(user: User, code: str) -> list[str]:
    """Put the secret in force; the recovery codes, which are shown once. Raises WrongCode."""
    if pending(user) is None:
        raise WrongCode()
    _accept(user, code)
    codes, user.second_factor_since = fresh_codes(user), clock.now()
    trace.write(None, "second_factor_on", user.name, user=user.id)
    return codes


def fresh_codes(user: User) -> list[str]:
    """New recovery codes in place of the old ones; they are shown once."""
    codes = [f"{secrets.randbelow(10**5):05}-{secrets.randbelow(10**5):05}" for _number in range(RECOVERY_CODES)]
    user.recovery_hashes = [_hashed(user, each) for each in codes]
    return codes


def check(user: User, code: str) -> None:
    """The second step of signing in: six digits of this half minute, once, or a recovery code, once. Raises WrongCode."""
    told = "".join(code.split())
    known = _hashed(user, told)
    if known in user.recovery_hashes:
        user.recovery_hashes = [each for each in user.recovery_hashes if each != known]
        trace.write(None, "recovery_code_used", user.name, user=user.id)
        return
    _accept(user, told)


def end(user: User, by: str) -> None:
    """No code is asked any more (one's own wish); passkeys stay."""
    user.second_factor, user.second_factor_since = "", None
    if not user.has_second_factor:
        user.recovery_hashes = []
    trace.write(None, "second_factor_off", by, user=user.id)


def end_all(user: User, by: str) -> None:
    """Neither code nor passkey any more (an administrator's help after a loss)."""
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    user.passkeys_since = None
    end(user, by)


def check_new_password(password: str, again: str, login: str) -> None:
    """Raises Invalid with what is wrong with a new password (NIST SP 800-63B: length counts, not mixtures)."""
    faults = []
    if len(password) < LEAST_PASSWORD:
        faults.append(problem("/password", "short", _("A password has at least %(least)s characters."), least=LEAST_PASSWORD))
    elif login.lower() in password.lower() or len(set(password)) < 5:
        faults.append(problem("/password", "weak", _("This password is easy to guess.")))
    if password != again:
        faults.append(problem("/again", "differs", _("The two passwords differ.")))
    if faults:
        raise Invalid(problems=faults)


def _accept(user: User, code: str) -> None:
    if not user.second_factor:
        raise WrongCode()
    secret, now = _opened(user), clock.now().timestamp()
    for step in range(int(now // STEP_SECONDS) - DRIFT, int(now // STEP_SECONDS) + DRIFT + 1):
        if step > user.second_factor_step and _fits(secret, code, step):
            user.second_factor_step = step
            return
    raise WrongCode()


def _fits(secret: bytes, code: str, step: int) -> bool:
    try:
        _totp(secret).verify(code.encode("ascii", "replace"), step * STEP_SECONDS)
    except InvalidToken:
        return False
    return True


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # the algorithm that every authenticator knows


def _sealed(user: User, secret: bytes) -> str:
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(keys.key("second factors")).encrypt(nonce, secret, str(user.id).encode())).decode()


def _opened(user: User) -> bytes:
    kept = base64.b64decode(user.second_factor)
    try:
        return AESGCM(keys.key("second factors")).decrypt(kept[:12], kept[12:], str(user.id).encode())
    except InvalidTag as error:
        raise WrongCode() from error


def _hashed(user: User, code: str) -> str:
    return hmac.new(keys.key("recovery codes"), f"{user.id} {code}".encode(), sha256).hexdigest()
