"""What a note says out of the process data is read in one's own language, days and moments as people write them."""

import pytest

from engine.forms.form import Form
from webapp.asking import Asking

SAYS = Form.from_row({"id": "asked", "components": [{"type": "note", "label": "x", "says": "told"}]})


@pytest.mark.parametrize(("told", "chinese", "english"), [
    ({"zh": "甲与乙借款合同纠纷", "en": "A and B: loan"}, "甲与乙借款合同纠纷", "A and B: loan"),
    ({"zh": "只有中文"}, "只有中文", "只有中文"),
    ("2026-03-09T14:30:00+08:00", "2026年3月9日（周一）14:30", "Mon 9 Mar 2026, 14:30 (Beijing time)"),
    ("2026-03-09", "2026年3月9日", "9 Mar 2026"), (15, "15", "15"), ("12月的账单", "12月的账单", "12月的账单")])
def test_a_note_is_said_in_the_readers_language(site, told, chinese, english):
    for language, expected in (("zh", chinese), ("en", english)):
        with site.test_request_context(f"/?lang={language}"):
            asking = Asking.fresh(SAYS, {"told": told})
            assert asking.told(SAYS.components[0]) == expected
