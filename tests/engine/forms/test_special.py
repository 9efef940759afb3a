"""Text with formatting, a party, a schedule of payments, files: the server judges each, whatever a page sends."""

import pytest

from engine.forms import flat, rich
from engine.forms.form import AnswersRefused, Form, FormRefused

PARTIES = {"parties": [{"id": 3, "side": "applicant", "name": "王小明"}, {"id": 4, "side": "respondent", "name": "京华银行"}]}
FORM = Form.from_row({"id": "special", "components": [
    {"key": "record", "type": "richtext", "label": "记录"},
    {"key": "payer", "type": "party", "label": "付款人", "sides": ["respondent"]},
    {"key": "amount", "type": "money", "label": "总额"},
    {"key": "plan", "type": "schedule", "label": "分期", "total": "amount"},
    {"key": "proof", "type": "file", "label": "凭证", "media": ["application/pdf"], "max": 1},
]})
PDF = {"name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64}


def wrong(**answers):
    with pytest.raises(AnswersRefused) as refused:
        FORM.check(answers, PARTIES)
    return {each["pointer"]: each["code"] for each in refused.value.problems}


@pytest.mark.parametrize("raw, kept", [
    ("<p>同意<strong>退款</strong></p>", "<p>同意<strong>退款</strong></p>"),
    ("第一段\n换行\n\n第二段", "<p>第一段<br>换行</p><p>第二段</p>"),
    ("<p onclick='x()'>a<script>alert(1)</script><img src=x onerror=y><a href='javascript:z'>b</a></p>", "<p>ab</p>"),
    ("金额 < 100 & 利息 <1%", "<p>金额 &lt; 100 &amp; 利息 &lt;1%</p>"),
    ("<svg><p>x</svg><style>p{}</style><math><mi>y", "<p>x</p>"),
])
def test_only_a_few_tags_remain_of_formatted_text(raw, kept):
    assert FORM.check({"record": raw}, PARTIES)["record"] == kept


def test_formatted_text_is_summed_up_by_its_words_and_is_never_only_tags():
    assert FORM.summary({"record": "<p>同意</p><ul><li>甲</li><li>乙</li></ul>"}) == [("记录", "同意\n甲\n乙")]
    assert wrong(record="<p><br></p>") == {"/record": "required"}
    assert wrong(record="x" * 20_001) == {"/record": "too_long"} and wrong(record=["x"]) == {"/record": "type"}


def test_a_party_is_one_of_the_cases_own_on_the_side_that_is_asked():
    assert FORM.check({"payer": "4"}, PARTIES)["payer"] == 4
    assert FORM.summary({"payer": 4}, PARTIES) == [("付款人", "京华银行")]
    for raw in ("3", "5", "", True, [4]):
        if raw != "":
            assert wrong(payer=raw) == {"/payer": "choice"}, raw


def test_a_schedule_goes_by_days_and_adds_up_to_the_cent():
    rows = [{"due_on": "2026-01-31", "amount": "33.33"}, {"due_on": "2026-02-28", "amount": "66.67"}]
    told = FORM.check({"amount": "100", "plan": rows}, PARTIES)
    assert told["plan"] == rows and "合计 ¥100.00" in dict(FORM.summary(told, PARTIES))["分期"]
    assert wrong(amount="100.01", plan=rows) == {"/plan": "sum"}
    assert wrong(amount="100", plan=rows[::-1]) == {"/plan/1/due_on": "order"}
    assert wrong(plan=[{"due_on": "x", "amount": "0"}, {}]) == {
        "/plan/0/due_on": "date", "/plan/0/amount": "min", "/plan/1/due_on": "required", "/plan/1/amount": "required"}
    assert wrong(plan=[rows[0]] * 121) == {"/plan": "too_long"} and wrong(plan="x") == {"/plan": "type"}


def test_files_are_counted_and_judged_by_kind_and_no_text_passes_for_one():
    assert FORM.check({"proof": [PDF]}, PARTIES)["proof"] == [PDF]
    assert wrong(proof=[PDF, PDF]) == {"/proof": "max"} and wrong(proof="a.pdf") == {"/proof": "type"}
    assert wrong(proof=[{**PDF, "media_type": "image/png"}]) == {"/proof": "kind"}
    assert flat.gather(FORM, {"proof": ['[{"sha256": "x"}]'], "plan-0-amount": ["5"]}) == {
        "proof": [], "plan": [{"amount": "5"}]}


def test_a_form_says_rightly_who_may_see_its_files_and_what_adds_up():
    for fault in ({"audience": "everybody"}, {"media": "pdf"}, {"sides": [1]}, {"total": "a b"}):
        with pytest.raises(FormRefused):
            Form.from_row({"id": "x", "components": [{"key": "a", "type": "file", "label": "a", **fault}]})
    with pytest.raises(FormRefused):
        Form.from_row({"id": "x", "components": [{"key": "t", "type": "table", "label": "t", "columns": [
            {"key": "f", "type": "file", "label": "f"}]}]})


OF_TERMS = Form.from_row({"id": "of", "components": [
    {"key": "terms", "type": "table", "label": "条款", "columns": [
        {"key": "amount", "type": "money", "label": "金额"}, {"key": "text", "type": "text", "label": "内容"}]},
    {"key": "plan", "type": "schedule", "label": "分期", "of": "terms", "earliest": "2026-01-01"}]})


def test_a_schedule_of_a_tables_rows_adds_up_to_each_of_them():
    terms = [{"amount": "100"}, {"text": "道歉"}, {"amount": "5"}]
    def rows(*told):
        return [{"term": term, "due_on": f"2026-0{month}-01", "amount": amount} for term, month, amount in told]
    right = OF_TERMS.check({"terms": terms, "plan": rows((1, 2, "40"), (3, 1, "5"), (1, 3, "60"))})
    assert [row["term"] for row in right["plan"]] == [1, 3, 1]
    assert dict(OF_TERMS.summary(right))["分期"].splitlines()[2] == "第1条  合计 100.00"

    def faults(plan):
        with pytest.raises(AnswersRefused) as refused:
            OF_TERMS.check({"terms": terms, "plan": plan})
        return {(each["pointer"], each["code"]) for each in refused.value.problems}
    assert faults(rows((1, 2, "40"), (1, 2, "60"))) == {("/plan/1/due_on", "order")}
    assert faults(rows((1, 2, "40"), (1, 3, "59.99"))) == {("/plan", "sum")}
    assert faults(rows((2, 1, "1"), (4, 1, "1"))) == {("/plan/0/term", "term"), ("/plan/1/term", "term")}
    assert faults([{"term": "x", "due_on": "2025-12-31", "amount": ""}]) == {
        ("/plan/0/term", "number"), ("/plan/0/due_on", "min"), ("/plan/0/amount", "required")}
    for fault in ({"of": "nothing"}, {"of": "a b"}, {"of": "terms", "earliest": "soon"}):
        with pytest.raises(FormRefused):
            Form.from_row({"id": "x", "components": [{"key": "plan", "type": "schedule", "label": "p", **fault}]})


@pytest.mark.parametrize("text, kinds, words", [
    ("<p>甲<strong>乙<em>丙</em></strong></p>", ["paragraph"], [[["甲", "乙", "丙"]]]),
    ("一\n\n二", ["paragraph", "paragraph"], [[["一"]], [["二"]]]),
    ("散<blockquote>引</blockquote><ul>\n<li><p>甲</p></li><li>乙<ul><li>丙</li></ul></li></ul>末", [
        "paragraph", "quotation", "bullets", "paragraph"], [[["散"]], [["引"]], [["甲"], ["乙"], ["丙"]], [["末"]]]),
    ("<ol><li></li></ol><p><br></p><script>x</script>", [], []),
])
def test_formatted_text_is_read_as_blocks_of_words(text, kinds, words):
    found = rich.blocks(text)
    assert [block["kind"] for block in found] == kinds
    assert [[[run["text"] for run in item] for item in block["items"]] for block in found] == words
