"""A meeting with its mediator and two parties, and browsers without a window at its door."""

import time
from dataclasses import dataclass

import pytest

from engine.access.models import Participant
from engine.db import db, transaction
from engine.mediation.models import MediationSession
from engine.notices import links
from tests.engine.operations.conftest import bench, mediated, parties  # noqa: F401
from webapp import create_app
from webapp.identity import _stamp

JSON = {"Accept": "application/json"}


@dataclass
class Meeting:
    """One planned meeting, as the tests look at it."""

    id: int
    room: str
    bench: object
    people: dict
    web: object

    def token(self, side: str) -> str:
        with transaction():
            key = f"room-{self.people[side].id}"
            links.issue(db.session.get(Participant, self.people[side].id), key)
            return links.token(key)

    def staff(self, name: str) -> "Caller":
        """Somebody who has signed in."""
        caller = Caller(self)
        with transaction(write=False):
            user = db.session.get(type(getattr(self.bench.world, name)), getattr(self.bench.world, name).id)
            with caller.client.session_transaction() as session:
                session["user_id"], session["stamp"] = user.id, _stamp(user)
                session["since"] = session["seen"] = int(time.time())
        return caller

    def party(self, side: str) -> "Caller":
        """Somebody who came by their link."""
        caller = Caller(self)
        answer = caller.client.get(f"/room/{self.room}?link={self.token(side)}")
        assert answer.status_code == 303
        caller.seat = self.seat(side).id
        return caller

    @property
    def row(self) -> MediationSession:
        return db.session.get(MediationSession, self.id, populate_existing=True)

    def seat(self, side: str):
        with transaction(write=False):
            return next(seat for seat in self.row.attendances if seat.participant.side == side)

    def let_in(self, *sides) -> list["Caller"]:
        """The mediator opens, these come in; the mediator first in the list."""
        mediator = self.staff("mediator")
        assert mediator.post("enter").status_code == 204
        callers = [self.party(side) for side in sides]
        for caller in callers:
            assert caller.post("enter").status_code == 204
            assert mediator.post(f"seats/{caller.seat}/admit").status_code == 204
        return [mediator, *callers]


class Caller:
    """A browser of one person."""

    def __init__(self, meeting):
        self.meeting, self.client, self.seat = meeting, meeting.web.test_client(), None

    def path(self, what: str) -> str:
        return "/".join(filter(None, ["/room", self.meeting.room, what])) + (f"?seat={self.seat}" if self.seat else "")

    def get(self, what: str = "", **options):
        return self.client.get(self.path(what), **options)

    def post(self, what: str, values=None, **options):
        return self.client.post(self.path(what), data=values, headers=JSON, **options)

    def tell(self, *signals):
        return self.client.post(self.path("signals"), json={"signals": list(signals)}, headers=JSON)

    def news(self, most: int = 8, **options) -> str:
        """The first words of the stream."""
        answer = self.client.get(self.path("events"), buffered=False, **options)
        said = ""
        for _number, part in zip(range(most), answer.response, strict=False):
            said += part if isinstance(part, str) else part.decode()
            if "event: state" in said:
                break
        answer.close()
        return said


@pytest.fixture
def web(app, settings):
    found = create_app(settings)
    found.config.update(WTF_CSRF_ENABLED=False)
    return found


@pytest.fixture
def meeting(mediated, parties, web):  # noqa: F811
    made = mediated.call("mediation.plan_session", planned_at="2030-01-15T14:30")
    with transaction(write=False):
        room = db.session.get(MediationSession, made["session_id"]).room
    return Meeting(made["session_id"], room, mediated, parties, web)
