"""Bodies that must never be taken: not JSON with one meaning, another kind of content, too large, cut off."""

import json

import pytest

from tests.personas import referral
from tests.webapp.api.nonsense import archive, rows
from webapp.api.incoming import XLSX

pytestmark = pytest.mark.db

DEEP = "[" * 40 + "]" * 40
LONE = '"\\ud800"'
BODIES = {
    "nothing": b"", "blank": b"  ", "half": b'{"a": ', "half text": b'{"a": "b', "word": b"referral", "single": b"{'a': 1}",
    "comma": b'{"a": 1,}', "comment": b'{"a": 1} // x', "two": b"{} {}", "nan": b'{"a": NaN}', "infinity": b'{"a": -Infinity}',
    "huge": b'{"a": 1e999}', "large": b'{"a": 9007199254740993}', "digits": b'{"a": ' + b"9" * 5000 + b"}",
    "twice": b'{"a": 1, "a": 1}', "twice inside": b'{"a": {"b": 1, "b": 2}}', "deep": DEEP.encode(),
    "very deep": b"[" * 200000, "deep objects": b'{"a":' * 5000, "lone": f'{{"a": {LONE}}}'.encode(),
    "lone name": f"{{{LONE}: 1}}".encode(),
    "bom": b"\xef\xbb\xbf{}", "utf-16": '{"a": 1}'.encode("utf-16"), "gbk": '{"a": "王小明"}'.encode("gbk"),
    "latin": b'{"a": "\xe9"}',
    "overlong": b'{"a": "\xc0\xaf"}', "null byte": b'{"a": 1}\x00', "control": b'{"a": "\x01"}',
    "xml": b"<?xml version='1.0'?><a/>",
    "surrogate bytes": b'{"a": "\xed\xa0\x80"}',
}
DOORS = ("/referrals", "/referrals/batch", "/cases/{number}/messages")


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_not_json_with_one_meaning_is_refused(refused, settled, path, body):
    path = path.format(number=settled.number)
    answer = refused(lambda court: court.post(path, data=body, content_type="application/json"), 400)

    assert answer.json["code"] == "not-json"


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("body", [b"null", b"1", b'"x"', b"true", b"{}", b"[[]]", b'[null, 1, "x"]'])
def test_json_of_another_shape_is_refused_or_reported(settled, path, body):
    before = rows()
    answer = settled.post(path.format(number="ST0"), data=body, content_type="application/json")

    statuses = [row["status"] for row in answer.json.get("report", [])]
    assert answer.status_code in (404, 422) or statuses == ["refused"] * len(json.loads(body))
    assert rows() == before


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("headers", [
    {"Content-Type": "text/plain"}, {"Content-Type": "application/xml"}, {"Content-Type": ""},
    {"Content-Type": "application/json; charset=gbk"}, {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "application/jsonx"}, {"Content-Type": "a" * 3000},
], ids=lambda headers: " ".join(headers.values())[:30])
def test_another_kind_of_content_is_refused(refused, settled, path, headers):
    path = path.format(number=settled.number)
    answer = refused(lambda court: court.post(path, data=b"{}", headers=headers), 415)

    assert "application/json" in answer.headers["Accept-Post"]


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 60 * 1024 * 1024])
@pytest.mark.parametrize("path", DOORS)
def test_a_body_that_is_too_large_is_refused(refused, settled, path, size):
    path = path.format(number=settled.number)
    size = max(size, 11 * 1024 * 1024) if "batch" in path else size
    refused(lambda court: court.post(path, data=b" " * size, content_type="application/json"), 413)


def test_a_request_cut_off_at_any_byte_changes_nothing(settled):
    body = json.dumps(referral(), ensure_ascii=False).encode()
    before = rows()
    for end in range(0, len(body) - 1, 37):
        answer = settled.post("/referrals", data=body[:end], content_type="application/json")
        assert answer.status_code == 400, end
    assert rows() == before


def test_a_batch_of_nonsense_is_no_sheet(refused):
    refused(lambda court: court.post("/referrals/batch", data=archive(a=b"x"), content_type=XLSX), 422)
