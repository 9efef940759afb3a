"""Signatures as bytes: what a signature says of the file's bytes, without reading the PDF's structure."""

import hashlib
import re

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from engine.documents import der

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def signers_by_bytes(pdf: bytes) -> list[tuple[str, bool]]:
    """Every signature found in the bytes: its signer's name, and whether its digest fits the bytes it names."""
    found = []
    for match in RANGE.finditer(pdf):
        start, length, rest, rest_length = (int(number) for number in match.groups())
        try:
            signed = _content(pdf[start + length:rest])
            digest = hashlib.sha256(pdf[start:start + length] + pdf[rest:rest + rest_length]).digest()
            found.append((_name(signed), _claimed(signed) == digest))
        except Exception:  # hostile bytes: whatever they break, this signature does not fit
            found.append(("", False))
    return found


def has_nothing_after(pdf: bytes) -> bool:
    """Does the last signature reach the file's last byte?"""
    last = _last(pdf)
    return last is not None and last[0] == 0 and last[2] + last[3] == len(pdf)


def holds_nothing_else(pdf: bytes) -> bool:
    """Is there nothing but the signature in the room left for the last one? One byte changed there is a change, too."""
    _start, length, rest, _rest_length = _last(pdf)
    room = pdf[length:rest]
    if room[:1] != b"<" or room[-1:] != b">":
        return False
    held = der.whole(bytes.fromhex(room[1:-1].decode()))
    if held is None or room[1:-1] != held.hex().upper().encode().ljust(len(room) - 2, b"0"):
        return False
    return _is_plain(cms.ContentInfo.load(held, strict=True)["content"])


def _last(pdf: bytes) -> tuple[int, ...] | None:
    ranges = [tuple(int(number) for number in match.groups()) for match in RANGE.finditer(pdf)]
    return max(ranges, key=lambda found: found[2] + found[3], default=None)


def _content(room: bytes) -> cms.SignedData:
    return cms.ContentInfo.load(bytes.fromhex(room.strip(b"<>").decode()))["content"]


def _is_plain(signed: cms.SignedData) -> bool:
    """The parts of a signature that no digest protects say nothing but what the protected ones say."""
    if signed["encap_content_info"]["content_type"].native == "tst_info":
        return _is_plain_stamp(signed)
    if len(signed["certificates"]) != 1 or not _has_plain_signer(signed, "v1"):
        return False
    unsigned = signed["signer_infos"][0]["unsigned_attrs"]
    return all(one["type"].native == "signature_time_stamp_token" and len(one["values"]) == 1
               and _is_plain_stamp(one["values"][0]["content"]) for one in unsigned)


def _is_plain_stamp(signed: cms.SignedData) -> bool:
    """A time stamp: nothing beside the stamped facts, their signature and certificates that each hold by themselves."""
    encoded = [one.chosen.dump() for one in signed["certificates"]]
    if not encoded or not _has_plain_signer(signed, "v3") or len(signed["signer_infos"][0]["unsigned_attrs"]):
        return False
    known = [x509.load_der_x509_certificate(one) for one in encoded]
    return all(_is_issued_by_any(one, known) for one in known[1:]) if len(known) > 1 else True


def _is_issued_by_any(certificate: x509.Certificate, known: list[x509.Certificate]) -> bool:
    for issuer in known:
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return True
    return False


def _has_plain_signer(signed: cms.SignedData, version: str) -> bool:
    _read_through(signed)
    if len(signed["signer_infos"]) != 1 or (signed["crls"].native is not None and len(signed["crls"])):
        return False
    info = signed["signer_infos"][0]
    if (signed["version"].native, info["version"].native) != (version, "v1"):
        return False
    algorithms = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    issuers = [one.chosen.issuer.dump() for one in signed["certificates"]]
    return algorithms == [info["digest_algorithm"].dump()] and info["sid"].chosen["issuer"].dump() in issuers


def _read_through(signed: cms.SignedData) -> None:
    """Parts are read when they are asked for: ask, so that nonsense in any of them comes out (part by part: as a whole it takes
    asn1crypto seconds). Raises ValueError, TypeError.
    """
    info = signed["signer_infos"][0]
    parts = [signed[name] for name in ("version", "digest_algorithms", "encap_content_info", "certificates")]
    parts += [info[name] for name in ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")]
    for part in parts:
        _told = part.native


def _claimed(signed: cms.SignedData) -> bytes:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    return next(a["values"][0].native for a in attributes if a["type"].native == "message_digest")


def _name(signed: cms.SignedData) -> str:
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    for certificate in signed["certificates"]:
        if certificate.chosen.serial_number == serial:
            return certificate.chosen.subject.native["common_name"]
    return ""
