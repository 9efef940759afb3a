"""Operators help a process by hand from its page: a reason is needed, and the case's history keeps it."""

import pytest
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import Instance, OperationCall, TraceEntry


@pytest.fixture
def running(refer):
    """A case that waits for its first call."""
    walk = refer()
    walk.instance_id = db.session.scalar(select(Instance.id))
    return walk


def instance(walk) -> Instance:
    db.session.rollback()
    return db.session.get(Instance, walk.instance_id, populate_existing=True)


def token() -> str:
    return db.session.scalar(select(OperationCall.token).order_by(OperationCall.id.desc()))


def test_the_page_offers_every_act_with_the_steps_by_name(browser, running):
    page = browser("admin").text(f"/tracing/{running.instance_id}")

    for act in ("move", "skip", "repeat", "values", "suspend", "cancel"):
        assert f'action="/tracing/{running.instance_id}/{act}"' in page
    assert "协助本流程" in page and f'value="{token()}"' in page and 'value="accept_referral"' in page


def test_auditors_read_but_do_not_help(browser, running):
    assert "/suspend" not in browser("admin").text("/tracing/")
    for who in ("coordinator", "mediator", "clerk", "designer"):
        assert browser(who).post(f"/tracing/{running.instance_id}/suspend", reason="试一试").status_code == 403
    assert instance(running).status == "running"


@pytest.mark.parametrize("act, fields", [
    ("move", {"token": "t", "element": "accept_referral"}), ("skip", {"token": "t"}), ("repeat", {"token": "t"}),
    ("values", {"name": "outcome", "value": "'O07'"}), ("suspend", {}), ("cancel", {}),
])  # fmt: skip
def test_each_act_needs_a_reason(browser, running, act, fields):
    answer = browser("admin").post(f"/tracing/{running.instance_id}/{act}", reason=" ", **fields)

    assert answer.status_code == 422 and not any(db.session.scalars(select(TraceEntry.note)))


def test_a_step_is_skipped_and_the_case_tells_why(browser, running):
    answer = browser("admin").post(f"/tracing/{running.instance_id}/skip", token=token(), reason="对方系统停用")

    assert answer.status_code == 303 and instance(running).position != []
    entry = db.session.scalar(select(TraceEntry).where(TraceEntry.event == "element_skipped"))
    assert entry.note == "对方系统停用" and entry.detail["before"] != entry.detail["after"]
    page = browser("admin").text(f"/tracing/{running.instance_id}")
    assert "对方系统停用" in page and f"<code>{entry.detail['before'][0][1]}</code>" in page
    assert "管理员跳过了" in browser("clerk").text(f"/cases/{running.case.number}")


def test_a_step_goes_on_elsewhere(browser, running):
    answer = browser("admin").post(
        f"/tracing/{running.instance_id}/move", token=token(), element="accept_referral", reason="已电话确认")

    assert answer.status_code == 303 and ["court_mediation", "accept_referral"] in instance(running).position


def test_what_cannot_be_done_is_a_conflict_with_its_reason(browser, running):
    answer = browser("admin").post(f"/tracing/{running.instance_id}/move", token=token(), element="nowhere", reason="试一试")

    assert answer.status_code == 409 and "nowhere" in answer.text
    assert browser("admin").post("/tracing/99999/skip", token="t", reason="试一试").status_code == 404


@pytest.mark.parametrize("name, value, status", [
    ("outcome", "'O07'", 303), ("outcome", "import os", 422), ("case", "1", 422), ("outcome", "", 422),
])  # fmt: skip
def test_a_value_is_set_as_diagrams_write_it_or_refused(browser, running, name, value, status):
    answer = browser("admin").post(f"/tracing/{running.instance_id}/values", name=name, value=value, reason="录入有误")

    assert answer.status_code == status


def test_a_process_rests_and_goes_on(browser, running):
    admin = browser("admin")
    admin.post(f"/tracing/{running.instance_id}/suspend", reason="等待核实")

    assert instance(running).status == "suspended"
    assert f"/tracing/{running.instance_id}" in admin.text("/tracing/?state=suspended")
    assert admin.post(f"/tracing/{running.instance_id}/suspend", reason="再一次").status_code == 409
    assert "已暂停" in admin.text(f"/tracing/{running.instance_id}")
    assert admin.post(f"/tracing/{running.instance_id}/resume", reason="核实完毕").status_code == 303
    assert instance(running).status == "running"


def test_a_cancelled_process_opens_again_and_its_case_with_it(browser, running):
    admin = browser("admin")
    admin.post(f"/tracing/{running.instance_id}/cancel", reason="误立")
    assert instance(running).status == "cancelled"
    assert f'action="/tracing/{running.instance_id}/reopen"' in admin.text(f"/tracing/{running.instance_id}")

    answer = admin.post(f"/tracing/{running.instance_id}/reopen", element="accept_referral", reason="更正")

    assert answer.status_code == 303 and instance(running).position == [["court_mediation", "accept_referral"]]
    assert db.session.scalar(select(Case)).closed_at is None


def test_a_process_whose_state_cannot_be_read_is_still_shown(browser, running):
    with transaction():
        db.session.get(Instance, running.instance_id).state = b"{"

    assert "协助本流程" not in browser("admin").text(f"/tracing/{running.instance_id}")
    answer = browser("admin").post(f"/tracing/{running.instance_id}/skip", token="t", reason="试一试")
    assert answer.status_code == 409 and instance(running).status == "running"
