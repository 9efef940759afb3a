"""What the history of a case says of messages, and whose word they are."""

import re
from pathlib import Path

import pytest

from engine import clock
from engine.inbox.workspace import internal
from engine.workflow.models import TraceEntry
from webapp import sayings
from webapp.cases import timeline

NAME = re.compile(r'<bpmn:message id="[^"]*" name="([^"]+)"')


def test_every_message_of_a_diagram_has_words_for_the_history():
    drawn = {name for file in Path("bpmn").glob("*/process.bpmn") for name in NAME.findall(file.read_text(encoding="utf-8"))}

    assert drawn - set(internal.MESSAGES) <= set(sayings.EVERY)


@pytest.mark.parametrize(("name", "kind", "told"), [
    ("confirmation_ruled", "court", "收到消息：法院对司法确认申请作出裁定"),
    ("party_leaving", "person", "提出：一名当事人单独退出"),
    ("model_result", "system", "平台转告：本批次的示范案件已有结果")])
def test_what_the_platform_passes_on_does_not_read_as_word_from_outside(site, name, kind, told):
    entry = TraceEntry(event="message_received", actor="", at=clock.now(), note="", detail={"name": name})

    with site.test_request_context("/?lang=zh"):
        line = timeline._line(entry, None, {})

    assert (line.kind, line.text) == (kind, told)


@pytest.mark.parametrize(("kept", "told"), [
    ({}, "按节假日安排重新计算，届满日由 2027年1月20日（周三）24:00 改为 2027年1月5日（周二）24:00：诉前调解期限（日历 abc）"),
    ({"kept": True}, "按节假日安排应于 2027年1月5日（周二）24:00 届满，该日已过，"
                     "仍以 2027年1月20日（周三）24:00 为届满日：诉前调解期限（日历 abc）")])
def test_the_history_says_whether_an_end_moved_or_was_kept_when_the_calendar_changed(site, kept, told):
    detail = {"term": "T06", "old": "2027-01-20T16:00:00+00:00", "new": "2027-01-05T16:00:00+00:00", "calendar": "abc", **kept}
    entry = TraceEntry(event="term_recounted", actor="clock", at=clock.now(), note="", detail=detail)

    with site.test_request_context("/?lang=zh"):
        assert timeline._line(entry, None, {}).text == told
