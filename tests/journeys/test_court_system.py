"""A court with a system of its own: another process plays it, over HTTP, with its own credentials."""

import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from werkzeug.serving import make_server

from engine.access.models import ApiClient
from engine.courts import applications, confirmation
from engine.courts.models import CourtApplication, CourtProfile
from engine.db import db, transaction
from engine.documents.models import Document
from engine.workflow.models import Message
from tests import factories
from tests.webapp.api.conftest import quick
from webapp import create_app
from webapp.api import identity
from webapp.peers.court import Court, setup

pytestmark = pytest.mark.db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATIENCE = 60


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def ours(app, settings):
    """Our doors, listening; returns their address."""
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def court_system(ours, tmp_path):
    """Start the court's system as a process of its own, deciding by these rules."""
    running = []

    def start(body, **rules) -> None:
        port, secret = free_port(), secrets.token_urlsafe(24)
        with transaction():
            body.region = "350102"
            client = factories.added(ApiClient(body_id=body.id, client_id="court-played", secret_hash=quick.hash(secret),
                                               scopes=" ".join(identity.SCOPES)))
            profile = db.session.get(CourtProfile, body.id)
            profile.callback_url = f"http://127.0.0.1:{port}/callbacks/{body.code}"
            profile.callback_secret, profile.decides_here = SECRET, False
            played = Court(body.code, body.name, client.client_id, secret, SECRET)
        setup.write(tmp_path / "court.toml", ours, [played], not_accepted=0, rejected=0, withdrawn=0, accept_after_seconds=0,
                    decide_after_seconds=0, **rules)
        running.append(subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "peers", "court", "--port", str(port), "--config", str(tmp_path / "court.toml")],
            cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        until(lambda: is_up(port))

    yield start
    for process in running:
        process.kill()
        process.wait()


def is_up(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=1).ok
    except requests.RequestException:
        return False


def until(happened) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def said(walk) -> list[str]:
    """What the court's system has said about the case so far, in order."""
    with transaction(write=False):
        return list(db.session.scalars(select(Message.name).where(Message.case_id == walk.case_id).order_by(Message.id)))


def hear(walk, *names: str) -> None:
    """Wait until the court has said this, and work off what follows."""
    until(lambda: set(names) <= set(said(walk)))
    walk.work()


def to_default(walk) -> None:
    """The agreement binds, nobody applied for confirmation, and the sum was not paid."""
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.do("join_application", joins="no")
    walk.pass_time(days=40)
    walk.do("handle_default", default_result="default", default_remark="电话联系，明确表示不付")


def asked(walk, kind) -> CourtApplication:
    db.session.expire_all()
    return applications.latest(walk.case_id, kind)


def kinds(walk) -> set[str]:
    return set(db.session.scalars(select(Document.kind).where(Document.case_id == walk.case_id)))


CLAIM = {"apply": "yes", "claim": "8000.00", "is_money": True, "is_due": True, "no_counter_duty": True, "servable": True,
         "not_preserved": True, "facts": "到期未付"}


def test_a_payment_order_and_its_enforcement_go_through_the_courts_own_system(refer, court_system):
    walk = refer()
    court_system(walk.world.other_court)  # where the debtor, the bank, is registered
    to_default(walk)
    walk.do("choose_remedy", remedy="payment_order")
    walk.do("apply_payment_order", **CLAIM)
    hear(walk, "payment_order_admission", "payment_order_decision", "payment_order_service")
    order = asked(walk, "payment_order")
    assert order.number.endswith("民督1号") and walk.open() == ["answer_payment_order", "note_performance"]
    assert "payment_order" not in kinds(walk), "its own system makes the order"

    walk.pass_time(days=20)
    assert asked(walk, "payment_order").status == "enforceable"
    walk.do("ask_enforcement", enforce="yes", principal="8000.00", interest=True, court=walk.world.other_court.code)
    hear(walk, "enforcement_admission")

    taken = asked(walk, "enforcement")
    assert taken.status == "accepted" and taken.number.endswith("执1号")


def test_a_confirmation_with_supplement_and_hearing_goes_through_the_courts_own_system(refer, court_system):
    walk = refer()
    court_system(walk.world.court, hears=True, supplements=True)
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.do("join_application", joins="yes", truthful=True)
    walk.do("join_application", joins="yes", truthful=True)
    hear(walk, "confirmation_accepted", "confirmation_supplement", "confirmation_hearing")
    assert walk.open().count("supplement_materials") == 2 and walk.case.confirmation == "accepted"
    walk.do("supplement_materials", supplied="done", statement="已补充授权委托书")
    walk.do("supplement_materials", supplied="done", statement="没有其他材料")
    hear(walk, "confirmation_ruled")

    notices = db.session.scalars(select(Document.title).where(Document.case_id == walk.case_id, Document.kind == "court_notice"))
    assert set(notices) == {"补充材料通知书（转告）", "询问通知书（转告）"}
    assert walk.case.confirmation == "confirmed" and confirmation.of_case(walk.case_id).number.endswith("诉前调确1号")
