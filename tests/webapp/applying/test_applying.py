"""A person applies on the public page: telephone, code, steps, a look over everything, a receipt, and the case is there."""

import io
import re

import pytest
from sqlalchemy import select

from engine.cases.models import ApplicationDraft, Case, Referral
from engine.db import db
from engine.documents.models import Document
from engine.inbox.asking import applying
from engine.mediation.models import Consent
from engine.notices.models import ServiceAddress
from engine.workflow.models import Instance
from webapp.applying import routes

PHONE = "16600001234"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
STEPS = {
    "who": {"name": "王小明", "id_type": "resident_id", "id_number": "11010519491231002X", "home": "上海市浦东新区世纪大道一号",
            "domicile": "310115", "needs": "elderly"},
    "against": {"institution": "JHYH", "category": "credit_card", "organisation": "BJJR"},
    "dispute": {"cause": "信用卡纠纷", "statement": "分期手续费没有告知。", "claim": "退还手续费", "amount": "1200",
                "product": "白金卡"},
    "evidence": {"evidence_list": "账单"},
    "address": {"phone": PHONE, "postcode": "200120", "address": "上海市浦东新区世纪大道一号", "agrees": "no", "warned": "true"},
    "consent": {"mediation": "true", "privacy": "true", "truthful": "true"},
}


@pytest.fixture
def sent(monkeypatch, with_settings):  # noqa: F811
    """Codes as they leave."""
    left = []
    with_settings(sms_url="http://127.0.0.1:9/sms")
    monkeypatch.setattr("engine.notices.sms.send", lambda key, to, text, sign: left.append((to, text)) or "id")
    monkeypatch.setattr(routes.begun, "check", lambda subject: None)
    monkeypatch.setattr(routes.tries, "check", lambda subject: None)
    return left


def code_in(sent) -> str:
    return re.search(r"验证码\D*(\d{6})", sent[-1][1])[1]


@pytest.fixture
def begun(stranger, sent, world, shipped):
    """A draft whose telephone is proven; answers its address."""
    answer = stranger.post("/apply", phone=PHONE)
    assert answer.status_code == 303 and sent[-1][0] == PHONE
    address = answer.headers["Location"]
    assert stranger.post(f"{address}/code", code=code_in(sent)).headers["Location"].endswith("/steps/who")
    return address


def fill(stranger, address, **changes):
    for step, answers in STEPS.items():
        given = {**answers, **changes.get(step, {})}
        answer = stranger.post(f"{address}/steps/{step}", **given)
        assert answer.status_code == 303, (step, re.findall(r'invalid-note">.*?</svg> ([^<]*)', answer.text))


def test_an_application_becomes_a_case_of_the_organisations_own_intake(stranger, begun):
    fill(stranger, begun)
    assert stranger.post(f"{begun}/steps/evidence", add="1", files=(io.BytesIO(PDF), "账单.pdf")).status_code == 303
    page = stranger.text(begun)
    assert "核对申请内容" in page and "退还手续费" in page and "账单.pdf" in page and "尚未填写" not in page
    assert stranger.post(f"{begun}/submit").status_code == 303
    case = db.session.scalar(select(Case))
    page = stranger.text(begun)
    assert case.number in page and "已收到您的申请" in page
    person = next(one for one in case.participants if one.side == "applicant")
    assert (case.regime, case.category, case.cause, case.amount, case.details["product"]) == (
        "C", "credit_card", "信用卡纠纷", 1200, "白金卡")
    assert (person.name, person.phone, person.domicile, person.needs) == ("王小明", PHONE, "310115", ["elderly"])
    assert db.session.scalar(select(Instance).where(Instance.case_id == case.id)) is not None
    assert db.session.scalar(select(Referral)).channel == "web"
    assert db.session.scalar(select(ServiceAddress)).participant_id == person.id
    assert {one.subject for one in db.session.scalars(select(Consent))} >= {"mediation", "personal_data"}
    papers = db.session.scalars(select(Document).where(Document.kind == "evidence"))
    assert [(one.filename, one.side) for one in papers] == [("账单.pdf", "applicant")]
    own = re.search(r'href="[^"]*(/p/[\w-]+)"', page)[1]
    assert case.number in stranger.text(own)
    assert stranger.post(f"{begun}/submit").status_code == 303 and len(db.session.scalars(select(Case)).all()) == 1
    assert db.session.scalar(select(ApplicationDraft)).told == {}, "what was handed in is kept in the case only"


@pytest.mark.parametrize(("step", "wrong", "said"), [
    ("who", {"id_number": "110105194912310021"}, "id_number"), ("who", {"name": ""}, "name"),
    ("who", {"domicile": "990101"}, "domicile"),
    ("against", {"institution": "NIX"}, "institution"), ("dispute", {"cause": "离婚纠纷"}, "cause"),
    ("dispute", {"amount": "-1"}, "amount"), ("consent", {"truthful": ""}, "truthful")])
def test_what_is_wrong_is_said_beside_the_field_and_not_kept(stranger, begun, step, wrong, said):
    if step == "dispute":
        stranger.post(f"{begun}/steps/against", **STEPS["against"])
    answer = stranger.post(f"{begun}/steps/{step}", **{**STEPS[step], **wrong})
    assert answer.status_code == 422 and f'id="d-{said}"' in answer.text and 'aria-invalid="true"' in answer.text
    assert step not in db.session.scalar(select(ApplicationDraft)).told


def test_a_step_is_kept_half_done_and_nothing_is_handed_in_before_all_is_there(stranger, begun):
    assert stranger.post(f"{begun}/steps/who", name="王小明", later="1").status_code == 303
    assert 'value="王小明"' in stranger.text(f"{begun}/steps/who") and "尚未填写" in stranger.text(begun)
    assert stranger.post(f"{begun}/submit").status_code == 422 and db.session.scalar(select(Case)) is None


def test_without_the_right_code_nothing_opens_and_tries_are_counted(stranger, sent, world):
    address = stranger.post("/apply", phone=PHONE).headers["Location"]
    assert stranger.get(f"{address}/steps/who").status_code == 404
    right = code_in(sent)
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(applying.TRIES):
        assert stranger.post(f"{address}/code", code=wrong).status_code == 422
    assert stranger.post(f"{address}/code", code=right).status_code == 422, "too many tries: a new code is needed"
    assert stranger.post(f"{address}/code", again="1").status_code == 303
    assert stranger.post(f"{address}/code", code=code_in(sent)).status_code == 303
    assert stranger.get(f"{address}x").status_code == 404


def test_a_telephone_begins_only_so_many_and_a_wrong_number_none(stranger, sent, world):
    assert stranger.post("/apply", phone="12").status_code == 422 and sent == []
    for _time in range(applying.PER_HOUR):
        assert stranger.post("/apply", phone=PHONE).status_code == 303
    assert stranger.post("/apply", phone=PHONE).status_code == 422 and len(sent) == applying.PER_HOUR


def test_the_same_matter_again_is_pointed_out_and_another_dispute_goes_through(stranger, begun, sent):
    fill(stranger, begun)
    stranger.post(f"{begun}/submit")
    number = db.session.scalar(select(Case)).number
    again = stranger.post("/apply", phone=PHONE).headers["Location"]
    stranger.post(f"{again}/code", code=code_in(sent))
    fill(stranger, again)
    assert number in stranger.text(again)
    assert stranger.post(f"{again}/submit").status_code == 422 and len(db.session.scalars(select(Case)).all()) == 1
    assert stranger.post(f"{again}/submit", another="yes").status_code == 303
    assert len(db.session.scalars(select(Case)).all()) == 2
