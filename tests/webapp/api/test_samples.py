"""Two hundred referrals as a court sends them: the good ones become cases, each faulty one is told what is wrong."""

import pytest

from engine.cases.models import Case
from webapp.api.incoming import XLSX
from webapp.peers.referral_samples import make, sheet

FAULTY = 20


@pytest.fixture(scope="module")
def samples():
    return make()


def expected(found) -> dict:
    return {fault.row: fault for fault in found}


def check(report: list[dict], found, first_row: int, good: str) -> None:
    """Every faulty row is refused at the place and for the reason that was put into it; no other row is."""
    wrong = expected(found)
    for entry in report:
        fault = wrong.get(entry["row"] - first_row + 1)
        assert entry["status"] == (fault.status if fault else good), entry
        if fault and fault.status == "refused":
            assert (fault.pointer, fault.code) in [(each["pointer"], each["code"]) for each in entry["problems"]], (fault, entry)


def test_the_sheet_is_taken_but_for_its_faulty_rows_and_the_list_says_the_same_and_takes_none_twice(
        court, samples, counted, tmp_path):
    referrals, found = samples
    sheet.write(referrals, tmp_path / "referrals.xlsx")
    first = court.post("/referrals/batch", data=(tmp_path / "referrals.xlsx").read_bytes(), content_type=XLSX).json
    again = court.post("/referrals/batch", json=referrals).json

    check(first["report"], found, 2, "taken")
    check(again["report"], found, 1, "already")
    assert (first["taken"], again["taken"]) == (200 - FAULTY, 0)
    assert counted(Case) == 200 - FAULTY
