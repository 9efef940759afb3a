"""POST /objections: a court's own system registers an objection to its confirming ruling that came on paper."""

import io
import json

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases.models import Case
from engine.courts.models import ConfirmationApplication, RulingObjection
from engine.db import db, transaction
from engine.documents.models import Document
from engine.mediation.models import Agreement
from tests import factories

RULING = "（2026）沪0115诉前调确12号"
PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
       b"trailer<</Root 1 0 R>>\n%%EOF")


@pytest.fixture
def ruled(court, world):
    """The court has confirmed an agreement under a number; returns who is a party."""
    number = court.refer("R-1")
    with transaction():
        case = db.session.scalar(select(Case).where(Case.number == number))
        made = factories.added(Agreement(case_id=case.id, audience="filing", number=1, terms=[], status="effective",
                                         effective_at=clock.now()))
        factories.added(ConfirmationApplication(case_id=case.id, agreement_id=made.id, court_id=world.court.id, number=RULING,
                                                status="confirmed", decided_at=clock.now()))
        case.confirmation = "confirmed"
        return db.session.scalar(select(Participant.name).where(Participant.case_id == case.id, Participant.side == "applicant"))


def objection(by: str, **changes) -> dict:
    return {"ruling_number": RULING, "capacity": "party", "name": by, "received_on": clock.today().isoformat(),
            "reason": "协议内容与事实不符", **changes}


def rows() -> int:
    with transaction(write=False):
        return db.session.query(RulingObjection).count()


def test_a_partys_objection_on_paper_is_registered_once_with_its_scan(court, ruled):
    body = {"objection": json.dumps(objection(ruled), ensure_ascii=False), "scan": (io.BytesIO(PDF), "异议书.pdf")}
    answer = court.post("/objections", key="objection-key-1", data=body, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.text
    assert answer.json["status"] == "opened" and answer.json["receipt_code"].count("-") == 2

    again = court.post("/objections", key="objection-key-1", data=body | {"scan": (io.BytesIO(PDF), "异议书.pdf")},
                       content_type="multipart/form-data")
    assert (again.status_code, again.json) == (201, answer.json) and rows() == 1
    with transaction(write=False):
        assert db.session.scalar(select(RulingObjection.channel)) == "api"
        assert db.session.scalar(select(Document.kind).where(Document.kind == "objection_evidence"))


def test_an_interested_person_is_named_with_what_proves_who_they_are(court, ruled):
    told = objection("周文静", capacity="interested", kind="natural", id_type="passport", id_number="E12345678",
                     phone="13800138000", address="示例路8号", interest="共有财产", knew_on=clock.today().isoformat())
    answer = court.post("/objections", json=told)
    assert answer.status_code == 201 and (answer.json["term"], answer.json["in_time"]) == ("T18b", True)
    assert answer.json["explanation"]
    missing = court.post("/objections", json=objection("周文静", capacity="interested"))
    wrong = {each["pointer"] for each in missing.json["errors"]}
    assert missing.status_code == 422 and {"/kind", "/id_type", "/knew_on"} <= wrong


@pytest.mark.parametrize("changes, pointer", [
    ({"ruling_number": "（2026）沪0115诉前调确99号"}, "/ruling_number"), ({"ruling_number": "x"}, "/ruling_number"),
    ({"name": "没有这个人"}, "/name"), ({"received_on": "2020-01-01"}, "/received_on"), ({"reason": ""}, "/reason"),
])
def test_what_is_wrong_is_said_and_nothing_kept(court, ruled, changes, pointer):
    answer = court.post("/objections", json=objection(ruled, **changes))
    assert answer.status_code == 422 and pointer in {each["pointer"] for each in answer.json["errors"]}
    assert rows() == 0


def test_only_the_court_that_ruled_registers_one(ruled, other_court, bank):
    assert other_court.post("/objections", json=objection(ruled)).status_code == 422
    assert bank.post("/objections", json=objection(ruled)).status_code == 403
    assert rows() == 0
