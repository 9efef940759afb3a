"""Time stamps by an authority outside (RFC 3161), at the address the setting `tsa_url` names.

Where one is set, every signature bears its stamp (PAdES B-T), and what comes back is checked before it is used: a signature
without a good stamp is not made. To ask twice does no harm: a stamp that nobody keeps means nothing.
"""

import asyncio
import hashlib
from functools import lru_cache

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from engine import config
from engine.documents import trust
from engine.errors import DomainError
from engine.i18n import _

SECONDS = 4  # for one answer
PAUSES = (0.2, 0.8)  # before the second and the third try
REFUSED = "the authority refuses"


class NoTimeStamp(DomainError):
    """The authority does not answer, or not as it should: nothing is signed."""

    message = _("The time-stamping authority does not answer as it should (%(why)s). Nothing was signed; please try again soon.")


class Stamper(RequestsHTTPTimeStamper):
    """Asks the authority, again after a pause, and believes only what holds."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        for pause in PAUSES:
            try:
                return await super().async_request_tsa_response(req)
            except TimestampRequestError:
                await asyncio.sleep(pause)
        return await super().async_request_tsa_response(req)

    async def async_timestamp(self, message_digest, md_algorithm):
        """The token over this digest. Raises NoTimeStamp."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            await _check(token, message_digest)
        except (TimestampRequestError, SignatureValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NoTimeStamp(why=_why(error)) from error
        return token


def is_demanded() -> bool:
    """Do the settings ask for time stamps?"""
    return bool(config.current().tsa_url)


def stamper() -> TimeStamper | None:
    """Whom to ask; None when the settings name nobody."""
    return _of(config.current().tsa_url) if is_demanded() else None


@lru_cache(maxsize=4)
def _of(url: str) -> Stamper:
    return Stamper(url, timeout=SECONDS)


def try_out() -> None:
    """Ask for a stamp that nobody keeps. Raises NoTimeStamp."""
    asyncio.run(stamper().async_timestamp(hashlib.sha256(b"sutiao").digest(), "sha256"))


async def _check(token, digest: bytes) -> None:
    """Does the stamp hold, over what we asked for, by an authority that we trust?"""
    told = await validate_tst_signed_data(token["content"], trust.of_stamps().context(), lambda _algorithm: digest)
    if not (told["intact"] and told["valid"]):
        raise ValueError("its stamp does not hold")
    if told.get("trust_problem_indic") is not None or told.get("validation_path") is None:
        raise ValueError("we do not trust its certificate")


def _why(error: Exception) -> str:
    cause = error.__cause__
    return (f"{error}: {type(cause).__name__}" if cause else str(error) or type(error).__name__)[:200]
