"""POST /token: client credentials for an hour's access."""

import base64
from datetime import timedelta

import pytest

from engine import config
from engine.access.models import ApiClient
from engine.db import db, transaction
from tests.personas import referral
from webapp.api import identity


def ask(system, **form):
    given = {"grant_type": "client_credentials", "client_id": system.client.client_id, "client_secret": system.secret} | form
    return system.http.post("/api/v1/token", data={name: value for name, value in given.items() if value is not None})


def change(system, **columns):
    with transaction():
        client = db.session.get(ApiClient, system.client.id)
        for name, value in columns.items():
            setattr(client, name, value)


def test_id_and_secret_get_a_token_that_opens_the_api(court):
    answer = ask(court)

    assert answer.status_code == 200 and answer.json["token_type"] == "Bearer" and answer.json["expires_in"] == 3600
    assert answer.headers["Cache-Control"] == "no-store"
    assert court.get("/cases", token=answer.json["access_token"]).status_code == 200


def test_basic_authentication_works_as_well(court):
    pair = base64.b64encode(f"{court.client.client_id}:{court.secret}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    answer = court.http.post("/api/v1/token", data=form, headers={"Authorization": f"Basic {pair}"})

    assert answer.status_code == 200


def test_a_client_gets_the_scopes_of_its_kind_and_no_other(court, bank):
    assert ask(court).json["scope"] == "cases documents messages referrals"
    assert ask(bank).json["scope"] == "applications cases documents messages"
    assert ask(bank, scope="referrals").json["error"] == "invalid_scope"


def test_a_token_for_one_scope_opens_nothing_else(court):
    token = ask(court, scope="cases").json["access_token"]

    assert court.get("/cases", token=token).status_code == 200
    refused = court.post("/referrals", token=token, json=referral())
    assert refused.status_code == 403 and 'scope="referrals"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("form", [
    {"client_secret": "wrong"}, {"client_id": "nobody"}, {"client_secret": None}, {"client_id": None},
])
def test_wrong_credentials_look_the_same(court, form):
    answer = ask(court, **form)

    assert (answer.status_code, answer.json["error"], answer.json["code"]) == (401, "invalid_client", "client-refused")
    assert "WWW-Authenticate" in answer.headers


def test_a_disabled_client_gets_no_token_and_its_old_one_ends_at_once(court):
    change(court, is_active=False)

    assert ask(court).status_code == 401
    refused = court.get("/cases")
    assert refused.status_code == 401 and 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_a_scope_taken_away_is_gone_from_the_next_request_on(court):
    change(court, scopes="referrals")

    assert court.get("/cases").status_code == 403


def test_a_new_secret_ends_the_old_tokens(court):
    change(court, secret_hash="another hash")

    assert court.get("/cases").status_code == 401


def test_a_token_ends_after_an_hour(court, later):
    later(timedelta(minutes=59))
    assert court.get("/cases").status_code == 200
    later(timedelta(minutes=2))
    assert court.get("/cases").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "ü", "." * 5000, "null"])
def test_what_is_no_token_opens_nothing(court, token):
    answer = court.http.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})

    assert answer.status_code == 401 and answer.mimetype == "application/problem+json"


def test_a_token_signed_with_another_key_opens_nothing(court, web):
    with web.app_context():
        key, web.secret_key = web.secret_key, "another key"
        try:
            forged = identity.issue(court.client, {"cases"})
        finally:
            web.secret_key = key

    assert court.get("/cases", token=forged).status_code == 401


def test_guessing_a_secret_is_slowed_down(court, redis_url, settings):
    from dataclasses import replace

    config.use(replace(settings, redis_url=redis_url))
    try:
        answers = [ask(court, client_secret="guess") for _turn in range(22)]
        court.http.environ_base["REMOTE_ADDR"] = "192.0.2.7"
        from_elsewhere = ask(court)
    finally:
        config.use(settings)

    assert [answer.status_code for answer in answers].count(401) == 20
    assert from_elsewhere.status_code == 200, "a stranger who knows the id locks nobody out"
    assert answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0
