"""Questions, addresses, methods, keys and credentials that lead nowhere."""

import pytest

from tests.personas import referral

pytestmark = pytest.mark.db

@pytest.mark.parametrize("query", [
    "since=yesterday", "since=2024-01-01", "since=2024-01-01T00:00:00", "since=2024-13-01T00:00:00Z",
    "since=0001-01-01T00:00:00%2B23:59", "since=%00", "since=%ED%A0%80", "since=a&since=b", "limit=0", "limit=101", "limit=-1",
    "limit=1e1", "limit=٣", "limit=",
    "cursor=x", "cursor=%3D%3D%3D", "cursor=" + "A" * 300, "cursor=MjAyNC0wMS0wMVQwMDowMDowMCsw",
    "stage=none", "stage=closed'--",
    "page=2", "Since=x", "cursor=MDAwMS0wMS0wMVQwMDowMDowMCAx", "cursor=OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OSA5OTk5OTk5OTk5OTk5",
    "%FF=1", "since" + "x" * 2000 + "=1",
])
def test_a_wrong_question_is_refused(refused, query):
    refused(lambda court: court.get(f"/cases?{query}"), 422)


@pytest.mark.parametrize("path", [
    "/cases/x", "/cases/%00", "/cases/%ED%A0%80", "/cases/..%2f..%2fetc%2fpasswd", "/cases/" + "9" * 3000,
    "/cases/ST20240101000001' OR '1'='1",
    "/cases/%E7%8E%8B", "/cases/{{7*7}}", "/cases/%25s", "/cases/x/documents", "/cases/x/documents/1/content",
    "/cases/x/documents/-1/content", "/cases/x/documents/" + "9" * 60 + "/content", "/cases/x/documents/1.5/content",
    "/cases/x/events",
    "/", "/nothing", "/referrals/", "/cases/x/", "/openapi.yaml", "/../../etc/passwd", "/token/x",
])
def test_what_is_not_there_is_not_there(refused, path):
    refused(lambda court: court.get(path), 404, 405)


@pytest.mark.parametrize(("method", "path", "allowed"), [
    ("GET", "/referrals", "POST"), ("DELETE", "/referrals", "POST"), ("PUT", "/cases", "GET"), ("POST", "/cases", "GET"),
    ("PATCH", "/cases/x", "GET"), ("DELETE", "/cases/x", "GET"), ("GET", "/token", "POST"), ("GET", "/cases/x/messages", "POST"),
    ("TRACE", "/cases", "GET"), ("GET", "/referrals/batch", "POST"), ("BREW", "/cases", "GET"), ("PUT", "/openapi.json", "GET"),
])
def test_another_method_is_refused_and_the_right_one_named(refused, method, path, allowed):
    answer = refused(lambda court: court.send(method, path), 405)

    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize("key", ["", "short", " ", "x" * 201, "with space here", "königlich-1", "a\tb-c-d-e-f"])
def test_a_key_that_is_no_key_is_refused(refused, key):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    refused(lambda court: court.send("POST", "/referrals", headers=headers, json=referral()), 400)


@pytest.mark.parametrize("form", [
    {}, {"grant_type": "password"}, {"grant_type": "client_credentials", "scope": "everything"}, {"grant_type": ""},
    {"grant_type": "client_credentials", "client_id": "x" * 65, "client_secret": "x"},
    {"grant_type": "client_credentials", "more": "1"},
    {"grant_type": "client_credentials", "client_id": "\x00", "client_secret": "x"},
    {"grant_type": ["client_credentials", "client_credentials"]},
    {"grant_type": "client_credentials", "client_id": "a'--", "client_secret": "b"},
    {"grant_type": "client_credentials", "client_id": "王", "client_secret": "\u202e"},
], ids=lambda form: repr(form)[:40])
def test_a_wrong_form_gets_no_token(refused, form):
    refused(lambda court: court.http.post("/api/v1/token", data=form), 400, 401, 415, 422)


@pytest.mark.parametrize("header", [
    "Basic", "Basic !!!", "Basic " + "A" * 4000, "Basic gA==", "Digest x", "Bearer", "bearer  ", "basic Og==", "Basic ADph",
])
def test_a_wrong_authorization_gets_no_token(refused, header):
    refused(lambda court: court.http.post(
        "/api/v1/token", data={"grant_type": "client_credentials"}, headers={"Authorization": header}), 401)
