"""The sample batch: what is good in it is taken, what is faulty is refused for the one reason it was spoiled for."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.cases import intake, referral_rules
from engine.cases.sheet import rows_of_sheet
from engine.db import transaction
from engine.errors import Invalid
from webapp.api import incoming
from webapp.api.schemas import ReferralSchema
from webapp.peers.referral_samples import make, sheet

FOLDER = Path(__file__).parents[2] / "data" / "referrals"
IN_SHEETS = ("external_ref", "court_number", "filed_on", "organisation", "cause", "category", "sector", "region", "statement",
             "amount", "claims", "materials")


@pytest.fixture(scope="module")
def batch():
    """The rows as the committed JSON file has them."""
    return json.loads((FOLDER / "referrals.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def faults():
    """Which rows are faulty, and how."""
    return {fault["row"]: fault for fault in json.loads((FOLDER / "faults.json").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def rows():
    """The rows as the committed sheet has them; row 1 of a sheet is its headings."""
    return {row.number - 1: row for row in rows_of_sheet((FOLDER / "referrals.xlsx").read_bytes())}


def problems_of(world, referral):
    """What schema, rules and regime find wrong with a referral: (pointer, code)."""
    try:
        cleaned = incoming.load(ReferralSchema, referral)
        referral_rules.check(cleaned, world.court)
        if cleaned["filed_on"] >= "2025-01-01":
            intake.accept(world.actor("court_system"), cleaned, "batch")
    except Invalid as error:
        return [(problem["pointer"], problem["code"]) for problem in error.problems]
    return []


def said(party):
    """A party without the questions it was never asked: a sheet leaves the cell empty."""
    return party | {"consents": {subject: given for subject, given in party["consents"].items() if given is not None}}


def test_the_same_seed_gives_the_files_that_are_kept(batch, faults):
    referrals, found = make()

    assert referrals == batch
    assert [asdict(fault) for fault in found] == list(faults.values())


def test_another_seed_gives_other_referrals(batch):
    assert make(seed=7)[0] != batch


def test_there_are_two_hundred_and_twenty_are_faulty_in_twenty_ways(batch, faults):
    assert len(batch) == 200
    assert len(faults) == 20
    assert len({fault["what"] for fault in faults.values()}) == 20


def test_the_referrals_are_of_many_kinds(batch):
    parties = [party for referral in batch for party in referral["parties"]]
    agents = [agent for party in parties for agent in party["agents"]]

    assert len({referral["category"] for referral in batch}) >= 14
    assert {party["side"] for party in parties} == {"applicant", "respondent", "third"}
    assert {agent.get("authority") for agent in agents} >= {"general", "special"}
    assert len({party["id_type"] for party in parties}) == 5
    assert any(Counter(party["side"] for party in referral["parties"])["applicant"] == 3 for referral in batch)
    assert any(referral["amount"] == "0.00" for referral in batch)
    assert any(float(referral["amount"]) > 1_000_000 for referral in batch)
    assert any(max(map(ord, party["name"])) > 0xFFFF for party in parties)
    assert any(party["name"].startswith("=") for party in parties)
    assert any(5_000 < len(referral["statement"]) < 20_000 for referral in batch)


def test_every_good_referral_passes_and_every_faulty_one_fails_for_its_reason_alone(world, batch, faults):
    with transaction():
        found = {row: problems_of(world, referral) for row, referral in enumerate(batch, 1)}

    expected = {row: [(fault["pointer"], fault["code"])] for row, fault in faults.items() if fault["status"] == "refused"}
    assert {row: problems for row, problems in found.items() if problems} == expected


def test_the_row_that_is_no_fault_of_its_own_repeats_a_good_rows_reference(batch, faults):
    [repeated] = [fault for fault in faults.values() if fault["status"] == "already"]

    rows = [row for row, referral in enumerate(batch, 1) if referral["external_ref"] == repeated["external_ref"]]

    assert rows == [1, repeated["row"]]


def test_the_sheet_says_the_same_as_the_json(batch, rows, faults):
    for number, referral in enumerate(batch, 1):
        if number in faults:
            continue
        from_json = incoming.load(ReferralSchema, referral)
        from_sheet = incoming.load(ReferralSchema, rows[number].value)
        assert {name: from_sheet[name] for name in IN_SHEETS} == {name: from_json[name] for name in IN_SHEETS}
        assert [piece["name"] for piece in from_sheet["evidence"]] == [piece["name"] for piece in from_json["evidence"]]
        assert [said(party) for party in from_sheet["parties"]] == [said(party) for party in from_json["parties"]]


def test_the_sheets_faulty_rows_fail_for_the_same_reason(world, rows, faults):
    with transaction():
        found = {row: problems_of(world, rows[row].value) for row in faults}

    assert found == {
        row: [(fault["pointer"], fault["code"])] if fault["status"] == "refused" else [] for row, fault in faults.items()
    }


def test_text_that_looks_like_a_formula_stays_text_in_the_sheet(batch, rows):
    names = [row.value["parties"][0]["name"] for row in rows.values()]

    assert any(name.startswith("=HYPERLINK(") for name in names)


def test_a_sheet_written_again_reads_the_same(tmp_path, batch, rows):
    sheet.write(batch, tmp_path / "again.xlsx")

    again = rows_of_sheet((tmp_path / "again.xlsx").read_bytes())

    assert [row.value for row in again] == [row.value for row in rows.values()]
