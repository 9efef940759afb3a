"""The time-stamping authority as a process of its own: others believe it, and what is no request gets no stamp."""

import socket
import subprocess
import sys
import time

import pytest
import requests
from asn1crypto import core, tsp

from webapp.peers.tsa import Keys, Stamps, create_app


@pytest.fixture
def served(tmp_path):
    """`sutiao peers tsa`, as it is started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "webapp.cli", "peers", "tsa", "--port", str(port), "--folder", tmp_path])
    try:
        for _turn in range(200):
            try:
                requests.get(f"http://127.0.0.1:{port}/", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def openssl(folder, *words) -> str:
    done = subprocess.run(["openssl", "ts", *words], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_openssl_believes_its_stamps(served, tmp_path):
    (tmp_path / "paper").write_bytes(b"agreement")
    openssl(tmp_path, "-query", "-data", "paper", "-sha256", "-cert", "-out", "asked")

    answer = requests.post(served, (tmp_path / "asked").read_bytes(), timeout=5)

    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    (tmp_path / "stamp").write_bytes(answer.content)
    told = openssl(tmp_path, "-verify", "-data", "paper", "-in", "stamp", "-CAfile", "trust.pem")
    assert "Verification: OK" in told, told
    (tmp_path / "paper").write_bytes(b"another")
    assert "OK" not in openssl(tmp_path, "-verify", "-data", "paper", "-in", "stamp", "-CAfile", "trust.pem")


@pytest.fixture
def client(tmp_path):
    return create_app(Stamps(Keys(tmp_path))).test_client()


def asked(algorithm="sha256", length=32) -> bytes:
    return tsp.TimeStampReq({"version": "v1", "message_imprint": {
        "hash_algorithm": {"algorithm": algorithm}, "hashed_message": b"x" * length}}).dump()


@pytest.mark.parametrize(("request_", "why"), [
    (b"", "bad_data_format"), (b"rubbish", "bad_data_format"), (asked(length=31), "bad_data_format"),
    (asked("md5", 16), "bad_alg")], ids=["nothing", "rubbish", "short", "md5"])
def test_what_is_no_request_gets_no_stamp(client, request_, why):
    told = tsp.PKIStatusInfo.load(core.Sequence.load(client.post("/", data=request_).data).contents)

    assert told["status"].native == "rejection" and why in told["fail_info"].native


def test_its_keys_are_made_once_and_a_certificate_is_only_sent_when_asked_for(client, tmp_path):
    assert Keys(tmp_path).certificate == Keys(tmp_path).certificate
    token = tsp.TimeStampResp.load(client.post("/", data=asked()).data)["time_stamp_token"]["content"]
    assert token["certificates"].native is None


def test_it_misbehaves_as_told(client):
    assert client.post("/control", json={"mode": "down", "count": 1}).status_code == 200
    assert [client.post("/", data=asked()).status_code for _turn in range(2)] == [503, 200]
    assert client.post("/control", json={"mode": "odd"}).status_code == 422
