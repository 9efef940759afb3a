"""Regime B over the API: a docketed referral, what is said about it, and what intake asks."""

from tests.personas import docketed, referral


def test_a_docketed_referral_is_taken_and_told_with_the_words_of_its_regime(court):
    answer = court.post("/referrals", json=docketed())
    assert answer.status_code == 201, answer.text

    told = court.get(f"/cases/{answer.json['number']}").json
    assert (told["regime"], told["procedure"], told["docketed_on"], told["ending"]) == ("B", "ordinary", "2025-03-03", None)
    assert told["regime_words"]["term"] == "T07"
    assert told["regime_words"]["title"] in ("立案后委托调解", "Entrusted after docketing")


def test_what_is_missing_of_a_docket_is_told_at_its_place(court):
    body = docketed(docket={"docketed_on": "2025-03-03", "procedure": "summary"})
    answer = court.post("/referrals", json=body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/docket/procedure"]


def test_an_undocketed_referral_of_2025_is_refused_with_what_is_missing(court):
    answer = court.post("/referrals", json=referral(filed_on="2025-02-01", court_number=None))
    assert (answer.status_code, answer.json["code"]) == (422, "docketing-required")


def test_an_institution_cannot_entrust_docketed_cases(bank):
    answer = bank.post("/applications", json=docketed())
    assert answer.status_code == 422
    assert ("/docket", "no-court") in [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]]


def test_answers_at_intake_are_judged_by_the_kind_of_dispute(court):
    answer = court.post("/referrals", json=docketed(details={"principal": "a lot", "overdue_days": 12}))
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/details/principal"]


def test_what_intake_asks_can_be_asked_for(web):
    told = web.test_client().get("/api/v1/intake-fields/card_theft", headers={"Accept-Language": "zh"}).json
    assert [part["name"] for part in told["parts"]] == ["all", "card_theft"]
    assert "card_in_hand" in [field["key"] for field in told["parts"][1]["fields"]]
    assert web.test_client().get("/api/v1/intake-fields/none").status_code == 404
