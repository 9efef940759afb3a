"""What is asked at intake by kind of dispute."""

from datetime import date

import pytest

from engine.cases import causes, intake_fields
from engine.forms.form import AnswersRefused


def test_every_category_that_is_named_exists_and_every_question_has_two_languages():
    for part, categories in intake_fields._parts():
        assert set(categories) <= set(causes.categories())
        for question in part.form.questions:
            assert question.label and question.label_en and question.label != question.label_en


@pytest.mark.parametrize("category, names", [
    ("credit_card", ["all", "loan"]), ("card_theft", ["all", "card_theft"]), ("wealth_product", ["all", "wealth_product"]),
    ("insurance_claim", ["all", "insurance_claim"]), ("surrender", ["all", "surrender"]), ("bank_service", ["all"]),
])
def test_the_category_chooses_the_parts(category, names):
    assert [part.name for part in intake_fields.parts(category)] == names


def test_answers_are_cleaned_and_what_nobody_asks_is_kept():
    details = {"event_on": "2024-05-01", "principal": "50000", "credit_record_effect": True, "court_remark": "急"}
    assert intake_fields.check(details, "credit_card") == details | {"principal": "50000.00"}


@pytest.mark.parametrize("category, details, pointer", [
    ("credit_card", {"principal": "many"}, "/principal"), ("credit_card", {"event_on": "yesterday"}, "/event_on"),
    ("insurance_claim", {"ground": "心情不好"}, "/ground"), ("card_theft", {"card_in_hand": "perhaps"}, "/card_in_hand"),
    ("surrender", {"premiums_paid": "-1"}, "/premiums_paid"), ("loan", {"vulnerable": ["tall"]}, "/vulnerable"),
])
def test_a_wrong_answer_is_told_at_its_place(category, details, pointer):
    with pytest.raises(AnswersRefused) as refusal:
        intake_fields.check(details, category)
    assert [fault["pointer"] for fault in refusal.value.problems] == [pointer]


def test_all_wrong_answers_are_told_at_once():
    with pytest.raises(AnswersRefused) as refusal:
        intake_fields.check({"event_on": "x", "loss": "y"}, "wealth_product")
    assert {fault["pointer"] for fault in refusal.value.problems} == {"/event_on", "/loss"}


def test_answers_are_shown_by_label_in_the_order_they_are_asked():
    details = {"loss": "1200.00", "double_recording": True, "product": "稳盈一号", "remark": "x"}
    assert intake_fields.shown(details, "wealth_product", "zh") == [
        ("产品名称", "稳盈一号"), ("有双录", "是"), ("亏损金额", "¥1,200.00"), ("remark", "x")]


@pytest.mark.parametrize("category, until", [("credit_card", date(2027, 5, 1)), ("insurance_claim", date(2026, 5, 1)),
                                             ("life_insurance", date(2029, 5, 1))])
def test_limitation_is_three_two_or_five_years(category, until):
    found = intake_fields.limitation({"known_on": "2024-05-01"}, category)
    assert found.ends_on == until and found.article.zh


def test_without_a_day_there_is_no_hint():
    assert intake_fields.limitation({}, "credit_card") is None
    assert intake_fields.limitation({"known_on": "29.2."}, "credit_card") is None
