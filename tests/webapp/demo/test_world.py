"""The demo's invented world."""

from sqlalchemy import select

from engine.access.models import Body
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from webapp.demo import world
from webapp.demo.people import CLIENTS


def test_only_courts_with_a_system_of_their_own_are_called(app):
    """Nobody answers for the others: what is asked of them is read at their desk."""
    with transaction():
        told = world.make("http://127.0.0.1:1/callbacks")
    called = select(Body.code, CourtProfile.callback_url, CourtProfile.callback_secret).join(
        CourtProfile, CourtProfile.body_id == Body.id).where(CourtProfile.callback_url != "")
    found = {code: (url, secret) for code, url, secret in db.session.execute(called)}
    expected = {CLIENTS[client]: secrets["callback_secret"] for client, secrets in told.items() if secrets["callback_secret"]}
    assert expected and found == {
        code: (f"http://127.0.0.1:1/callbacks/{code}", secret) for code, secret in expected.items()}
