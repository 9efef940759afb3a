"""GET /cases …: what a court or institution may see of its own cases."""

import io
import json

import pytest
from sqlalchemy import select

from engine import storage
from engine.access.models import ApiClient
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents.models import Document
from tests import factories
from tests.personas import referral


@pytest.fixture
def number(court):
    return court.refer("R-1")


def shelve(number: str, title: str, audience: str, data: bytes = b"%PDF-1.7 x") -> int:
    """Put a document on a case's shelf."""
    with transaction():
        case = db.session.scalar(select(Case).where(Case.number == number))
        row = factories.added(Document(case_id=case.id, audience=audience, kind="evidence", title=title, filename=f"{title}.pdf",
                                       sha256=storage.put(data + title.encode()), size=len(data), check_code=title))
        return row.id


def test_a_case_tells_its_stage_and_what_it_waits_for(court, number):
    case = court.get(f"/cases/{number}").json

    assert (case["number"], case["external_ref"], case["amount"], case["filed_on"]) == (number, "R-1", "12000.00", "2024-11-05")
    assert case["stage"]["code"] == "received" and case["cause"] == {"code": "110.2", "name": "信用卡纠纷"}
    waits = {wait["kind"]: wait for wait in case["waits"]}
    assert waits["person"]["what"] == "accept_referral" and waits["person"]["since"]


def test_personal_numbers_are_not_in_the_answer(court, number):
    text = court.get(f"/cases/{number}").text

    assert "11010519491231002X" not in text and "16600001234" not in text


def test_what_is_not_there_and_what_is_not_yours_look_the_same(court, other_court, number):
    paths = [f"/cases/{number}", f"/cases/{number}/documents", f"/cases/{number}/events", f"/cases/{number}/documents/1/content"]
    for path in paths:
        foreign, missing = other_court.get(path), other_court.get(path.replace(number, "ST2024010100000000"))
        foreign.json.pop("instance"), missing.json.pop("instance")
        assert foreign.status_code == missing.status_code == 404
        assert {**foreign.json, "instance": ""} == {**missing.json, "instance": ""}


def test_a_party_bank_sees_the_case_another_does_not(court, bank, system, world, number):
    assert bank.get(f"/cases/{number}").status_code == 200
    assert system(world.insurer).get(f"/cases/{number}").status_code == 404
    assert system(world.organisation).get(f"/cases/{number}").status_code == 403  # it has no scope at all


def test_each_sees_only_its_own_cases_in_the_list(court, other_court, bank, number):
    own = other_court.refer("P-1", court_number="（2024）京0102诉前调9号", organisation=None)

    assert [case["number"] for case in court.get("/cases").json["cases"]] == [number]
    assert [case["number"] for case in other_court.get("/cases").json["cases"]] == [own]
    assert {case["number"] for case in bank.get("/cases").json["cases"]} == {number, own}


def test_a_foreign_case_changes_nothing_in_my_answers(court, other_court, number):
    before = {path: court.get(path).json for path in ("/cases", f"/cases/{number}")}
    other_court.refer("P-1", court_number="（2024）京0102诉前调9号", organisation=None)
    after = {path: court.get(path).json for path in ("/cases", f"/cases/{number}")}

    assert before["/cases"].pop("as_of") and after["/cases"].pop("as_of")
    assert before == after


def test_the_list_pages_without_losing_or_repeating_a_case(court):
    numbers = {court.refer(f"R-{turn}") for turn in range(5)}
    seen, path = [], "/cases?limit=2"
    while path:
        page = court.get(path).json
        seen += [case["number"] for case in page["cases"]]
        path = f"/cases?limit=2&cursor={page['next']}" if page["next"] else ""

    assert len(seen) == 5 and set(seen) == numbers


def test_since_leaves_out_what_did_not_change(court, number):
    as_of = court.get("/cases").json["as_of"]
    newer = court.refer("R-2")
    found = court.get("/cases", query_string={"since": as_of}).json["cases"]

    assert [case["number"] for case in found] == [newer]


def test_what_is_told_follows_the_readers_language(court, number):
    zh = court.get(f"/cases/{number}").json["waits"][0]
    en = court.get(f"/cases/{number}", headers={"Accept-Language": "en-GB,en;q=0.8"}).json["waits"][0]

    assert zh["kind"] == en["kind"]
    assert court.get("/cases/none").headers["Content-Language"] == "zh"
    assert court.get("/cases/none", headers={"Accept-Language": "en"}).json["title"] == "There is nothing here."


def test_the_court_sees_what_was_filed_and_never_what_was_said_in_mediation(court, bank, number):
    shelf = {"filed": "filing", "shared": "mediation", "offer": "side:respondent", "theirs": "side:applicant", "note": "mediator",
             "report": "court", "office": "organisation"}
    for title, audience in shelf.items():
        shelve(number, title, audience)

    assert {row["title"] for row in court.get(f"/cases/{number}/documents").json["documents"]} == {"filed", "report"}
    assert {row["title"] for row in bank.get(f"/cases/{number}/documents").json["documents"]} == {"filed", "shared", "offer"}


def test_a_document_comes_with_its_bytes_and_its_chinese_name(court, number):
    document_id = shelve(number, "调解协议", "filing")
    answer = court.get(f"/cases/{number}/documents/{document_id}/content")

    assert answer.data == "%PDF-1.7 x调解协议".encode()
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E8%B0%83%E8%A7%A3%E5%8D%8F%E8%AE%AE.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_mediation_document_cannot_be_fetched_by_its_id(court, number):
    hidden = shelve(number, "note", "mediator")

    assert court.get(f"/cases/{number}/documents/{hidden}/content").status_code == 404


def test_a_document_of_another_case_cannot_be_fetched_through_mine(court, other_court, number):
    own = other_court.refer("P-1", court_number="（2024）京0102诉前调9号", organisation=None)
    foreign = shelve(number, "filed", "filing")

    assert other_court.get(f"/cases/{own}/documents/{foreign}/content").status_code == 404


def test_events_tell_what_happened_in_order(court, number):
    assert [event["event"] for event in court.get(f"/cases/{number}/events").json["events"]][0] == "started"


def test_a_client_whose_court_was_closed_is_out(court, world, number):
    with transaction():
        db.session.get(ApiClient, court.client.id).body.is_active = False

    assert court.get(f"/cases/{number}").status_code == 401


def test_nothing_is_told_without_a_token(court, number):
    for path in ("/cases", f"/cases/{number}", f"/cases/{number}/documents", f"/cases/{number}/events"):
        answer = court.http.get(f"/api/v1{path}")
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_evidence_that_was_filed_is_for_both_sides_and_the_court(court, bank):
    body = referral("R-9", evidence=[{"no": 1, "name": "账单", "file": "a.pdf"}])
    parts = {"referral": json.dumps(body), "a": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "a.pdf")}
    number = court.post("/referrals", data=parts, content_type="multipart/form-data").json["number"]

    for reader in (court, bank):
        assert [row["title"] for row in reader.get(f"/cases/{number}/documents").json["documents"]] == ["账单"]
