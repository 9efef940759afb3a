"""Signatures as bytes: what a signature says of the file's bytes, without reading the PDF's structure."""

import hashlib
import re

from asn1crypto import cms

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
    content = cms.ContentInfo.load(bytes.fromhex(room[1:-1].decode()))
    filled = content.dump(force=True).hex().upper().encode().ljust(len(room) - 2, b"0")
    return room[1:-1] == filled and _is_plain(content["content"])


def _last(pdf: bytes) -> tuple[int, ...] | None:
    ranges = [tuple(int(number) for number in match.groups()) for match in RANGE.finditer(pdf)]
    return max(ranges, key=lambda found: found[2] + found[3], default=None)


def _content(room: bytes) -> cms.SignedData:
    return cms.ContentInfo.load(bytes.fromhex(room.strip(b"<>").decode()))["content"]


def _is_plain(signed: cms.SignedData) -> bool:
    """The parts of a signature that no digest protects say nothing but what the protected ones say."""
    if len(signed["signer_infos"]) != 1 or len(signed["certificates"]) != 1:
        return False
    info, certificate = signed["signer_infos"][0], signed["certificates"][0].chosen
    if (signed["version"].native, info["version"].native) != ("v1", "v1"):
        return False
    algorithms = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    return algorithms == [info["digest_algorithm"].dump()] and info["sid"].chosen["issuer"].dump() == certificate.issuer.dump()


def _claimed(signed: cms.SignedData) -> bytes:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    return next(a["values"][0].native for a in attributes if a["type"].native == "message_digest")


def _name(signed: cms.SignedData) -> str:
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    for certificate in signed["certificates"]:
        if certificate.chosen.serial_number == serial:
            return certificate.chosen.subject.native["common_name"]
    return ""
