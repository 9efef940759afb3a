"""What a page without JavaScript sends becomes answers."""

from engine.forms import flat
from engine.forms.form import Form

FORM = Form.from_row({"id": "x", "components": [
    {"key": "name", "type": "text", "label": "姓名"},
    {"key": "agreed", "type": "checkbox", "label": "同意"},
    {"key": "ways", "type": "checklist", "label": "方式",
     "values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]},
    {"key": "terms", "type": "table", "label": "条款", "columns": [
        {"key": "kind", "type": "select", "label": "种类", "values": [{"value": "pay", "label": "付款"}]},
        {"key": "amount", "type": "money", "label": "金额"}]},
]})


def test_flat_fields_become_answers():
    sent = {"name": ["李"], "agreed": ["on"], "ways": ["a", "b"], "terms-0-kind": ["pay"], "terms-0-amount": ["5"]}

    assert flat.gather(FORM, sent) == {
        "name": "李", "agreed": True, "ways": ["a", "b"], "terms": [{"kind": "pay", "amount": "5"}]}


def test_boxes_left_empty_are_answers_too():
    assert flat.gather(FORM, {"name": [""]}) == {"name": "", "agreed": False, "ways": [], "terms": []}


def test_rows_keep_their_order_and_empty_ones_are_dropped():
    values = {"terms-10-amount": ["10"], "terms-2-amount": ["2"], "terms-3-kind": ["pay"], "terms-3-amount": [""]}

    assert [row["amount"] for row in flat.gather(FORM, values)["terms"]] == ["2", "10"]
