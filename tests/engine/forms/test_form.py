"""One file, three uses: check, show, sum up."""

import json

import pytest

from engine.forms.form import AnswersRefused, Form, FormRefused

ACCEPT = Form.from_row({
    "id": "accept", "title": "是否接受委派", "title_en": "Accept the referral",
    "components": [
        {"type": "note", "label": "三个工作日内答复。"},
        {"key": "decision", "type": "radio", "label": "决定", "label_en": "Decision", "required": True,
         "values": [{"value": "accept", "label": "接受", "label_en": "Accept"}, {"value": "refuse", "label": "不接受"}]},
        {"key": "reason", "type": "textarea", "label": "理由", "required": True, "max_length": 10,
         "show_if": 'decision == "refuse"'},
        {"key": "mediator", "type": "select", "label": "调解员", "options_from": "candidates"},
        {"key": "amount", "type": "money", "label": "金额"},
        {"key": "sure", "type": "checkbox", "label": "已核对"},
        {"key": "terms", "type": "table", "label": "条款", "columns": [
            {"key": "amount", "type": "money", "label": "金额", "required": True},
            {"key": "due_on", "type": "date", "label": "期限"}]},
    ],
})


def problems(answers, data=None):
    with pytest.raises(AnswersRefused) as refused:
        ACCEPT.check(answers, data)
    return {each["pointer"]: each["code"] for each in refused.value.problems}


def test_a_note_says_what_the_process_knows_and_nothing_when_it_does_not():
    note = Form.from_row({"id": "asked", "components": [
        {"type": "note", "label": "延长的天数：", "says": 'get(extension, "days", "")'}]}).components[0]
    assert note.told({"extension": {"days": 15}}) == 15
    assert note.told({"extension": {}}) == note.told({}) == ""
    with pytest.raises(FormRefused) as refused:
        Form.from_row({"id": "asked", "components": [{"type": "note", "label": "x", "says": "1 +"}]})
    assert refused.value.problems[0]["pointer"] == "/components/0/says"


def test_good_answers_come_back_cleaned_and_fit_for_json():
    cleaned = ACCEPT.check({"decision": "accept", "amount": "１２，３４５.6", "stranger": "x", "terms": [{"amount": "12万5"}]})

    assert cleaned == {"decision": "accept", "mediator": None, "amount": "12345.60", "sure": False,
                       "terms": [{"amount": "125000.00", "due_on": None}]}
    json.dumps(cleaned)


def test_all_faults_are_named_at_once():
    assert problems({"amount": "1.234", "terms": [{"amount": "1"}, {"amount": "", "due_on": "2024-02-30"}]}) == {
        "/decision": "required", "/amount": "decimals", "/terms/1/amount": "required", "/terms/1/due_on": "date"}


def test_a_question_is_needed_only_when_its_condition_holds():
    assert "reason" not in ACCEPT.check({"decision": "accept", "reason": "left over"})
    assert problems({"decision": "refuse"}) == {"/reason": "required"}
    assert problems({"decision": "refuse", "reason": "很" * 11}) == {"/reason": "too_long"}


def test_choices_come_from_the_process_data_with_their_own_type():
    data = {"candidates": [{"id": 7, "name": "李调解", "reason": "专长相符"}]}

    assert ACCEPT.check({"decision": "accept", "mediator": "7"}, data)["mediator"] == 7
    assert problems({"decision": "accept", "mediator": "8"}, data) == {"/mediator": "choice"}
    assert problems({"decision": "accept", "mediator": "7"}) == {"/mediator": "choice"}


@pytest.mark.parametrize("nonsense", [True, ["a"], {"a": 1}, "abc", "NaN", "1e5", "-5", "99999999999999999999"])
def test_an_amount_must_be_an_amount(nonsense):
    assert "/amount" in problems({"decision": "accept", "amount": nonsense})


@pytest.mark.parametrize("nonsense", ["a\x00b", "\u202eabc", 5, ["x"]])
def test_text_that_cannot_be_shown_is_refused(nonsense):
    assert "/reason" in problems({"decision": "refuse", "reason": nonsense})


def test_unicode_blanks_are_no_answer():
    assert problems({"decision": "refuse", "reason": "\u3000\u200b "}) == {"/reason": "required"}


def test_a_summary_shows_answers_in_the_readers_language():
    answers = ACCEPT.check({"decision": "accept", "amount": "1234.5", "terms": [{"amount": "1", "due_on": "2024-05-01"}]})

    assert ACCEPT.summary(answers, language="en")[0] == ("Decision", "Accept")
    assert ("金额", "¥1,234.50") in ACCEPT.summary(answers)
    assert ("条款", "金额: ¥1.00，期限: 2024年5月1日") in ACCEPT.summary(answers)


def test_only_what_applies_is_shown():
    assert "reason" not in [each.key for each in ACCEPT.shown({"decision": "accept"})]
    assert "reason" in [each.key for each in ACCEPT.shown({"decision": "refuse"})]


def test_a_form_file_with_faults_is_refused_with_all_of_them():
    with pytest.raises(FormRefused) as refused:
        Form.read(json.dumps({"id": "x", "components": [
            {"key": "A b", "type": "text", "label": "x"}, {"key": "a", "type": "colour", "label": "x"},
            {"key": "b", "type": "select", "label": "x"}, {"key": "c", "type": "text", "label": "x", "show_if": "a.b"}]}))

    assert [each["pointer"] for each in refused.value.problems] == [
        "/components/0/key", "/components/1/type", "/components/2/values", "/components/3/show_if"]
    with pytest.raises(FormRefused):
        Form.read("{")
