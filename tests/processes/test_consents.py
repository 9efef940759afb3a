"""Whoever is asked for a consent reads what they consent to, what follows from it, and how to take it back: in both languages."""

import json

import pytest

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
