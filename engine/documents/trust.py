"""Whom we trust, and what was revoked: our own authority for signatures, the settings' one for stamps. No network."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import ValidationContext

from engine import clock, config
from engine.documents.pki import Authority, authority
from engine.errors import Conflict
from engine.i18n import _


class TrustMissing(Conflict):
    message = _("The file with the certificates of the time-stamping authority cannot be used: %(why)s")


@dataclass(frozen=True)
class Trust:
    """Roots, and lists of what they revoked (DER)."""

    roots: tuple[x509.Certificate, ...] = ()
    lists: tuple[bytes, ...] = ()

    def __add__(self, other: "Trust") -> "Trust":
        return Trust(self.roots + other.roots, self.lists + other.lists)

    def context(self, moment: datetime | None = None, demands_lists: bool = False) -> ValidationContext:
        """For one check. `demands_lists`: a certificate of which no list is known does not pass."""
        return ValidationContext(
            trust_roots=list(self.roots), crls=list(self.lists), allow_fetching=False, moment=moment or clock.now(),
            revocation_mode="require" if demands_lists else "soft-fail")


def of_signatures(root: Authority | None = None) -> Trust:
    """Our own authority, with its list as of now."""
    root = root or authority()
    return Trust((x509.Certificate.load(root.certificate.public_bytes(Encoding.DER)),), (root.revocations(),))


def of_stamps() -> Trust:
    """What the file `tsa_trust` says: root certificates and revocation lists, in PEM. Raises TrustMissing."""
    named = config.current().tsa_trust
    if not named:
        return Trust()
    try:
        return _read(Path(named), Path(named).stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise TrustMissing(why=str(error)) from error


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Trust:
    """Anew when the file has changed."""
    blocks = list(pem.unarmor(path.read_bytes(), multiple=True))
    roots = tuple(x509.Certificate.load(der) for kind, _headers, der in blocks if kind == "CERTIFICATE")
    if not roots:
        raise ValueError(f"{path} holds no certificate")
    return Trust(roots, tuple(der for kind, _headers, der in blocks if kind == "X509 CRL"))
