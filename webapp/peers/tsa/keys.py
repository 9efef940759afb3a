"""The authority's root and stamping key in a folder, and `trust.pem`: what those who rely on its stamps need."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT, STAMPER = "诉调演示时间戳根证书", "诉调演示时间戳服务"
YEARS_ROOT, YEARS_STAMPER = 20, 10
BACKDATED = timedelta(days=366)  # clocks differ
LIST_GOOD_FOR = timedelta(days=366)  # of the list of revocations; every start makes a new one


class Keys:
    """Made at the first start, used ever after."""

    def __init__(self, folder: Path, years: int = YEARS_STAMPER):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root_key, self.root = _kept(folder / "root.pem", lambda: _new_root())
        self.key, self.certificate = _kept(folder / "stamper.pem", lambda: _new_stamper(self.root_key, self.root, years))
        self.trust = folder / "trust.pem"
        self.publish(datetime.now(UTC))

    def publish(self, now: datetime) -> None:
        """Write down for everybody whose stamps these are, and what was revoked up to now."""
        told = self.root.public_bytes(serialization.Encoding.PEM) + _revocations(self.root_key, self.root, now)
        _write(self.trust, told, 0o644)


def _kept(path: Path, make) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    if not path.exists():
        key, certificate = make()
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        _write(path, private + certificate.public_bytes(serialization.Encoding.PEM), 0o600)
    bundle = path.read_bytes()
    return serialization.load_pem_private_key(bundle, password=None), x509.load_pem_x509_certificate(bundle)


def _write(path: Path, data: bytes, mode: int) -> None:
    """The file appears whole."""
    own = path.with_name(f".{path.name}.{os.getpid()}")
    own.touch(mode)
    own.write_bytes(data)
    own.replace(path)


def _new_root():
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(ROOT)
    made = _dated(name, name, key, YEARS_ROOT)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return key, made.add_extension(_usage(is_root=True), critical=True).sign(key, hashes.SHA256())


def _new_stamper(root_key, root: x509.Certificate, years: int):
    """Stamping is all it may do: the usage is critical (RFC 3161, 2.3)."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _dated(_name(STAMPER), root.subject, key, years)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return key, made.add_extension(_usage(is_root=False), critical=True).sign(root_key, hashes.SHA256())


def _dated(subject: x509.Name, issuer: x509.Name, key, years: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root, content_commitment=not is_root, key_cert_sign=is_root, crl_sign=is_root,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )


def _revocations(key, root: x509.Certificate, now: datetime) -> bytes:
    made = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(now - timedelta(minutes=5))
    made = made.next_update(now + LIST_GOOD_FOR).add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
