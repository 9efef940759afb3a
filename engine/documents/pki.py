"""Our own small certificate authority: made once at set-up, it gives every signer and every organisation a certificate.

It is no licensed certification service: what it signs is shown as 演示签名（按约定可靠条件）, never as 可靠电子签名.
"""

import hashlib
import os
import secrets
import stringprep
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from engine import clock, config
from engine.storage import write_whole

NAME = "诉调演示根证书"
YEARS_AUTHORITY, YEARS_SIGNER = 20, 10
BACKDATED = timedelta(days=366)  # clocks differ, and documents may be dated before the machine was set up
CLOCKS_DIFFER, LIST_GOOD_FOR = timedelta(minutes=5), timedelta(days=7)
MAX_NAME = 64  # bytes of a common name; the whole name stands beside it in the attribute `name`
FULL_NAME = x509.ObjectIdentifier("2.5.4.41")
PRIVATE = 0o600
_NOT_COMPARED = (  # unassigned in Unicode 3.2, private use, no characters, surrogates, changes of direction
    stringprep.in_table_a1, stringprep.in_table_c3, stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c8,
)


@dataclass(frozen=True)
class Credential:
    """Who signs: certificate and key, as opened for this one use."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def serial(self) -> str:
        """The certificate's serial number, as kept beside a signature."""
        return format(self.certificate.serial_number, "x")


class Authority:
    """The authority in a folder. Every file appears whole, readable by its owner only, and is made by one process only."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "signers").mkdir(exist_ok=True, mode=0o700)
        bundle = _made_once(folder / "authority.pem", _new_authority)
        self.key = serialization.load_pem_private_key(bundle, password=None)
        self.certificate = x509.load_pem_x509_certificate(bundle)
        self.passphrase = _made_once(folder / "passphrase", lambda: secrets.token_hex(32).encode())
        _made_once(folder / "authority.crt", lambda: self.certificate.public_bytes(serialization.Encoding.PEM))

    def certificate_for(self, name: str, subject: str) -> Credential:
        """The credential of a signer, made at first use.

        `subject` ties it to a row and is its serial number in the certificate, in letters, digits and hyphens:
        participant-7, user-3, body-1.
        """
        name = carried(name)
        key = hashlib.sha256(f"{subject}\n{name}".encode()).hexdigest()[:40]
        bundle = _made_once(self.folder / "signers" / f"{key}.p12", lambda: self._new_signer(name, subject))
        key, certificate, _others = pkcs12.load_key_and_certificates(bundle, self.passphrase)
        return Credential(key, certificate)

    def revocations(self) -> bytes:
        """The list of the certificates that were taken back (DER), as of now: what a signature is checked by long after."""
        now = clock.now()
        return (
            x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
            .last_update(now - CLOCKS_DIFFER).next_update(now + LIST_GOOD_FOR)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        )

    def _new_signer(self, name: str, subject: str) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        told = _name(name, subject)
        certificate = (
            _dated(told, self.certificate.subject, key, YEARS_SIGNER, self.certificate.not_valid_before_utc)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_documents=True), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        locked = serialization.BestAvailableEncryption(self.passphrase)
        return pkcs12.serialize_key_and_certificates(subject.encode(), key, certificate, None, locked)


def carried(name: str) -> str:
    """A name as a certificate can carry it: names in certificates are compared by RFC 4518, which knows the characters of
    Unicode 3.2 only. Rarer ones (𫖯 and many more in Chinese names) stand as their number; the signature itself has the name.
    """
    return "".join(char if _is_comparable(char) else f"(U+{ord(char):04X})" for char in name)


def _is_comparable(char: str) -> bool:
    return char != "\ufffd" and not any(is_in(char) for is_in in _NOT_COMPARED)


def authority() -> Authority:
    """The authority in the data folder that the settings name."""
    return _opened(config.current().data / "pki")


@lru_cache(maxsize=4)
def _opened(folder: Path) -> Authority:
    return Authority(folder)


def _new_authority() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(NAME, "authority")
    certificate = (
        _dated(name, name, key, YEARS_AUTHORITY, clock.now() - BACKDATED)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_documents=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _dated(subject, issuer, key, years: int, start) -> x509.CertificateBuilder:
    end = clock.now() + timedelta(days=365 * years)
    return (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(name: str, subject: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "演示签名"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, subject),
        x509.NameAttribute(FULL_NAME, name),
        x509.NameAttribute(NameOID.COMMON_NAME, name.encode()[:MAX_NAME].decode(errors="ignore")),
    ])


def _usage(signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents, content_commitment=signs_documents, key_cert_sign=not signs_documents,
        crl_sign=not signs_documents, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )


def _made_once(path: Path, make) -> bytes:
    """The file's bytes; made by whoever comes first, and never replaced: a hard link fails when the name is taken."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    write_whole(own, make(), PRIVATE)
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_bytes()
