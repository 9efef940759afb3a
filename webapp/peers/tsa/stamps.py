"""Answer a request for a time stamp (RFC 3161): a token over the hash that was sent, or why there is none."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from webapp.peers.tsa.keys import Keys

POLICY = "2.25.214283817295683016947104561276530812033"
LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}


class Stamps:
    """The authority at work; `now` is its clock."""

    def __init__(self, keys: Keys, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.key, self.now = keys.key, now
        der = keys.certificate.public_bytes(serialization.Encoding.DER)
        self.certificate = x509.Certificate.load(der)
        self.essential = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der).digest()})

    def answer(self, request: bytes) -> bytes:
        """The whole answer, granted or refused; never raises."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            if LENGTHS.get(algorithm) is None:
                return refusal("bad_alg", "only SHA-256, SHA-384 and SHA-512")
            if len(imprint["hashed_message"].native) != LENGTHS[algorithm]:
                return refusal("bad_data_format", "the hash has another length than its algorithm")
            told = self._told(asked, imprint)
        except (ValueError, TypeError, KeyError):
            return refusal("bad_data_format", "this is not a request for a time stamp")
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(told, bool(asked["cert_req"].native))})
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()

    def _told(self, asked: tsp.TimeStampReq, imprint: tsp.MessageImprint) -> bytes:
        told = {"version": "v1", "policy": POLICY, "message_imprint": imprint, "serial_number": secrets.randbits(64),
                "gen_time": self.now().astimezone(UTC).replace(microsecond=0),
                "accuracy": {"seconds": 1}, "tsa": x509.GeneralName("directory_name", self.certificate.subject)}
        if asked["nonce"].native is not None:
            told["nonce"] = asked["nonce"]
        return tsp.TSTInfo(told).dump()

    def _signed(self, told: bytes, with_certificate: bool) -> cms.SignedData:
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        attributes = cms.CMSAttributes([
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(told).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [{"certs": [self.essential]}]}),
        ])
        signer = cms.SignerInfo({
            "version": "v1", "digest_algorithm": digest, "signed_attrs": attributes,
            "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(
                {"issuer": self.certificate.issuer, "serial_number": self.certificate.serial_number})),
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        })
        signed = {"version": "v3", "digest_algorithms": [digest], "signer_infos": [signer],
                  "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(told)}}
        return cms.SignedData(signed | ({"certificates": [self.certificate]} if with_certificate else {}))


def refusal(code: str, why: str) -> bytes:
    """No token, and why (RFC 3161, 2.4.2): a sequence of nothing but the status."""
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": [why], "fail_info": {code}})
    return core.Sequence(contents=status.dump()).dump()
