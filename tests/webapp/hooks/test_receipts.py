"""POST /hooks/sms: signed receipts change a notice's fate, unsigned ones nothing."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from engine.db import db, transaction
from engine.notices.models import Notice
from tests import factories
from webapp import create_app


@pytest.fixture
def notice(case):
    with transaction():
        return factories.added(Notice(case_id=case.id, call_key="call-1-2", channel="sms", template="sign", address="16600001234",
                                      text="…", status="sent"))


@pytest.fixture
def hook(app, settings):
    web = create_app(replace(settings, sms_key="k"))
    return lambda told, key="k": _post(web.test_client(), told, key)


def _post(client, told, key):
    body, now = json.dumps(told), datetime.now(UTC)
    sign = Webhook(base64.b64encode(key.encode()).decode()).sign("r-1", now, body)
    return client.post("/hooks/sms", data=body, headers={
        "content-type": "application/json", "webhook-id": "r-1", "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign, "accept": "application/json"})


def fate(notice):
    return db.session.get(Notice, notice.id, populate_existing=True)


def test_a_delivery_is_written_down(hook, notice):
    assert hook({"id": "SMS9", "reference": "call-1-2", "status": "delivered"}).status_code == 200

    assert (fate(notice).status, fate(notice).provider_id) == ("delivered", "SMS9") and fate(notice).delivered_at


def test_a_later_failure_does_not_undo_a_delivery(hook, notice):
    hook({"reference": "call-1-2", "status": "delivered"})
    hook({"reference": "call-1-2", "status": "failed"})

    assert fate(notice).status == "delivered"


def test_a_receipt_signed_by_somebody_else_changes_nothing(hook, notice):
    assert hook({"reference": "call-1-2", "status": "delivered"}, key="other").status_code == 403

    assert fate(notice).status == "sent"


@pytest.mark.parametrize(("told", "status"), [
    ({"reference": "call-9-9", "status": "delivered"}, 404), ({"status": "delivered"}, 422), ([1], 422)])
def test_a_receipt_that_makes_no_sense_is_refused(hook, notice, told, status):
    assert hook(told).status_code == status
