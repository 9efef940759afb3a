"""Odd things that are right all the same: kept as they are, and inert everywhere."""

import io
import json

import pytest

from engine.cases.models import Case
from engine.db import db, transaction
from tests.webapp.api.nonsense import FULL, PDF, put

INERT = [
    "=HYPERLINK(\"http://example.invalid\")", "@SUM(1)", "+1+1", "-2", "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}",
    "%(name)s %s",
    "'; DROP TABLE \"case\"; --", "../../etc/passwd", "\\u202e", "𠮷野家的王\U00031350", "Ångström", "O'Neill & Söhne",
    "#import \"/x\"", "*粗* _斜_ $x$ @ref", "\U0001f600", "NULL", "None", "undefined", "0", "a" * 200,
]


@pytest.mark.parametrize("text", INERT, ids=lambda text: text[:16])
def test_text_that_means_something_elsewhere_is_kept_as_it_is(court, text):
    number = court.refer("R-1", title=text, statement=text)

    assert court.get(f"/cases/{number}").json["title"] == text
    with transaction(write=False):
        assert db.session.query(Case).one().statement == text


@pytest.mark.parametrize("name", ["../../账单.pdf", "/etc/账单.pdf", "..\\账单.pdf", "账单.PDF", "<账单>.pdf"])
def test_a_files_name_is_kept_without_its_path(court, name):
    parts = {"referral": json.dumps(put(FULL, "/evidence/0/file", name)), "file": (io.BytesIO(PDF), name)}
    answer = court.post("/referrals", data=parts, content_type="multipart/form-data")

    assert answer.status_code == 201, answer.text
    found = court.get(f"/cases/{answer.json['number']}/documents").json["documents"][0]["filename"]
    assert found.lower() == "账单.pdf"
