"""An incident says in words what happened and what to do, in both languages; its kind stays beside it to be searched for."""

import re
from pathlib import Path

import pytest

from engine.db import transaction
from engine.workflow import incidents
from webapp.tracing.words import INCIDENTS

ROOT = Path(__file__).resolve().parents[3]
REPORTED = re.compile(r'(?:Stuck\([^\n]*|_compare\("\w+"|report\([^\n]*?|\bKIND = [^\n]*?), "([a-z]+_[a-z_]+)"')


def test_every_kind_that_is_reported_by_name_has_its_words():
    files = [path for folder in ("engine", "workers") for path in (ROOT / folder).rglob("*.py")]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found = set(REPORTED.findall(sources))

    assert {"not_delivered", "call_overdue", "not_archived", "inputs_refused"} <= found <= set(INCIDENTS)


@pytest.mark.parametrize(("kind", "chinese", "english"), [
    ("no_time_stamp", "时间戳服务没有正常答复", "The time-stamping authority does not answer"),
    ("not_archived", "未能加盖长期保存时间戳", "could not get its time stamp for the long term"),
    ("something_new", "流程在此处无法继续", "A process cannot go on at this place")])
def test_the_page_says_what_happened_and_what_to_do(browser, kind, chinese, english):
    with transaction():
        incidents.report("document 7", kind, "why")
    admin = browser("admin")

    assert chinese in admin.text("/tracing/") and english in admin.text("/tracing/?lang=en") and kind in admin.text("/tracing/")
