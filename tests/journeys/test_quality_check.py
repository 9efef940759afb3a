"""An organisation that wants agreements checked first: nobody is asked to sign before its office has passed the text."""

import pytest

from engine.db import db, transaction
from engine.documents import shelf
from engine.errors import Invalid
from engine.inbox.workspace import shown
from engine.mediation import agreement
from engine.mediation.models import OrganisationProfile

POINTS = dict.fromkeys(("point_scope", "point_parties", "point_voluntary", "point_lawful", "point_others", "point_definite",
                        "point_figures", "point_sham"), "ok")


def test_the_office_reads_sends_back_and_passes_the_text_before_anybody_signs(refer, world):
    walk = refer()
    with transaction():
        db.session.get(OrganisationProfile, world.organisation.id).quality_check = True
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    assert walk.open() == ["check_quality"]
    task, coordinator = walk._open("check_quality")[0], world.actor("coordinator")
    assert [paper.id for paper in shown.papers(coordinator, task)] == [shelf.find(walk.case_id, "agreement").id]

    with pytest.raises(Invalid):
        walk.do("check_quality", **{**POINTS, "point_definite": "problem"}, quality="pass")
    walk.do("check_quality", **{**POINTS, "point_definite": "problem"}, quality="send_back", quality_remarks="未写明账户")
    assert walk._open("draft_agreement")[0].data["quality_remarks"] == "未写明账户"
    assert agreement.open_for_signing(walk.case_id) is None and not agreement.is_fixed(walk.case_id)
    walk.to_signing(account="示例银行 0001")
    walk.do("check_quality", **POINTS, quality="pass")
    walk.to_effect()
    assert shelf.find(walk.case_id, "agreement").audience == "filing"
