"""Operators find, understand and repair; they read no case content."""

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import incidents
from engine.workflow.models import CallAttempt, CallStatus, Incident, OperationCall, TraceEntry


@pytest.fixture
def stuck(refer):
    """A case whose first call is stuck."""
    walk = refer()
    with transaction():
        call = db.session.scalar(select(OperationCall))
        call.status, call.attempts, call.last_error = CallStatus.STUCK, 1, "TimeoutError: no answer"
        db.session.add(CallAttempt(call_id=call.id, number=1, worker="w1", outcome="lost", error="TimeoutError: no answer"))
        incidents.report(f"call {call.id}", "call_stuck", call.last_error, walk.case_id, call.instance_id, call.element)
    walk.call_id, walk.instance_id = call.id, call.instance_id
    return walk


def call_of(walk) -> OperationCall:
    db.session.rollback()
    return db.session.get(OperationCall, walk.call_id, populate_existing=True)


def test_what_is_stuck_is_found_in_many_ways(browser, stuck):
    admin = browser("admin")

    by_id = (stuck.case.number, f"%23{stuck.instance_id}", f"call-{stuck.call_id}")

    for words in (*by_id, "cases.assign", "call_stuck", "court_med"):
        assert f"/tracing/{stuck.instance_id}" in admin.get(f"/tracing/?q={words}").text.split('id="list"')[1], words
    assert f"/tracing/{stuck.instance_id}" not in admin.get("/tracing/?q=nothing-like-this").text.split('id="list"')[1]


def test_the_page_shows_calls_with_attempts_and_errors_and_the_diagram(browser, stuck):
    page = browser("admin").text(f"/tracing/{stuck.instance_id}")

    assert "TimeoutError: no answer" in page and "w1" in page and 'data-island="trace"' in page and "卡住" in page


def test_the_overlay_gives_position_and_history(browser, stuck):
    marks = browser("admin").get(f"/tracing/{stuck.instance_id}/overlay.json").json["processes"][0]["marks"]

    assert marks["assign_organisation"] == "stuck" and "done" in marks.values()


def test_operators_read_no_case_content(browser, stuck):
    page = browser("admin").text(f"/tracing/{stuck.instance_id}")

    for secret in ("王小明", "16600001234", "分期手续费", "退还手续费", "12000"):
        assert secret not in page


def test_a_retry_needs_a_reason(browser, stuck):
    answer = browser("admin").post(f"/tracing/calls/{stuck.call_id}/retry", reason="  ")

    assert answer.status_code == 422 and call_of(stuck).status == CallStatus.STUCK


def test_a_retry_runs_the_call_and_leaves_its_reason_in_the_cases_history(browser, stuck):
    answer = browser("admin").post(f"/tracing/calls/{stuck.call_id}/retry", reason="网关已恢复")
    stuck.work()

    assert answer.status_code == 303 and call_of(stuck).status == CallStatus.DONE
    assert db.session.scalar(select(Incident)).resolution == "网关已恢复"
    page = browser("coordinator").text(f"/cases/{stuck.case.number}")
    assert "管理员安排重试" in page and "网关已恢复" in page


def test_the_second_retry_is_told_it_is_too_late(browser, stuck):
    admin = browser("admin")
    admin.post(f"/tracing/calls/{stuck.call_id}/retry", reason="网关已恢复")

    assert admin.post(f"/tracing/calls/{stuck.call_id}/retry", reason="再试").status_code == 409
    assert db.session.scalar(select(CallAttempt)).outcome == "looked_into"


def test_an_incident_is_closed_with_a_reason_once(browser, stuck):
    incident, admin = db.session.scalar(select(Incident)), browser("admin")

    assert admin.post(f"/tracing/incidents/{incident.id}/resolve", reason="").status_code == 422
    assert admin.post(f"/tracing/incidents/{incident.id}/resolve", reason="已人工处理").status_code == 303
    assert admin.post(f"/tracing/incidents/{incident.id}/resolve", reason="又一次").status_code == 409
    assert db.session.scalar(select(TraceEntry).where(TraceEntry.event == "incident_resolved")).note == "已人工处理"


@pytest.mark.parametrize("who", ["coordinator", "mediator", "clerk", "judge", "handler", "designer", "regulator"])
def test_only_operators_trace(browser, stuck, who):
    person = browser(who)

    assert person.get(f"/tracing/{stuck.instance_id}").status_code == 403
    assert person.post(f"/tracing/calls/{stuck.call_id}/retry", reason="试试").status_code == 403
    assert call_of(stuck).status == CallStatus.STUCK


def test_a_missing_instance_is_404(browser, stuck):
    assert browser("admin").get("/tracing/99999").status_code == 404
    assert browser("admin").get("/tracing/99999/overlay.json").status_code == 404
    assert browser("admin").post("/tracing/calls/99999/retry", reason="xx").status_code == 404


def test_administrators_are_warned_when_no_worker_is_there(browser, stuck):
    assert "一分多钟没有看到后台进程" in browser("admin").text("/tracing/")
    assert "后台进程" not in browser("coordinator").text("/inbox/")
