"""The bench of the operations, with people as actors and an agreement on the table."""

from dataclasses import dataclass

import pytest

from engine.access.actor import Actor
from engine.access.models import Participant, PartyLink
from engine.db import db, transaction
from engine.mediation.models import Agreement
from engine.notices import codes, links
from tests.engine.operations.conftest import bench, mediated, parties  # noqa: F401

TERM = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31"}


@pytest.fixture
def sent_codes(monkeypatch, with_settings):  # noqa: F811
    """One-time codes as they leave, by address."""
    left = {}
    with_settings(sms_url="http://127.0.0.1:9/sms")
    monkeypatch.setattr("engine.notices.sms.send", lambda key, to, text, sign: left.setdefault(to, []).append(text) or "id")
    return left


@dataclass
class Table:
    """A frozen agreement and those who are to sign it."""

    bench: object
    agreement_id: int
    sent: dict
    people: dict

    def actor(self, name) -> Actor:
        return self.bench.world.actor(name)

    def party(self, side) -> Actor:
        with transaction():
            person = db.session.get(Participant, self.people[side].id)
            return Actor.of_party(links.issue(person, f"test-{person.id}"), person)

    def code(self, actor, bound_to=None) -> str:
        """Ask for a code, and read it from the message."""
        with transaction():
            codes.ask(db.session.get(PartyLink, actor.link_id), "sign", bound_to or self.hash)
        phone = db.session.get(Participant, actor.participant_id).phone
        return "".join(sign for sign in self.sent[phone][-1].partition("验证码")[2][:6])

    def enter(self, actor, code, bound_to=None) -> str:
        with transaction():
            return codes.enter(actor.link_id, "sign", code, bound_to or self.hash)

    @property
    def agreement(self) -> Agreement:
        return db.session.get(Agreement, self.agreement_id, populate_existing=True)

    @property
    def hash(self) -> str:
        return self.agreement.frozen_sha256


@pytest.fixture
def table(mediated, parties, sent_codes):  # noqa: F811
    made = mediated.call("mediation.freeze_agreement", terms=[TERM])
    return Table(mediated, made["agreement_id"], sent_codes, parties)
