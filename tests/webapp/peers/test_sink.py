"""The catcher: a short message once per key, mails as they come, receipts until they are taken."""

import smtplib
import socket

import pytest

from webapp.peers.sink import Box, create_app, mailbox


@pytest.fixture
def box(tmp_path):
    box = Box(tmp_path / "messages.sqlite3")
    yield box
    box.close()


@pytest.fixture
def gateway(box):
    return create_app(box, sms_key="k", receipts_to="http://127.0.0.1:9/hooks/sms", receipt_after=0, start=False).test_client()


def sms(gateway, key="call-1-2", **told):
    body = {"to": "16600001234", "text": "【中心】请看 http://x.example/p/abc 核验码1234", "sign": "中心", **told}
    return gateway.post("/sms", json=body, headers={"Authorization": "Bearer k", "Idempotency-Key": key})


def test_a_message_is_kept_once_under_its_key(gateway, box):
    assert sms(gateway).json == sms(gateway).json

    kept = box.messages()
    assert len(kept) == 1 and kept[0]["asked"] == 2


def test_the_key_is_asked_for(gateway):
    assert gateway.post("/sms", json={}, headers={"Idempotency-Key": "x"}).status_code == 401


@pytest.mark.parametrize("told", [{"to": "nobody"}, {"text": ""}, {"text": "x" * 3000}])
def test_what_no_gateway_would_take_is_refused(gateway, box, told):
    assert sms(gateway, **told).status_code == 422 and box.messages() == []


def test_the_page_shows_the_link_to_click_on_and_nothing_that_runs(gateway):
    sms(gateway, text="<script>alert(1)</script> http://x.example/p/abc")

    page = gateway.get("/").text
    assert '<a href="http://x.example/p/abc"' in page and "<script>alert" not in page


def test_messages_of_one_telephone_can_be_asked_for(gateway):
    sms(gateway, "a")
    sms(gateway, "b", to="16600009999")

    assert [one["key"] for one in gateway.get("/messages?to=16600009999").json["messages"]] == ["b"]


def test_a_receipt_is_owed_for_each_message_and_fails_for_a_number_that_is_off(gateway, box):
    sms(gateway, "a", to="16600000000")

    owed = box.due_receipt()
    assert (owed["key"], owed["status"]) == ("a", "failed")
    box.receipt_tried(owed, True)
    assert box.due_receipt() is None


def test_a_mail_is_kept_as_it_came(box):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = mailbox.start(box, port)
    try:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("us@sutiao.example", ["law@bank.example"],
                            "Subject: =?utf-8?b?6LCD6Kej?=\r\nMessage-ID: <call-1@x>\r\n"
                            "Content-Type: text/plain; charset=utf-8\r\n"
                            "Content-Transfer-Encoding: 8bit\r\n\r\n请您查看。\r\n".encode())
    finally:
        server.stop()

    kept = box.messages("law@bank.example")[0]
    assert (kept["channel"], kept["subject"], kept["text"].strip()) == ("email", "调解", "请您查看。")
