"""Whoever is asked for a consent reads what they consent to, what follows from it, and how to take it back: in both languages."""

import json

import pytest

from engine.errors import Invalid
from engine.forms.form import Form
from tests.workbench import shipped

TOLD = {"object", "effect", "withdrawal"}
ALSO = {  # what asks for a consent that no row of consents keeps
    ("advance_payment", "forms/agree_advance.json"), ("session_notice", "forms/agree_short_notice.json"),
    ("evaluation", "forms/request_evaluation.json"), ("notarised_deed", "forms/accept_deed.json"),
    ("group_case", "forms/answer_group_offer.json"),
}


def asking() -> list[tuple[str, str]]:
    """Every form of every process that asks for a consent."""
    found = [(key, name) for key, files in shipped().items() for name, text in files.items()
             if name.startswith("forms/") and any(row.get("consent") for row in json.loads(text)["components"])]
    return [*found, *sorted(ALSO - set(found))]


@pytest.mark.parametrize(("key", "name"), asking())
def test_a_consent_has_an_object_an_effect_and_a_way_back(key, name):
    rows = json.loads(shipped()[key][name])["components"]
    notes = [row for row in rows if row["type"] == "note" and row.get("tells")]

    assert {word for row in notes for word in row["tells"].split()} == TOLD
    assert all(row["label"] and row["label_en"] for row in notes)


def test_nobody_is_asked_about_a_recording_that_nobody_makes():
    """The room says that nothing is recorded; what a running case of an older version asks is kept all the same."""
    subjects = {row.get("consent") for key, name in asking() for row in json.loads(shipped()[key][name])["components"]}
    assert "recording" not in subjects and "e_service" in subjects


VIDEO = {"verified_by": "video", "identities_checked": True, "warned": True, "attendance": "both", "statements": "自愿"}


@pytest.mark.parametrize(("data", "is_on_record"), [
    ({}, False),  # both were there at once, and nobody was asked how
    ({"mode": "video"}, False),  # nobody answered
    ({"mode": "on_site", "inquiry_answers": [{"agrees_mode": "yes"}] * 2}, False),  # to come, not to be heard by video
    ({"mode": "video", "inquiry_answers": [{"agrees_mode": "yes"}] * 2}, True),
])
def test_a_court_hears_by_video_only_with_everybodys_consent_on_record(data, is_on_record):
    """Online-Litigation Rules, Art. 4."""
    asks = Form.from_row(json.loads(shipped()["court_review"]["forms/verify_together.json"]))

    if is_on_record:
        assert "video_agreed" not in asks.check(VIDEO, data)
    else:
        with pytest.raises(Invalid):
            asks.check(VIDEO, data)
    assert asks.check({**VIDEO, "video_agreed": True}, data)
