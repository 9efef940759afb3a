"""Operators see what processes keep for one another, and may set it with a reason."""

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import stores
from engine.workflow.models import TraceEntry


def held(name):
    with transaction(write=False):
        return stores.held(name)


def test_an_operator_sets_a_store_with_a_reason_that_stays_on_record(browser, world):
    answer = browser("admin").post("/tracing/stores", name="rate", value="[1, 2]", reason="新利率")

    assert answer.status_code == 303 and held("rate") == [1, 2]
    assert "[1, 2]" in browser("admin").text("/tracing/stores") and "手工" in browser("admin").text("/tracing/stores")
    entry = db.session.scalar(select(TraceEntry).filter_by(event="stored"))
    assert (entry.note, entry.detail) == ("新利率", {"name": "rate"})


@pytest.mark.parametrize("change", [{"name": "年 利率"}, {"name": "case"}, {"value": "1 +"}, {"reason": " "}, {"name": "_x"}])
def test_what_cannot_be_kept_is_refused_and_changes_nothing(browser, world, change):
    answer = browser("admin").post("/tracing/stores", **{"name": "rate", "value": "1", "reason": "新利率", **change})

    assert answer.status_code == 422 and held("rate") is None


def test_who_may_only_look_cannot_set_one(browser, world):
    for who in ("coordinator", "mediator", "clerk", "designer"):
        assert browser(who).post("/tracing/stores", name="rate", value="1", reason="试一试").status_code == 403
