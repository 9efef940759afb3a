"""GET /problems/{code}: what a problem document's `type` leads to."""

import pytest

from tests.personas import referral


def test_the_type_of_a_problem_leads_to_what_it_means(court):
    court.refer("R-1")
    refused = court.post("/referrals", json=referral("R-1")).json
    path = refused["type"].partition("/api/v1")[2]
    told = court.http.get(f"/api/v1{path}", headers={"Accept-Language": "en"})

    assert told.status_code == 200
    assert told.json == {"code": "referral-already-received", "status": 409,
                         "title": "This referral was received before; it is case …."}


@pytest.mark.parametrize(("code", "status"), [
    ("not-json", 400), ("token-not-valid", 401), ("scope-missing", 403), ("not-found", 404), ("too-large", 413),
    ("docketing-required", 422), ("too-many-requests", 429), ("busy", 503),
])
def test_every_kind_has_its_status(web, code, status):
    told = web.test_client().get(f"/api/v1/problems/{code}").json

    assert told["status"] == status and told["title"]


def test_an_unknown_code_means_nothing(web):
    assert web.test_client().get("/api/v1/problems/no-such-code").status_code == 404
