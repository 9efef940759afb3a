"""A court's and an institution's system at the API's door, with a small process behind it."""

import secrets
import time
from dataclasses import dataclass
from itertools import count

import pytest
from argon2 import PasswordHasher

from engine import clock, config
from engine.access.models import ApiClient
from engine.db import db, transaction
from tests import emptying, factories, personas, shipping
from tests.engine.workflow.spiff.drawing import boundary, catch, told, user
from tests.published import publish
from tests.trodden import way
from tests.webapp.api.nonsense import rows
from webapp import create_app
from webapp.api import identity

_keys = count(1)
quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def web(settings, bare_app):
    """The whole web, on the run's database."""
    return create_app(settings)


@pytest.fixture
def processes(app):
    """Both entries: somebody accepts, the court rules; the applicant may withdraw."""
    way.leg(publish_both, "both entries")


def publish_both() -> None:
    for key in ("court_mediation", "own_intake"):
        publish(
            user("accept_referral"), boundary("withdrawn", "accept_referral", told("message", "withdrawal")),
            catch("ruled", told("message", "confirmation_ruled")),
            "start > accept_referral > ruled > end", "withdrawn > end", key=key,
        )


@dataclass
class System:
    """Another system that talks to us: its client row, its secret, its token."""

    client: ApiClient
    secret: str
    token: str
    http: object
    number: str = ""

    def send(self, method: str, path: str, token: str | None = None, **options):
        """One request to the API, with this system's token."""
        headers = {"Authorization": f"Bearer {token or self.token}", **options.pop("headers", {})}
        return self.http.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str, **options):
        return self.send("GET", path, **options)

    def post(self, path: str, key: str | None = None, **options):
        """A POST with a new Idempotency-Key unless one is given."""
        headers = {"Idempotency-Key": key or f"test-key-{next(_keys)}", **options.pop("headers", {})}
        return self.send("POST", path, headers=headers, **options)

    def refer(self, external_ref: str = "R-1", **changes) -> str:
        """Send a good referral; returns the case's number."""
        answer = self.post("/referrals", json=personas.referral(external_ref, **changes))
        assert answer.status_code == 201, answer.text
        return answer.json["number"]


def system_of(web, body) -> System:
    """A system of a body, with every scope and a token."""
    scopes, secret = " ".join(identity.SCOPES), secrets.token_urlsafe(24)
    with transaction():
        client = factories.added(ApiClient(body_id=body.id, client_id=f"client-{body.id}-{secret[:6]}", scopes=scopes,
                                           secret_hash=quick.hash(secret)))
        assert client.body.id == body.id
    with web.app_context():
        token = identity.issue(client, set(scopes.split()))
    return System(client, secret, token, web.test_client())


@pytest.fixture
def system(web, world):
    """Make a system of a body: `system(world.court)`."""
    return lambda body: system_of(web, body)


@pytest.fixture
def court(system, world, processes):
    return system(world.court)


@pytest.fixture
def other_court(system, world, processes):
    return system(world.other_court)


@pytest.fixture
def bank(system, world, processes):
    return system(world.bank)


@pytest.fixture
def counted(app):
    """How many rows there are in a table now."""

    def of(model, *conditions) -> int:
        with transaction(write=False):
            return db.session.query(model).where(*conditions).count()

    return of


@pytest.fixture
def later():
    """Let time pass."""
    yield clock.move
    clock.reset()


@pytest.fixture(scope="module")
def settled(web, bare_app, settings):
    """A court's system for a whole module of requests that must change nothing; `number` is its one case."""
    config.use(settings)
    with bare_app.app_context():
        shipping.leave()
        with transaction():
            world = personas.world()
        publish_both()
        system = system_of(web, world.court)
        system.number = system.refer("R-0")
        yield system
        emptying.empty()


@pytest.fixture
def refused(settled):
    """Do something and see that it is refused as promised: its status, its problem document, nothing changed, in good time."""

    def check(act, *statuses: int):
        before, start = rows(), time.monotonic()
        answer = act(settled)
        assert time.monotonic() - start < 2
        assert answer.status_code in statuses, (answer.status_code, answer.text[:400])
        assert answer.content_type == "application/problem+json; charset=utf-8"
        assert {"type", "title", "status", "code", "instance"} <= set(answer.json) and answer.json["status"] == answer.status_code
        assert "Traceback" not in answer.text and answer.headers["Content-Language"] in ("zh", "en")
        assert rows() == before
        return answer

    return check
