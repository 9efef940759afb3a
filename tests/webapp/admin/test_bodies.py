"""The page of bodies: an organisation, institution or regulator joins; the kind of an organisation decides the effect."""

from sqlalchemy import select

from engine.access.models import Body
from engine.db import db
from engine.mediation.models import MediatorProfile, OrganisationProfile

NEW = {"kind": "organisation", "code": "xcjr", "name": "西城金融纠纷人民调解委员会", "effect_kind": "peoples", "fee": "免费"}


def test_an_organisation_joins_and_changes_its_kind(browser, world):
    admin = browser("admin")
    assert admin.post("/admin/bodies", **NEW).status_code == 303
    body = db.session.scalar(select(Body).where(Body.code == "XCJR"))
    assert db.session.get(OrganisationProfile, body.id).kind == "peoples"
    assert "人民调解委员会" in admin.text("/admin/bodies")
    assert admin.post("/admin/bodies/XCJR/kind", kind="industry", fee="每件200元").status_code == 303
    db.session.expire_all()
    kept = db.session.get(OrganisationProfile, body.id)
    assert (kept.kind, kept.fee) == ("industry", "每件200元")
    assert admin.post("/admin/bodies/XCJR/kind", kind="court").status_code == 422
    assert admin.post("/admin/bodies/NOPE/kind", kind="peoples").status_code == 404


def test_an_institution_has_no_kind_of_organisation(browser, world):
    sent = {"kind": "institution", "code": "NEWB", "name": "新银行", "credit_code": "91110000802100433B"}
    assert browser("admin").post("/admin/bodies", **sent).status_code == 303
    body = db.session.scalar(select(Body).where(Body.code == "NEWB"))
    assert db.session.get(OrganisationProfile, body.id) is None


def test_faults_are_said_and_nothing_is_kept(browser, world):
    admin = browser("admin")
    answer = admin.post("/admin/bodies", **NEW | {"code": "坏", "region": "11", "credit_code": "123"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "六位数字" in page and "短横线" in page and "统一社会信用代码" in page
    assert admin.post("/admin/bodies", **NEW | {"code": "BJJR"}).status_code == 409
    assert db.session.scalar(select(Body).where(Body.name == NEW["name"])) is None
    assert browser("mediator").post("/admin/bodies", **NEW).status_code == 403


def test_whoever_becomes_a_mediator_is_on_the_register(browser, world):
    user = world.coordinator.id
    assert browser("admin").post(f"/admin/users/{user}/roles", role="mediator").status_code == 303
    assert db.session.get(MediatorProfile, user).body_id == world.organisation.id
