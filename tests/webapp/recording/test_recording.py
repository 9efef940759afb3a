"""Staff write applications down: for who comes or calls, and for their own institution; nobody for another one."""

import io
import re

import pytest
from sqlalchemy import select

from engine.access.models import Role, RoleGrant
from engine.cases.models import ApplicationDraft, Case, Referral
from engine.db import db, transaction
from engine.documents.models import Document
from engine.mediation.models import Consent, OrganisationProfile
from engine.notices.models import ServiceAddress
from engine.workflow.models import Instance
from tests.journeys.walking import Walk

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DISPUTE = {"cause": "信用卡纠纷", "statement": "分期手续费没有告知。", "claim": "退还手续费", "amount": "1200",
           "product": "白金卡"}
ADDRESS = {"phone": "16600001234", "postcode": "200120", "address": "上海市浦东新区世纪大道一号", "agrees": "no",
           "warned": "true"}
PERSON = {"name": "王小明", "id_type": "resident_id", "id_number": "11010519491231002X", "phone": "16600001234",
          "home": "上海市浦东新区世纪大道一号"}
COUNTER = {
    "who": {**PERSON, "channel": "counter", "identity": "counter", "needs": "elderly"},
    "against": {"institution": "JHYH", "category": "credit_card"},
    "dispute": DISPUTE, "evidence": {"evidence_list": "账单"}, "address": ADDRESS,
    "read_back": {"source": "signed", "mediation": "true", "privacy": "true", "truthful": "true", "read": "true"},
}
INSTITUTION = {
    "customer": {**PERSON, "kind": "natural", "category": "credit_card", "organisation": "BJJR"},
    "dispute": {**DISPUTE, "claim": "归还欠款"}, "evidence": {"evidence_list": "合同"},
    "address": {**ADDRESS, "phone": "02168880000"}, "declared": {"mediation": "true", "truthful": "true"},
}


def began(desk, kind: str) -> str:
    """The address of a new draft."""
    answer = desk.post("/applications/", kind=kind)
    assert answer.status_code == 303, answer.text[:500]
    return re.match(r"(/applications/\d+)/steps/", answer.headers["Location"])[1]


def fill(desk, address: str, steps: dict, **changes) -> None:
    for step, answers in steps.items():
        answer = desk.post(f"{address}/steps/{step}", **{**answers, **changes.get(step, {})})
        assert answer.status_code == 303, (step, re.findall(r'invalid-note">.*?</svg> ([^<]*)', answer.text))


@pytest.mark.db
def test_an_application_at_the_counter_becomes_a_case_that_says_who_wrote_it_down(browser, world, shipped):
    desk = browser("coordinator")
    address = began(desk, "counter")
    fill(desk, address, COUNTER)
    assert desk.post(f"{address}/steps/evidence", add="1", files=(io.BytesIO(PDF), "账单.pdf")).status_code == 303
    page = desk.text(address)
    assert "退还手续费" in page and "账单.pdf" in page and "尚未填写" not in page
    assert desk.post(f"{address}/submit").status_code == 303

    case, row = db.session.scalar(select(Case)), db.session.scalar(select(Referral))
    person = next(one for one in case.participants if one.side == "applicant")
    assert (case.regime, case.channel, case.organisation_id) == ("C", "party", world.organisation.id)
    assert (person.name, person.phone, person.needs) == ("王小明", "16600001234", ["elderly"])
    assert (row.channel, row.recorded_by) == ("counter", world.coordinator.name)
    assert row.proof == {"channel": "counter", "identity": "counter", "source": "signed", "read_back": True, "remark": ""}
    said = {one.subject: one for one in db.session.scalars(select(Consent))}
    assert said["mediation"].channel == "staff" and said["mediation"].detail == {"channel": "counter", "source": "signed"}
    assert said["mediation"].recorded_by == world.coordinator.name and "personal_data" in said
    served = db.session.scalar(select(ServiceAddress))
    assert (served.participant_id, served.channel, served.recorded_by) == (person.id, "staff", world.coordinator.name)
    assert db.session.scalar(select(Document.filename).where(Document.kind == "evidence")) == "账单.pdf"
    assert db.session.scalar(select(Instance).where(Instance.case_id == case.id)) is not None
    assert db.session.scalar(select(ApplicationDraft)).told == {}

    assert case.number in desk.text(address)
    page = desk.text(f"/cases/{case.number}")
    assert f"由{world.coordinator.name}在窗口代为登记" in page and "已向申请人宣读" in page
    assert desk.post(f"{address}/submit").status_code == 303 and len(db.session.scalars(select(Case)).all()) == 1


@pytest.mark.db
def test_an_application_by_telephone_goes_the_whole_way_of_the_organisations_own_intake(browser, world, shipped):
    desk = browser("coordinator")
    address = began(desk, "counter")
    fill(desk, address, COUNTER, who={"channel": "telephone", "identity": "telephone"}, read_back={"source": "said"})
    desk.post(f"{address}/submit")
    walk = Walk(world, db.session.scalar(select(Case)))
    walk.do("review_application", decision="accept")
    walk.do("assign_mediator", mediator=str(world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")

    assert walk.case.accepted_at is not None and walk.case.mediator_id == world.mediator.id
    assert "按电话申请登记" in browser("mediator").text(f"/cases/{walk.case.number}")


@pytest.mark.db
def test_an_institution_applies_for_itself_and_its_customer_is_asked_later(browser, world, shipped):
    desk = browser("handler")
    address = began(desk, "institution")
    fill(desk, address, INSTITUTION)
    assert desk.post(f"{address}/submit").status_code == 303

    case, row = db.session.scalar(select(Case)), db.session.scalar(select(Referral))
    sides = {one.side: one for one in case.participants}
    assert (case.regime, case.channel, case.claimant) == ("C", "institution", "institution")
    assert (sides["applicant"].body_id, sides["respondent"].name) == (world.bank.id, "王小明")
    assert (row.sender_id, row.recorded_by) == (world.bank.id, world.handler.name)
    assert {one.participant_id for one in db.session.scalars(select(Consent).where(Consent.subject == "mediation"))} == {
        sides["applicant"].id}, "nobody speaks for the customer"
    page = desk.text(f"/cases/{case.number}")
    assert f"由{world.handler.name}代表机构在线提交" in page, "who applied handles the case"


@pytest.mark.db
def test_nobody_applies_for_another_institution_or_at_another_organisation(browser, world, shipped):
    own, other = browser("handler"), browser("coordinator")
    address = began(own, "institution")
    fill(own, address, INSTITUTION)
    assert other.get(address).status_code == 404, "a draft is its writer's"
    assert other.post(f"{address}/submit").status_code == 404
    assert other.post("/applications/", kind="institution").status_code == 404
    assert own.post("/applications/", kind="counter").status_code == 404
    assert own.post("/applications/", kind="own").status_code == 404
    with transaction():
        draft = db.session.scalar(select(ApplicationDraft))
        draft.body_id = world.insurer.id
    assert own.get(address).status_code == 404 and own.post(f"{address}/submit").status_code == 404
    assert db.session.scalar(select(Case)) is None
    for name in ("mediator", "clerk", "judge", "admin"):
        assert browser(name).get("/applications/").status_code == 403


@pytest.mark.db
@pytest.mark.parametrize(("step", "wrong", "said"), [
    ("who", {"id_number": "110105194912310021"}, "id_number"), ("who", {"identity": "telephone"}, "identity"),
    ("who", {"phone": ""}, "phone"), ("against", {"institution": "NIX"}, "institution"),
    ("dispute", {"cause": "离婚纠纷"}, "cause"), ("dispute", {"amount": "-1"}, "amount"),
    ("address", {"address": ""}, "address"), ("read_back", {"read": ""}, "read"), ("read_back", {"source": ""}, "source")])
def test_what_is_wrong_is_said_beside_the_field_and_not_kept(browser, world, step, wrong, said):
    desk = browser("coordinator")
    address = began(desk, "counter")
    if step == "dispute":
        desk.post(f"{address}/steps/against", **COUNTER["against"])
    answer = desk.post(f"{address}/steps/{step}", **{**COUNTER[step], **wrong})

    assert answer.status_code == 422 and f'id="d-{said}"' in answer.text and 'aria-invalid="true"' in answer.text
    assert step not in db.session.scalar(select(ApplicationDraft)).told


@pytest.mark.db
def test_nothing_is_handed_in_before_all_is_there_and_a_draft_can_be_thrown_away(browser, world, shipped):
    desk = browser("coordinator")
    address = began(desk, "counter")
    desk.post(f"{address}/steps/who", **COUNTER["who"])
    assert desk.post(f"{address}/submit").status_code == 422 and db.session.scalar(select(Case)) is None
    assert "王小明" in desk.text("/applications/")
    assert desk.post(f"{address}/drop").status_code == 303
    assert "王小明" not in desk.text("/applications/") and desk.get(address).status_code == 404


@pytest.mark.db
@pytest.mark.parametrize(("name", "kind", "steps"), [
    ("coordinator", "counter", COUNTER), ("handler", "institution", INSTITUTION)])
def test_the_same_matter_again_is_pointed_out_and_another_dispute_goes_through(browser, world, shipped, name, kind, steps):
    desk = browser(name)
    for _time in range(2):
        address = began(desk, kind)
        fill(desk, address, steps)
        if not _time:
            assert desk.post(f"{address}/submit").status_code == 303
    number = db.session.scalar(select(Case.number))
    assert number in desk.text(address)
    assert desk.post(f"{address}/submit").status_code == 422 and len(db.session.scalars(select(Case)).all()) == 1
    assert desk.post(f"{address}/submit", another="yes").status_code == 303
    assert len(db.session.scalars(select(Case)).all()) == 2


@pytest.mark.db
def test_a_commercial_organisation_takes_no_consumers_disputes_down(browser, world):
    with transaction():
        profile = db.session.get(OrganisationProfile, world.organisation.id)
        if profile is None:
            profile = OrganisationProfile(body_id=world.organisation.id)
            db.session.add(profile)
        profile.kind = "commercial"
    assert browser("coordinator").post("/applications/", kind="counter").status_code == 409


@pytest.mark.db
def test_whoever_works_at_both_writes_down_for_each_by_the_role_there(browser, world, shipped):
    with transaction():
        db.session.add(RoleGrant(user_id=world.coordinator.id, role=Role.INSTITUTION_HANDLER, body_id=world.bank.id))
    desk = browser("coordinator")
    page = desk.text("/applications/")
    assert 'value="counter"' in page and 'value="institution"' in page
    address = began(desk, "counter")
    fill(desk, address, COUNTER)
    desk.post(f"{address}/submit")
    assert db.session.scalar(select(Case.channel)) == "party" and db.session.scalar(select(Referral.sender_id)) is None


def test_english_and_chinese_both_stand_on_the_pages(browser, world):
    desk = browser("coordinator")
    assert "Write down an application" in desk.text("/applications/?lang=en")
    address = began(desk, "counter")
    assert "How the identity was checked" in desk.text(f"{address}/steps/who?lang=en")
    assert "怎样核实身份" in desk.text(f"{address}/steps/who?lang=zh")
