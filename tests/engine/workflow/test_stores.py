"""Data stores outlive the processes that read and write them."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import runtime, stores, upgrade
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Instance, TraceEntry, UserTask, Version
from tests.engine.workflow.spiff.drawing import gateway, node, script, user
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


COUNT = "<bpmn:script><![CDATA[rate = 1 if rate == None else rate + 1]]></bpmn:script>"


def counting(id_):
    return node("scriptTask", id_, f"{reads()}{writes()}{COUNT}".replace('id="', f'id="{id_}_'))


def test_branches_that_count_side_by_side_lose_nothing(app):
    publish(STORE, *(counting(each) for each in "ab"), gateway("parallel", "f"), "start > f > a > end", "f > b > end")
    start()
    assert held() == 2


def test_who_stood_in_line_when_a_turn_ended_reads_what_was_kept_meanwhile(app):
    heavy = [script(each, "\n".join([f"{each} = 1 + 1"] * 300)) for each in "abc"]
    publish(STORE, *heavy, counting("s"), gateway("parallel", "f"), "start > f", *(f"f > {each} > end" for each in "abcs"))
    key = start()
    with transaction():
        assert db.session.get(Instance, key).under_way_since is not None
        stores.keep(None, "rate", 10)
    while True:
        with transaction():
            if not runtime.take_turn(key):
                break
    assert held() == 11


def test_a_rehearsal_leaves_the_stores_alone(app):
    parts = (STORE, counting("s"), gateway("exclusive", "x"), script("one", "n = n + 1"), gateway("exclusive", "again"),
             user("v"), "start > x > one > again", "again > x [n < 300]", "again > s [n >= 300]", "s > v > end")
    publish(*parts)
    key = start(n=0)
    publish(*parts, user("w"), "v > w > end", number=2)
    with transaction(write=False):
        to = upgrade.target(db.session.scalar(select(Version).filter_by(number=2)))
        found = upgrade.rehearse(db.session.get(Instance, key), to)
    assert [each.element for each in found.after] == ["v"]
    with transaction(write=False):
        assert stores.every() == []
