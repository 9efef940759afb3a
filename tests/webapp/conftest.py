"""A browser at the web's door, signed in as one of the personas."""

import html
import re
import secrets

import pytest
from itsdangerous import URLSafeTimedSerializer

from engine.access.models import User
from engine.cases import intake
from engine.cases.models import Case
from engine.db import db, transaction
from tests import personas
from tests.journeys.walking import Walk
from tests.trodden import way
from webapp import create_app


@pytest.fixture(scope="session")
def site(settings, bare_app):
    """The whole web application on the run's database."""
    return create_app(settings)


class Browser:
    """One person's browser: keeps cookies, sends the token that forms carry, does not follow redirects."""

    def __init__(self, site):
        self.http = site.test_client()
        self.token = ""

    def sign_in(self, user: User) -> "Browser":
        """Sign in as somebody, by the demo's one click."""
        with transaction():
            db.session.get(User, user.id).is_demo = True
        answer = self.post("/login/demo", login=user.login)
        assert answer.status_code == 303
        self.token = ""
        return self

    def get(self, path: str, **options):
        db.session.rollback()  # the test's own session sees what the request left behind
        return self.http.get(path, **options)

    def text(self, path: str, status: int = 200) -> str:
        """A page as text."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text[:600]
        return html.unescape(answer.text)

    def _held(self) -> str:
        """The session's form token, as pages with forms sign it."""
        if not self.token:
            with self.http.session_transaction() as session:
                held = session.setdefault("csrf_token", secrets.token_hex(20))
            self.token = URLSafeTimedSerializer(self.http.application.secret_key, salt="wtf-csrf-token").dumps(held)
        db.session.rollback()
        return self.token

    def send_json(self, method: str, path: str, body):
        """Send JSON as the islands do, with the token in a header."""
        return self.http.open(path, method=method, json=body, headers={"X-CSRFToken": self._held()})

    def post(self, path: str, headers=None, **form):
        """Send a form, with its token."""
        self._held()
        return self.http.post(path, data={**form, "csrf_token": self.token}, headers=headers)


def plain(text: str) -> str:
    """A page without its form tokens, which differ each time."""
    return re.sub(r"[\w-]{20,}\.[\w-]+\.[\w-]{20,}", "", text)


@pytest.fixture
def stranger(site, app):
    """A browser nobody signed in with."""
    return Browser(site)


@pytest.fixture
def browser(site, world):
    """`browser("mediator")`: the browser of one of the personas."""
    return lambda name: Browser(site).sign_in(getattr(world, name))


@pytest.fixture
def refer(world, shipped):
    """Let the court refer a case; answers its walk."""
    def refer(**changes) -> Walk:
        def referred() -> int:
            with transaction():
                return intake.accept(world.actor("court_system"), personas.referral(**changes)).id

        return Walk(world, db.session.get(Case, way.leg(referred, "refer", repr(changes))))
    return refer
