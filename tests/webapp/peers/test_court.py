"""The court simulator: it checks what it is sent, decides by rule, remembers on disk, and misbehaves when told."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from standardwebhooks import Webhook

from tests.engine.operations.rogue import Rogue
from webapp.peers.court import Court, Setup, SetupWrong, create_app, judges, sender, setup

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
COURT = Court("沪0115", "上海市浦东新区人民法院", "court-1", "secret", SECRET)


@pytest.fixture
def court(tmp_path):
    setup.write(tmp_path / "court.toml", "http://127.0.0.1:9", [COURT], accept_after_seconds=0, decide_after_seconds=0)
    app = create_app(Setup.read(tmp_path / "court.toml"), start=False)
    return SimpleNamespace(client=app.test_client(), path=tmp_path / "court.toml", **app.extensions["court"])


def tell(court, key="call-7", kind="confirmation.requested", case="ST1", secret=SECRET, **data):
    body = json.dumps({"type": kind, "case": case, "data": data})
    now = datetime.now(UTC)
    return court.client.post("/callbacks/沪0115", data=body, headers={
        "webhook-id": key, "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, now, body)})


def test_a_signed_message_gets_a_receipt(court):
    answer = tell(court, kind="case.accepted")

    assert (answer.status_code, answer.json) == (200, {"receipt": "沪0115-call-7"})


def test_a_message_with_another_signature_is_refused_and_noted(court):
    assert tell(court, secret="whsec_" + "A" * 32).status_code == 401
    assert court.ledger.sums()["badly_signed"] == 1 and court.ledger.outgoing() == []


def test_the_same_message_twice_is_decided_once(court):
    assert tell(court).json == tell(court).json

    assert court.ledger.sums()["duplicates"] == 1
    assert [row["kind"] for row in court.ledger.outgoing()] == ["confirmation_ruled", "confirmation_accepted"]


def test_messages_of_a_case_that_overtake_each_other_are_noticed(court):
    tell(court, "call-8", "case.concluded")
    tell(court, "call-7", "case.accepted")
    tell(court, "call-3", "case.accepted", case="ST2")

    assert court.ledger.sums()["out_of_order"] == 1


def test_a_confirmed_agreement_gets_a_number_of_the_courts_series(court):
    tell(court)

    ruled, accepted = (json.loads(row["body"]) for row in court.ledger.outgoing())
    assert accepted["payload"] == {"number": f"（{datetime.now().year}）沪0115诉前调确1号"}
    assert ruled["payload"]["number"] == accepted["payload"]["number"] and ruled["message_id"] == "call-7-confirmation_ruled"


def test_the_court_says_when_each_party_received_the_ruling_that_confirms(court):
    both = [{"name": "王小明", "side": "applicant"}, {"name": "王小明", "side": "respondent"}]
    tell(court, applicants=both)

    later, first, *_rest = (json.loads(row["body"]) for row in court.ledger.outgoing())
    assert (later["message_id"], first["message_id"]) == ("call-7-ruling_received-2", "call-7-ruling_received-1")
    today = datetime.now(judges.SHANGHAI).date().isoformat()
    assert first["payload"] == {"name": "王小明", "side": "applicant", "received_on": today}

    tell(court, "call-8", case="ST2", amount="6000000.00", applicants=both)
    assert "ruling_received" not in court.ledger.outgoing()[0]["kind"], "nothing was confirmed"


def test_the_same_case_always_gets_the_same_decision_and_the_shares_hold():
    rules = setup.Rules(not_accepted=10, rejected=20, withdrawn=5)
    kinds = [judges.decide(f"ST{number}", {}, rules).kind for number in range(2000)]

    assert kinds == [judges.decide(f"ST{number}", {}, rules).kind for number in range(2000)]
    assert abs(kinds.count("rejected") / 2000 - 0.2) < 0.03 and abs(kinds.count("confirmed") / 2000 - 0.65) < 0.03


def test_a_sum_too_large_for_the_court_is_not_accepted():
    assert judges.decide("ST1", {"amount": "6000000.00"}, setup.Rules(largest_amount=Decimal(5_000_000))).kind == "not_accepted"


def test_a_court_that_is_down_says_so_for_as_many_messages_as_told(court):
    assert court.client.post("/control", json={"mode": "down", "count": 1}).json == {"down": 1}

    assert [tell(court).status_code for _try in range(2)] == [503, 200]


def test_a_court_that_breaks_down_after_taking_a_message_has_still_taken_it(court):
    court.client.post("/control", json={"mode": "lossy", "count": 1})

    assert [tell(court).status_code for _try in range(2)] == [500, 200]
    assert len(court.ledger.outgoing()) == 2 and court.ledger.sums()["duplicates"] == 1


def test_a_mood_there_is_not_is_refused(court):
    assert court.client.post("/control", json={"mode": "angry"}).status_code == 422


def test_a_restart_forgets_nothing(court):
    tell(court)
    court.ledger.close()

    again = create_app(Setup.read(court.path), start=False).extensions["court"]["ledger"]
    assert again.sums()["callbacks"] == 1 and len(again.outgoing()) == 2


def test_the_page_shows_what_came_in(court):
    tell(court)

    page = court.client.get("/").text
    assert "confirmation.requested" in page and "call-7" in page and "相符" in page


def test_a_referral_goes_out_under_its_own_key_until_it_is_taken(court, monkeypatch):
    answers = [SimpleNamespace(status_code=503, text=""), SimpleNamespace(status_code=201, text="{}")]
    sent = []
    monkeypatch.setattr(sender.requests, "post", lambda url, **told: sent.append((url, told)) or answers.pop(0))
    monkeypatch.setattr(court.sender, "_token", lambda court: "token")
    monkeypatch.setattr(sender, "PAUSES", (0,))
    court.client.post("/send", json={"referral": {"external_ref": "R-1", "court_number": "（2024）沪0115诉前调1号"}})

    while row := court.ledger.due():
        court.sender.send(row)

    assert [told["headers"]["Idempotency-Key"] for _url, told in sent] == ["referral-%E6%B2%AA0115-R-1"] * 2
    assert court.ledger.outgoing()[0]["answer"] == 201


def test_a_file_with_a_fault_is_named(tmp_path):
    (tmp_path / "court.toml").write_text("base_url = 'x'\n[[court]]\ncode = 'x'\n")

    with pytest.raises(SetupWrong, match=r"court\.toml"):
        Setup.read(tmp_path / "court.toml")


def test_the_courts_word_leaves_over_http_with_a_key_that_a_header_can_carry(tmp_path):
    with Rogue() as us:
        setup.write(tmp_path / "court.toml", us.url, [COURT], accept_after_seconds=0, decide_after_seconds=0)
        app = create_app(Setup.read(tmp_path / "court.toml"), start=False)
        court = SimpleNamespace(client=app.test_client(), **app.extensions["court"])
        court.sender.tokens[COURT.code] = ("token", float("inf"))
        tell(court)
        while row := court.ledger.due():
            court.sender.send(row)

        said = [json.loads(one["body"])["name"] for one in us.tries]
        assert said == ["confirmation_accepted", "confirmation_ruled"] and all(one["key"].isascii() for one in us.tries)
        assert court.ledger.sums()["taken"] == 2


def test_a_docketed_case_is_ended_as_the_parties_ask_or_goes_on_to_trial(court):
    tell(court, "call-9", "case.ending_requested", case="ST1", ending="withdrawal", amount="6000000.00")
    tell(court, "call-10", "case.ending_requested", case="ST2", ending="mediation_letter", amount="6000000.00")

    said = {row["key"].split("-")[-2]: json.loads(row["body"])["payload"] for row in court.ledger.outgoing()}
    endings = [payload["ending"] for payload in said.values()]
    assert {row["kind"] for row in court.ledger.outgoing()} == {"docket_decided"}
    assert sorted(endings) == ["trial", "withdrawal"] and all(payload["decided_on"] for payload in said.values())


def test_what_mediation_before_docketing_did_not_settle_is_docketed_and_an_objection_is_ruled_on(court):
    tell(court, "call-11", "case.concluded", case="ST1", regime="A", outcome="O11", successful=False)
    tell(court, "call-12", "case.concluded", case="ST2", regime="A", outcome="O02", successful=True)
    tell(court, "call-13", "objection.raised", case="ST3", objection=7)
    for case, outcome, regime in (("ST4", "O07", "A"), ("ST5", "O01", "A"), ("ST6", "O11", "B")):
        tell(court, f"call-{case}", "case.concluded", case=case, regime=regime, outcome=outcome, successful=outcome == "O01")

    said = [(row["kind"], json.loads(row["body"])["payload"]) for row in reversed(court.ledger.outgoing())]
    assert [kind for kind, _payload in said] == ["docketing_decided", "docketing_decided", "ruling_objection_decided"]
    assert said[0][1]["number"].endswith("民初1号") and said[1][1]["number"].endswith("民初2号") and said[2][1]["objection"] == 7
