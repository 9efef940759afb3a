"""The page of institutions' promises: a new version, the history, an end with a reason."""

import pytest
from sqlalchemy import select

from engine.db import db
from engine.tracks.models import Commitment

pytestmark = pytest.mark.db


def terms(world, **changes):
    return {"institution": str(world.bank.id), "limit": "5000", "categories": "credit_card", "valid_from": "2024-01-01",
            "signatory": "行长张三", "reference": "备忘录一号", **changes}


def test_an_administrator_keeps_a_version_and_revokes_it(browser, world):
    admin = browser("admin")
    assert "还没有机构作出承诺" in admin.text("/admin/commitments")
    assert admin.post("/admin/commitments", **terms(world)).status_code == 303
    page = admin.text("/admin/commitments")
    assert "京华银行" in page and "5,000.00" in page and "有效" in page and "信用卡" in page
    row = db.session.scalar(select(Commitment))
    assert admin.post(f"/admin/commitments/{row.id}/revoke", reason="退出").status_code == 303
    assert "撤销：退出" in admin.text("/admin/commitments")


def test_faults_are_said_beside_the_fields(browser, world):
    answer = browser("admin").post("/admin/commitments", **terms(world, limit="-1", signatory=""))
    assert answer.status_code == 422 and db.session.scalar(select(Commitment)) is None


def test_a_mediator_does_not_see_the_page(browser, world):
    assert browser("mediator").get("/admin/commitments").status_code in (403, 404)
