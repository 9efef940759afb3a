"""POST /referrals: a court's system sends a dispute and gets its number."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

from engine import storage
from engine.cases.models import Case, Referral
from engine.db import db, transaction
from engine.documents.models import Document
from engine.mediation.models import Consent
from engine.workflow.models import UserTask
from tests.personas import application, referral

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def multipart(body: dict, *files: tuple[str, bytes]) -> dict:
    parts = {"referral": json.dumps(body)}
    for index, (name, data) in enumerate(files):
        parts[f"file{index}"] = (io.BytesIO(data), name)
    return {"data": parts, "content_type": "multipart/form-data"}


def test_a_referral_becomes_a_case_with_a_number_and_a_running_process(court, counted):
    answer = court.post("/referrals", json=referral())

    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1/cases/{answer.json['number']}"
    assert answer.json["stage"] == {"code": "received", "name": answer.json["stage"]["name"]}
    assert counted(UserTask, UserTask.element == "accept_referral") == 1


def test_the_referral_is_kept_as_it_came(court, app):
    court.refer("R-77")

    with transaction(write=False):
        kept = db.session.query(Referral).one()
    assert kept.external_ref == "R-77" and kept.body["claims"][0]["text"] == "退还手续费" and kept.channel == "api"


def test_text_is_kept_in_one_form_of_unicode(court, app):
    court.refer(statement="cafe\u0301 与持卡人")

    with transaction(write=False):
        assert db.session.query(Case).one().statement == "caf\u00e9 与持卡人"


def test_the_same_key_and_body_get_the_same_answer_and_no_second_case(court, counted):
    first = court.post("/referrals", key="the-same-key", json=referral())
    again = court.post("/referrals", key="the-same-key", json=referral())

    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert counted(Case) == 1


def test_the_same_key_with_another_body_is_refused(court, counted):
    court.post("/referrals", key="the-same-key", json=referral())
    other = court.post("/referrals", key="the-same-key", json=referral("R-2"))

    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    assert counted(Case) == 1


def test_a_key_belongs_to_its_client(court, other_court, counted):
    court.post("/referrals", key="the-same-key", json=referral())
    number = "（2024）京0102诉前调9号"
    answer = other_court.post("/referrals", key="the-same-key", json=referral(court_number=number, organisation=None))

    assert answer.status_code == 201 and counted(Case) == 2


def test_a_refused_request_does_not_use_its_key_up(court):
    refused = court.post("/referrals", key="the-same-key", json=referral(amount="-1"))
    taken = court.post("/referrals", key="the-same-key", json=referral())

    assert (refused.status_code, taken.status_code) == (422, 201)


def test_without_a_key_nothing_is_taken(court, counted):
    answer = court.send("POST", "/referrals", json=referral())

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-needed")
    assert counted(Case) == 0


def test_the_same_reference_under_another_key_names_the_case_it_became(court):
    number = court.refer("R-1")
    again = court.post("/referrals", json=referral("R-1"))

    assert again.status_code == 409
    assert (again.json["code"], again.json["number"]) == ("referral-already-received", number)


def test_eight_at_once_under_one_key_make_one_case(court, counted):
    def send(_turn):
        return court.post("/referrals", key="at-the-same-time", json=referral())

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["number"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7
    assert counted(Case) == 1


def test_all_faults_are_told_at_once_with_their_pointers(court):
    body = referral(amount=12, region="31", extra=1)
    body["parties"][0]["name"] = "  "
    body["claims"][0].pop("text")
    answer = court.post("/referrals", json=body)

    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json["errors"]} == {
        "/amount": "type", "/region": "format", "/extra": "unknown", "/parties/0/name": "blank", "/claims/0/text": "required"}


def test_what_the_law_says_is_told_with_pointers_too(court):
    body = referral(amount="1.00", court_number="（2024）京0102诉前调9号")
    body["parties"][0]["id_number"] = "110105194912310021"
    answer = court.post("/referrals", json=body)

    assert answer.status_code == 422
    assert {"/amount", "/court_number", "/parties/0/id_number"} <= {error["pointer"] for error in answer.json["errors"]}


def test_a_later_civil_case_is_refused_with_the_reason(court, counted):
    answer = court.post("/referrals", json=referral(filed_on="2025-03-01", court_number=None))

    assert (answer.status_code, answer.json["code"]) == (422, "docketing-required")
    assert answer.json["errors"][0]["pointer"] == "/filed_on" and counted(Case) == 0


def test_files_come_beside_the_referral_and_lie_on_the_shelf(court, app):
    evidence = [{"no": 1, "name": "信用卡账单", "file": "账单 2024.pdf"}]
    answer = court.post("/referrals", **multipart(referral(evidence=evidence), ("账单 2024.pdf", PDF)))

    assert answer.status_code == 201, answer.text
    with transaction(write=False):
        document = db.session.query(Document).one()
    assert (document.title, document.filename, document.audience) == ("信用卡账单", "账单 2024.pdf", "filing")
    assert storage.get(document.sha256) == PDF


def test_the_same_multipart_request_again_is_a_replay(court, counted):
    body = referral(evidence=[{"no": 1, "name": "账单", "file": "a.pdf"}])
    first = court.post("/referrals", key="with-a-file", **multipart(body, ("a.pdf", PDF)))
    again = court.post("/referrals", key="with-a-file", **multipart(body, ("a.pdf", PDF)))
    other = court.post("/referrals", key="with-a-file", **multipart(body, ("a.pdf", PDF + b"%%EOF")))

    assert (first.json, other.status_code) == (again.json, 422)
    assert counted(Document) == 1


def test_a_file_the_list_does_not_name_and_one_that_did_not_come_are_both_told(court, counted):
    evidence = [{"no": 1, "name": "账单", "file": "missing.pdf"}]
    answer = court.post("/referrals", **multipart(referral(evidence=evidence), ("other.pdf", PDF)))

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [
        ("/evidence/0/file", "file_missing"), ("/files", "file_not_listed")]
    assert counted(Case) == 0


def test_an_institution_may_not_send_referrals(bank, counted):
    answer = bank.post("/referrals", json=referral())

    assert (answer.status_code, answer.json["code"]) == (403, "scope-missing")
    assert counted(Case) == 0


def test_an_institution_applies_without_a_court_and_speaks_for_itself(bank, app):
    answer = bank.post("/applications", json=application("B-1"))

    assert answer.status_code == 201, answer.text
    with transaction(write=False):
        case = db.session.query(Case).one()
        said = {(row.subject, row.channel, row.participant_id) for row in db.session.query(Consent)}
    own = next(one for one in case.participants if one.body_id)
    assert (case.regime, case.court_id, case.channel) == ("C", None, "institution")
    assert said == {("mediation", "api", own.id), ("e_service", "api", own.id)}


def test_what_an_institution_says_for_its_customer_is_refused_at_its_place(bank, counted):
    body = application("B-1")
    body["parties"][1]["consents"] = {"mediation": True, "e_service": True}
    body["parties"][1]["agents"] = [{"name": "钱代理", "authority": "special"}]
    answer = bank.post("/applications", json=body)

    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json["errors"]} == {
        "/parties/1/consents/mediation": "consent-of-another", "/parties/1/consents/e_service": "consent-of-another",
        "/parties/1/agents": "agent-of-another"}
    assert counted(Case) == 0


def test_a_court_may_not_apply(court):
    assert court.post("/applications", json=referral()).status_code == 403


def test_a_slow_sender_does_not_keep_others_from_writing(court, app):
    others = []

    class Slow(io.BytesIO):
        def readinto(self, buffer):
            others.append(ThreadPoolExecutor(1).submit(write_something).result(timeout=5))
            return super().readinto(buffer)

    def write_something():
        with app.app_context(), transaction():
            return bool(db.session.query(Case).count() == 0)

    body = json.dumps(referral()).encode()
    answer = court.post("/referrals", input_stream=Slow(body), content_type="application/json", content_length=len(body))

    assert answer.status_code == 201 and others and all(others)


def test_a_stranger_sends_no_large_body(court):
    answer = court.http.post("/api/v1/referrals", data=b" " * 2 * 1024 * 1024, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 401
