"""Values that must never be taken: one row per kind of nonsense in a referral. All else in it is right."""

import pytest

from tests.webapp.api.nonsense import FULL, put

pytestmark = pytest.mark.db

VALUES = [
    # blank, and what only looks like text
    ("/external_ref", "", "blank"), ("/external_ref", " ", "blank"), ("/statement", "\u3000\u3000", "blank"),
    ("/parties/0/name", "\u00a0", "blank"), ("/parties/0/name", "\u3164\u2800", "blank"), ("/claims/0/text", "\n\t ", "blank"),
    ("/parties/0/name", "\u200b", "unreadable"), ("/parties/0/name", "\ufeff王", "unreadable"),
    ("/parties/0/name", "王\u00ad明", "unreadable"), ("/parties/0/name", "\ue000", "unreadable"),
    ("/parties/0/name", "\uffff", "unreadable"), ("/cause/name", "\U000e0041", "unreadable"),
    # control signs and turned writing
    ("/parties/0/name", "王\x00明", "control"), ("/parties/0/name", "王\n明", "control"),
    ("/parties/0/name", "王\x1b[31m", "control"), ("/statement", "a\x08b", "control"), ("/statement", "a\rb", "control"),
    ("/statement", "a\u2028b", "control"), ("/statement", "a\x85b", "control"), ("/parties/0/name", "\u202e明小王", "bidi"),
    ("/parties/0/name", "王\u2066明", "bidi"), ("/statement", "\u200f", "bidi"), ("/materials/0", "a\u061cb", "bidi"),
    ("/title", "a\u202db", "bidi"),
    # too long
    ("/external_ref", "x" * 101, "too_long"), ("/statement", "字" * 20001, "too_long"),
    ("/parties/0/name", "字" * 201, "too_long"), ("/title", "字" * 301, "too_long"),
    ("/parties/0/address", "字" * 301, "too_long"), ("/claims/0/text", "字" * 2001, "too_long"),
    ("/court_number", "（" * 65, "too_long"), ("/category", "a" * 33, "too_long"), ("/materials/0", "字" * 201, "too_long"),
    ("/parties/0/name", "𠮷" * 201, "too_long"), ("/statement", "字" * 99999, "too_long"),
    # wrong types
    ("/external_ref", 7, "type"), ("/external_ref", None, "null"), ("/external_ref", ["R"], "type"),
    ("/external_ref", {}, "type"), ("/external_ref", True, "type"), ("/statement", 1.5, "type"), ("/cause", "110.2", "type"),
    ("/cause", [], "type"), ("/cause", None, "null"), ("/cause/list", 2020, "type"), ("/claims", {}, "type"),
    ("/claims", "x", "type"), ("/claims/0", "x", "type"), ("/claims/0", None, "null"), ("/parties", None, "null"),
    ("/parties/0", [], "type"), ("/parties/0/consents", [], "type"), ("/parties/0/consents/mediation", "true", "type"),
    ("/parties/0/consents/mediation", 1, "type"), ("/parties/0/agents", {}, "type"), ("/evidence", "x", "type"),
    ("/evidence/0/no", "1", "type"), ("/evidence/0/no", 1.0, "type"), ("/evidence/0/no", True, "type"),
    ("/details", [], "type"), ("/details", "x", "type"), ("/materials", {"0": "x"}, "type"), ("/materials/0", 3, "type"),
    ("/filed_on", 20241105, "format"),
    # numbers
    ("/amount", 12000, "type"), ("/amount", 0.1, "type"), ("/amount", "1e5", "format"), ("/amount", "NaN", "format"),
    ("/amount", "Infinity", "format"), ("/amount", "-1.00", "format"), ("/amount", "+1", "format"),
    ("/amount", "1,000.00", "format"), ("/amount", "01", "format"), ("/amount", "1.234", "format"), ("/amount", ".5", "format"),
    ("/amount", "１２０００", "format"), ("/amount", "9999999999999", "format"), ("/amount", "9" * 400, "too_long"),
    ("/amount", "¥100", "format"), ("/amount", "", "blank"), ("/claims/0/amount", "-0.01", "format"),
    ("/claims/0/amount", 5, "type"), ("/evidence/0/no", 0, "range"), ("/evidence/0/no", 1000, "range"),
    ("/evidence/0/no", -(2**53), "range"),
    # days
    ("/filed_on", "2024-02-30", "no_such_day"), ("/filed_on", "2023-02-29", "no_such_day"),
    ("/filed_on", "05.11.2024", "format"), ("/filed_on", "2024-11-5", "format"), ("/filed_on", "20241105", "format"),
    ("/filed_on", "2024-W45-2", "format"), ("/filed_on", "2024-11-05T00:00:00Z", "format"),
    ("/filed_on", "0000-00-00", "no_such_day"), ("/filed_on", "9999-12-31", "range"), ("/filed_on", "1024-01-01", "range"),
    ("/filed_on", "2099-01-01", "in-the-future"), ("/filed_on", "２０２４-11-05", "format"), ("/filed_on", None, "null"),
    ("/filed_on", "", "format"),
    # words of lists, codes, references
    ("/sector", "Banking", "choice"), ("/sector", "", "choice"), ("/claims/0/type", "steal", "choice"),
    ("/parties/0/side", "neutral", "choice"), ("/parties/0/kind", "animal", "choice"), ("/parties/0/id_type", "ID", "choice"),
    ("/parties/0/agents/0/authority", "all", "choice"), ("/evidence/0/form", "scan", "choice"), ("/region", "31011", "format"),
    ("/region", "310115000", "too_long"), ("/region", "000000", "format"), ("/region", "３１０１１５", "format"),
    ("/category", "Credit Card", "format"), ("/cause/list", "1999", "format"), ("/cause/code", "110;drop", "format"),
    ("/external_ref", "a b", "format"), ("/external_ref", "a\u00e9", "format"), ("/organisation", "../BJJR", "format"),
    ("/organisation", "NOSUCH", "unknown-organisation"), ("/parties/1/body", "NOSUCH", "unknown-institution"),
    ("/parties/1/body", "BJJR", "unknown-institution"), ("/parties/0/phone", "one two", "format"),
    ("/parties/0/phone", "１６６００００１２３４", "format"), ("/parties/0/phone", "1" * 40, "too_long"),
    ("/parties/0/email", "a@b", "format"), ("/parties/0/email", "a@b.c\nbcc: x@y.zz", "control"),
    ("/parties/0/email", "<a@b.cc>", "format"), ("/parties/0/id_number", "11010519491231002１", "format"),
    ("/parties/0/id_number", "' OR 1=1 --", "format"),
    # missing, unknown, too many, too few
    ("/external_ref", ..., "required"), ("/cause/code", ..., "required"), ("/parties/0/side", ..., "required"),
    ("/claims/0/type", ..., "required"), ("/parties/0/agents/0/name", ..., "required"), ("/stage", "closed", "unknown"),
    ("/parties/0/role", "mediator", "unknown"), ("/id", 1, "unknown"), ("/__proto__", {}, "unknown"),
    ("/claims", [], "too_few"), ("/parties", [FULL["parties"][0]], "too_few"),
    ("/claims", [FULL["claims"][0]] * 51, "too_many"), ("/parties", [FULL["parties"][0]] * 201, "too_many"),
    ("/materials", ["x"] * 101, "too_many"), ("/evidence", [{"no": 1, "name": "a"}] * 2, "twice"),
    ("/details", {f"k{n}": 1 for n in range(61)}, "too_many"), ("/details", {"Key": 1}, "format"),
    ("/details", {"a": {"b": 1}}, "type"), ("/details", {"a": [[1]]}, "type"), ("/details", {"a": "字" * 2001}, "too_long"),
    ("/details", {"a": "\x00"}, "control"), ("/details", {"": 1}, "format"),
]


@pytest.mark.parametrize(("pointer", "value", "code"), VALUES, ids=lambda value: repr(value)[:24])
def test_a_wrong_value_is_refused_at_its_place(refused, pointer, value, code):
    answer = refused(lambda court: court.post("/referrals", json=put(FULL, pointer, value)), 422)

    found = [(error["pointer"], error["code"]) for error in answer.json["errors"]]
    assert any(place.startswith(pointer) and said == code for place, said in found), found
    if isinstance(value, str) and len(value.strip()) > 8 and pointer != "/filed_on":
        assert value not in answer.text, "the value is echoed"


def test_errors_come_in_the_readers_language(refused):
    zh = refused(lambda court: court.post("/referrals", json={}), 422)
    en = refused(lambda court: court.post("/referrals", json={}, headers={"Accept-Language": "en"}), 422)

    assert zh.json["errors"][0]["message"] == "缺少此项。"
    assert en.json["errors"][0]["message"] == "This is missing."
    assert (zh.headers["Content-Language"], en.headers["Content-Language"]) == ("zh", "en")
