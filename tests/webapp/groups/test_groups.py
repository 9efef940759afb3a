"""The dashboard of a group: cases put in, one made the model, the offer set and the cases told, all by the coordinator."""

import pytest

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db, transaction
from tests.journeys.test_groups import OFFER

pytestmark = pytest.mark.db


def test_a_coordinator_runs_a_group_from_its_pages(browser, refer):
    walk, coordinator = refer(), browser("coordinator")
    walk.to_mediation()
    assert "还没有批次" in coordinator.text("/groups/")
    address = coordinator.post("/groups/", name="手续费批次", issues="手续费是否明示").headers["Location"]
    page = coordinator.post(f"{address}/cases", numbers=f"{walk.case.number}\nST0").text
    assert "已加入" in page and "本组织没有该案件" in page
    assert coordinator.post(f"{address}/model", case=str(walk.case_id)).status_code == 303
    assert coordinator.post(f"{address}/offer", **OFFER).status_code == 409
    with transaction():
        outcomes.conclude(db.session.get(Case, walk.case_id), "O11", "判决", "法院")
    assert coordinator.post(f"{address}/offer", **OFFER | {"percent": "400"}).status_code == 422
    assert coordinator.post(f"{address}/offer", **OFFER).status_code == 303
    assert coordinator.post(f"{address}/contact").status_code == 303
    assert "示范案件" in coordinator.text(address) and "O11" in coordinator.text(address)


def test_another_organisation_does_not_find_the_group(browser, refer):
    refer()
    address = browser("coordinator").post("/groups/", name="批次", issues="争点").headers["Location"]
    assert browser("mediator").get(address).status_code == 403
    assert browser("coordinator").post("/groups/", name="", issues="").status_code == 422
