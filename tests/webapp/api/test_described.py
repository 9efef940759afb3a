"""The OpenAPI file says what the API does: seeded requests made from it get the answers it promises."""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from engine.db import db

ASKED: Counter = Counter()  # how many requests of which operation
OPERATIONS = [
    ("POST", "/token"), ("POST", "/referrals"), ("POST", "/applications"), ("POST", "/referrals/batch"), ("GET", "/cases"),
    ("GET", "/cases/{number}"), ("GET", "/cases/{number}/events"), ("GET", "/cases/{number}/documents"),
    ("GET", "/cases/{number}/documents/{document_id}/content"), ("POST", "/cases/{number}/messages"),
    ("GET", "/problems/{code}"), ("GET", "/intake-fields/{category}"), ("POST", "/objections"),
]


@pytest.fixture(scope="module")
def described(web):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", web)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_described(described, court, bank, method, path):
    number = court.refer("R-known")
    system = bank if path == "/applications" else court

    examples = int(os.environ.get("SUTIAO_TEST_EXAMPLES", "50"))  # for each operation
    examples = examples // 10 if path.endswith("/batch") else examples  # lists of referrals take long to make up

    others = db.engine.dialect.name == "postgresql"  # not the same ones again

    @seed(int(os.environ.get("SUTIAO_TEST_SEED", "20241105")) + others)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=described[f"/api/v1{path}"][method].as_strategy())
    def ask(case):
        if hash_of(case) % 2 and "number" in case.path_parameters:
            case.path_parameters["number"] = number
        ASKED[f"{method} {path}"] += 1
        answer = case.call(headers={"Authorization": f"Bearer {system.token}"})
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])  # the law is no JSON Schema

    ask()


def hash_of(case) -> int:
    """Half of the requests go to a case that is there."""
    return len(str(case.path_parameters))


def test_the_description_names_every_route_of_the_api(web):
    told = web.test_client().get("/api/v1/openapi.json").json
    routes = {rule.rule.replace("<", "{").replace(">", "}").replace("int:", "") for rule in web.url_map.iter_rules()
              if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")}

    assert told["openapi"] == "3.1.0" and set(told["paths"]) == routes == {f"/api/v1{path}" for _method, path in OPERATIONS}


def test_every_operation_says_who_may_use_it_and_how_it_refuses(web):
    told = web.test_client().get("/api/v1/openapi.json").json
    for path, methods in told["paths"].items():
        for operation in (methods[name] for name in ("get", "post") if name in methods):
            is_open = path in ("/api/v1/token", "/api/v1/problems/{code}", "/api/v1/intake-fields/{category}")
            assert operation["summary"] and ("401" in operation["responses"] or is_open), path
            assert operation["security"] or is_open, path
