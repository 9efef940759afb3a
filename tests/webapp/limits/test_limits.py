"""The pages of standing authority: the institution's registry, the approver's task, what others are told."""

import pytest
from sqlalchemy import select

from engine.access.models import Role
from engine.cases.models import AuthorityLimit
from engine.db import db, transaction
from engine.inbox import approvals
from engine.workflow import starts
from engine.workflow.models import UserTask, Version
from tests import factories
from tests.webapp.conftest import Browser


@pytest.fixture
def staff(site, world):
    with transaction():
        people = {key: factories.user(name, role, world.bank, login=key) for key, name, role in (
            ("keeper", "授权管理员", Role.INSTITUTION_ADMIN), ("boss", "审批科长", Role.INSTITUTION_APPROVER))}
    return {key: Browser(site).sign_in(user) for key, user in people.items()} | {"boss_id": people["boss"].id}


def limit(**changes):
    return {"holder": "handler", "concession": "5000", "valid_from": "2024-01-01", "reference": "授权书一号", **changes}


def test_the_institutions_administrator_keeps_a_limit_and_revokes_it(staff, browser):
    keeper = staff["keeper"]
    assert "尚未设定授权限额" in keeper.text("/limits/")
    assert keeper.post("/limits/", **limit()).status_code == 303
    page = keeper.text("/limits/")
    assert "全体经办人" in page and "5,000.00" in page and "授权书一号" in page
    assert 'name="approver"' not in page and 'name="approver"' in keeper.post("/limits/form", holder="approver").text
    row = db.session.scalar(select(AuthorityLimit))
    assert keeper.post("/limits/", **limit(concession="-1")).status_code == 422
    assert keeper.post(f"/limits/{row.id}/revoke", reason="调离").status_code == 303
    assert "撤销：调离" in keeper.text("/limits/")
    assert browser("handler").get("/limits/").status_code in (403, 404)


def test_the_handler_waits_the_approver_decides_and_the_mediator_sees_no_sums(staff, browser, refer):
    keeper = staff["keeper"]
    keeper.post("/limits/", **limit())
    keeper.post("/limits/", **limit(holder="approver", approver=str(staff["boss_id"]), level="1", concession="9000"))
    with transaction():
        starts.renew(db.session.scalar(select(Version).where(Version.process_key == approvals.PROCESS)))
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.do("sign_agreement", answer="sign")
    task = walk._open("sign_agreement")[0]
    handler, boss = browser("handler"), staff["boss"]
    page = handler.text(f"/inbox/tasks/{task.id}")
    shown = page.partition('name="hash_shown" value="')[2][:64]
    assert handler.post(f"/inbox/tasks/{task.id}/complete", answer="sign", hash_shown=shown).status_code == 303
    assert "等待审批科长审批" in handler.text(f"/inbox/tasks/{task.id}")
    walk.work()
    asked = db.session.scalar(select(UserTask).where(UserTask.element == "approve_settlement"))
    assert "8,000.00" in boss.text(f"/inbox/tasks/{asked.id}") and "审批拟同意的金额" in boss.text("/inbox/")
    mediator = browser("mediator").text(f"/cases/{walk.case.number}")
    assert "授权待确认" in mediator and "审批科长" not in mediator and "5,000.00" not in mediator
    assert boss.post(f"/inbox/tasks/{asked.id}/complete", decision="approve").status_code == 303
    walk.work()
    assert "授权已确认" in browser("mediator").text(f"/cases/{walk.case.number}")
    assert "已批准：现在可以签署" in handler.text(f"/cases/{walk.case.number}")
    assert handler.post(f"/inbox/tasks/{task.id}/complete", answer="sign", hash_shown=shown).status_code == 303
    walk.work()
    assert "sign_as_mediator" in walk.open()
