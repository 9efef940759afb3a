"""What was typed beside what is there now, readable even where it would be refused."""

from engine.forms import comparing
from tests.engine.forms.test_form import ACCEPT


def test_every_question_is_compared_as_people_read_it():
    typed = {"decision": "refuse", "amount": "12万5", "reason": "", "terms": [{"amount": "x", "due_on": "2024-05-31"}, {}]}
    now = {"decision": "accept", "amount": "125000.00", "terms": [], "sure": True}

    rows = {row.key: (row.typed, row.now, row.is_same) for row in comparing.compare(ACCEPT, typed, now)}

    assert rows == {
        "decision": ("不接受", "接受", False), "amount": ("¥125,000.00", "¥125,000.00", True), "sure": ("", "是", False),
        "terms": ("金额: x，期限: 2024年5月31日", "", False)}


def test_english_readers_get_english_labels():
    assert comparing.compare(ACCEPT, {"decision": "accept"}, {}, language="en")[0].typed == "Accept"
