"""Example facts, a data folder of its own with its own authority, and an agreement ready to be signed."""

import hashlib
import json
from pathlib import Path

import pytest

from engine import clock, config
from engine.config import Settings
from engine.documents import pki, render, signing

FACTS = Path(__file__).parent / "facts"


def example(name: str) -> dict:
    """Facts with which a template can be printed; `<template>_<variant>` for its variants."""
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """A new data folder."""
    monkeypatch.setattr(config, "_current", Settings(data=tmp_path / "data"))
    return tmp_path / "data"


class Desk:
    """An agreement lying ready: `sign` as whoever is named in a field."""

    def __init__(self):
        self.facts = example("agreement")
        self.frozen = signing.prepare(render.pdf("agreement", self.facts))
        self.sha256 = hashlib.sha256(self.frozen).hexdigest()
        self.pdf = self.frozen

    def signer(self, field: str, kind: str = "") -> signing.Signer:
        name = next(s["name"] for s in self.facts["signers"] if s["field"] == field)
        credential = pki.authority().certificate_for(name, f"participant-{field.replace('_', '-')}")
        return signing.Signer(name, kind or signing.kind_of(field), credential)

    def sign(self, *fields: str) -> bytes:
        for field in fields:
            self.pdf = signing.sign(self.pdf, field, self.signer(field), self.sha256, clock.now())
        return self.pdf


@pytest.fixture
def desk():
    return Desk()


ALL = ("party_1", "party_2", "mediator", "organisation")
