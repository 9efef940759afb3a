"""A device that holds passkeys, for tests: it answers by the rules of Web Authentication, or bent where a test says so."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """One key for one person at one place; counts how often it was used."""

    def __init__(self, origin: str = "https://sutiao.example", house: str = "sutiao.example"):
        self.origin, self.house, self.count = origin, house, 0
        self.key, self.id, self.handle = ec.generate_private_key(ec.SECP256R1()), os.urandom(32), b""

    def make(self, asked: dict, **bent) -> str:
        """The answer to `navigator.credentials.create`."""
        self.handle = from_text(asked["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._data(ATTESTED, **bent) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        told = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"attestationObject": told, "clientDataJSON": self._client("webauthn.create", asked, **bent)})

    def sign(self, asked: dict, **bent) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        data, client = self._data(0, **bent), self._client("webauthn.get", asked, **bent)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"authenticatorData": data, "clientDataJSON": client, "signature": signature,
                             "userHandle": bent.get("handle", self.handle)})

    def _data(self, flags: int, count: int | None = None, verified: bool = True, house: str = "", **_bent) -> bytes:
        flags |= PRESENT | (VERIFIED if verified else 0)
        count = self.count if count is None else count
        return sha256((house or self.house).encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict, origin: str = "", **_bent) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": origin or self.origin}).encode()

    def _answer(self, response: dict) -> str:
        return json.dumps({"id": to_text(self.id), "rawId": to_text(self.id), "type": "public-key",
                           "response": {name: to_text(told) for name, told in response.items()}})


def to_text(told: bytes) -> str:
    return urlsafe_b64encode(told).decode().rstrip("=")


def from_text(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
