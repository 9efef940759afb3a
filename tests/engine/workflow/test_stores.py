"""Data stores outlive the processes that read and write them."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import runtime, stores
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import TraceEntry, UserTask
from tests.engine.workflow.spiff.drawing import script, user
from tests.engine.workflow.spiff.test_stores import STORE, reads, writes, writing
from tests.published import publish


def start(key="P", **data):
    with transaction():
        return runtime.start(key, None, data, by="test").id


def complete(instance_id, element, **answers):
    with transaction():
        task = db.session.scalar(select(UserTask).filter_by(instance_id=instance_id, element=element, status="open"))
        runtime.complete_user_task(task, answers, by="Li")


def held(name="rate"):
    with transaction(write=False):
        return stores.held(name)


def test_what_one_process_keeps_another_reads(app):
    publish(STORE, user("u"), writing("s", "rate = fee"), "start > u > s > end")
    publish(STORE, user("v", reads()), "start > v > end", key="Q")
    complete(start(fee=Decimal("3.45")), "u")
    instance_id = start("Q")
    with transaction(write=False):
        assert db.session.scalar(select(UserTask).filter_by(instance_id=instance_id)).data == {"rate": "3.45"}
        assert stores.held("rate") == Decimal("3.45")


def test_what_is_kept_is_on_record_without_its_content(app):
    publish(STORE, user("u", writes()), "start > u > end")
    instance_id = start()
    complete(instance_id, "u", rate=5)
    with transaction(write=False):
        (entry,) = db.session.scalars(select(TraceEntry).filter_by(instance_id=instance_id, event="stored"))
        (row,) = stores.every()
        assert (entry.detail, row.name, row.content, row.instance_id) == ({"name": "rate"}, "rate", 5, instance_id)


def test_a_step_that_fails_keeps_nothing(app):
    publish(STORE, user("u"), writing("s", "rate = 1"), script("bad", "x = 1 / 0"), "start > u > s > bad > end")
    instance_id = start()
    with pytest.raises(ProcessFailed):
        complete(instance_id, "u")
    assert held() is None


def test_many_who_count_at_once_lose_nothing(app):
    count = f'{reads()}{writes()}<bpmn:script><![CDATA[rate = 1 if rate == None else rate + 1]]></bpmn:script>'
    publish(STORE, f'<bpmn:scriptTask id="s">{count}</bpmn:scriptTask>', user("u"), "start > s > u > end")

    def one(_number):
        with app.app_context():
            start()
            db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(12)))
    assert held() == 12
