"""The table of terms, checked against the provisions it names."""

import re

import pytest

from engine.deadlines import terms
from engine.deadlines.terms import Unit, UnknownTerm


def test_every_term_from_t01_to_t46_is_there_and_found_by_id_and_by_name():
    for number in range(1, 47):
        term = terms.get(f"T{number:02}")
        assert terms.get(term.name) is term


def test_names_are_slugs_and_every_text_is_there_in_both_languages():
    for term in terms.every():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", term.name)
        assert re.fullmatch(r"T\d\d[a-zC]?|T[A-Z]+", term.id)
        for words in (term.title, term.starts, term.expiry, term.article):
            assert words.zh and words.en
            assert not re.search(r"[\u4e00-\u9fff]", words.en)
        assert term.source in ("P", "S", "unverified", "design")


def test_every_term_has_a_length_unless_it_is_agreed_or_has_none():
    for term in terms.every():
        assert term.has_fixed_length != (term.unit in (Unit.AGREED, Unit.NONE))


def test_reminders_lie_within_the_term_and_come_ever_closer():
    for term in terms.every():
        assert list(term.reminders) == sorted(term.reminders, reverse=True)
        if term.unit in (Unit.DAY, Unit.WORKING_DAY):
            assert all(0 < days < term.length for days in term.reminders)


@pytest.mark.parametrize(("id", "reminders"), [
    ("T20", (3, 1)), ("T22", (1,)), ("T23", (5, 1)), ("T25", (7, 3)), ("T26", (3, 1)), ("TRECEIPT", (3,)), ("TGRACE", (3,)),
])
def test_who_has_to_act_is_reminded_where_silence_or_lateness_has_a_consequence(id, reminders):
    assert terms.get(id).reminders == reminders


@pytest.mark.parametrize(
    "id, length, unit, provision",
    [
        ("T03", 2, Unit.WORKING_DAY, "在线调解规则》第十条"),
        ("T04", 3, Unit.WORKING_DAY, "在线调解规则》第十二条"),
        ("T05", 3, Unit.WORKING_DAY, "在线调解规则》第十五条"),
        ("T06", 30, Unit.DAY, "在线调解规则》第二十四条"),
        ("T07", 15, Unit.DAY, "在线调解规则》第二十四条"),
        ("T08", 7, Unit.DAY, "在线调解规则》第二十四条"),
        ("T14", 30, Unit.DAY, "民事诉讼法》第二百零五条"),
        ("T15", 3, Unit.DAY, "司法确认程序的若干规定》第四条"),
        ("T16", 15, Unit.DAY, "司法确认程序的若干规定》第五条"),
        ("T18b", 6, Unit.MONTH, "第三百七十二条"),
        ("T19", 2, Unit.YEAR, "民事诉讼法》第二百五十条"),
        ("T28", 48, Unit.HOUR, "民事诉讼法》第一百零四条"),
    ],
)
def test_a_term_has_the_length_of_its_provision(id, length, unit, provision):
    term = terms.get(id)

    assert (term.length, term.unit) == (length, unit)
    assert provision in term.article.zh


def test_what_was_not_read_in_the_law_is_marked():
    assert terms.get("T06").is_verified
    assert terms.get("T11").source == "unverified"
    assert terms.get("T46").source == "design"


def test_an_unknown_term_is_named_in_the_error():
    with pytest.raises(UnknownTerm, match="T99"):
        terms.get("T99")
