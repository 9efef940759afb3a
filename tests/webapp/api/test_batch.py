"""POST /referrals/batch: many disputes at once, as a list or as a sheet."""

import io

import pytest
from openpyxl import Workbook

from engine.cases.models import Case
from tests.engine.cases.test_batch import SHEET_ROW, sheet
from tests.personas import referral
from webapp.api.incoming import XLSX


def test_good_rows_are_taken_and_the_rest_is_reported_row_by_row(court, counted):
    late = referral("R-3", filed_on="2025-06-01", court_number=None)
    rows = [referral("R-1"), referral("R-2", amount="x"), late, 7, referral("R-4")]
    answer = court.post("/referrals/batch", json=rows)

    assert answer.status_code == 200
    assert {name: answer.json[name] for name in ("rows", "taken", "already", "refused")} == {
        "rows": 5, "taken": 2, "already": 0, "refused": 3}
    report = answer.json["report"]
    assert [row["status"] for row in report] == ["taken", "refused", "refused", "refused", "taken"]
    assert report[1]["problems"][0]["pointer"] == "/amount" and report[2]["problems"][0]["code"] == "docketing-required"
    assert counted(Case) == 2


def test_the_same_batch_again_makes_no_second_case(court, counted):
    rows = [referral("R-1"), referral("R-2", amount="x")]
    first = court.post("/referrals/batch", json=rows).json
    again = court.post("/referrals/batch", json=rows).json

    assert [row["status"] for row in again["report"]] == ["already", "refused"]
    assert again["report"][0]["number"] == first["report"][0]["number"] and counted(Case) == 1


def test_the_same_reference_twice_in_one_batch_makes_one_case(court, counted):
    report = court.post("/referrals/batch", json=[referral("R-1"), referral("R-1")]).json["report"]

    assert [row["status"] for row in report] == ["taken", "already"] and report[0]["number"] == report[1]["number"]


def test_a_sheet_is_taken_and_its_columns_are_named(court, counted):
    rows = [SHEET_ROW, SHEET_ROW | {"来文编号": "S-2", "标的额": "一万"}]
    answer = court.post("/referrals/batch", data=sheet(*rows), content_type=XLSX)

    assert [row["status"] for row in answer.json["report"]] == ["taken", "refused"], answer.text
    assert answer.json["report"][1]["row"] == 3
    assert answer.json["report"][1]["problems"][0]["column"] == "标的额"
    assert counted(Case) == 1


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b,c\n", b"PK\x03\x04" + b"x" * 500])
def test_what_is_no_sheet_is_refused(court, data, counted):
    answer = court.post("/referrals/batch", data=data, content_type=XLSX)

    assert (answer.status_code, answer.json["code"]) == (422, "sheet-unreadable")
    assert counted(Case) == 0


def test_a_sheet_with_other_headings_says_which_are_missing(court):
    book, file = Workbook(), io.BytesIO()
    book.active.append(["姓名", "电话"])
    book.active.append(["王小明", "1"])
    book.save(file)
    answer = court.post("/referrals/batch", data=file.getvalue(), content_type=XLSX)

    assert (answer.status_code, answer.json["code"]) == (422, "headings-unknown")
    assert "来文编号" in answer.json["title"] and "姓名" in answer.json["title"]


@pytest.mark.parametrize(("body", "code"), [
    ({}, "not-a-list"), ([], "batch-empty"), ([1] * 1001, "batch-too-long"), ("x", "not-a-list"),
])
def test_a_batch_is_a_list_with_rows_and_an_end(court, body, code):
    answer = court.post("/referrals/batch", json=body)

    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_an_institution_sends_no_batch(bank):
    assert bank.post("/referrals/batch", json=[referral()]).status_code == 403


def test_a_batch_needs_a_token(court):
    assert court.http.post("/api/v1/referrals/batch", json=[referral()]).status_code == 401
