"""Who signs a paper, signs for it or opens it electronically has it: nobody goes on looking for them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.courts import docketed
from engine.db import db, transaction
from engine.documents import shelf
from engine.mediation import signatures
from engine.mediation.models import Agreement
from engine.notices import addresses, links, serving, sms
from engine.notices.models import Serving
from engine.workflow.models import UserTask, WaitStatus
from tests import factories
from workers import serving as worker

pytestmark = pytest.mark.db
ADDRESS = {"phone": "16600001234", "postcode": "200120", "address": "上海市浦东新区世纪大道1号201室", "agrees": "yes",
           "channels": ["sms"], "kinds": ["agreement", "notices"], "warned": True}


@pytest.fixture
def gateway(with_settings, monkeypatch):
    with_settings(sms_url="http://127.0.0.1:9/")
    left = []
    monkeypatch.setattr(sms, "send", lambda key, to, *rest: left.append(to) or "sms-id")
    return left


def served(mediated, parties, kind="agreement", side="applicant") -> int:
    with transaction():
        person = db.session.get(Participant, parties[side].id)
        paper = shelf.put(mediated.case_id, kind, kind, b"%PDF-1.7 " + kind.encode(), "filing")
        return serving.begin(mediated.case, person, paper).id


def told(key):
    row = db.session.get(Serving, key, populate_existing=True)
    return row.status, row.basis, [(one.rung, one.status) for one in row.attempts]


def had(key, how) -> None:
    with transaction():
        row = db.session.get(Serving, key)
        how(row.document_id, row.participant_id, "王小明")


@pytest.mark.parametrize("how", [serving.signed_for, serving.opened])
def test_who_has_a_paper_is_served_and_hears_no_more_of_it(mediated, parties, gateway, how):
    """在线诉讼规则 31(2): read, or an act that shows it."""
    key = served(mediated, parties)
    worker.carry()

    had(key, how)
    clock.move(timedelta(days=3))
    worker.carry()

    assert told(key) == ("served", "read", [("sms", "arrived")]) and len(gateway) == 1


def test_to_open_a_mediation_letter_does_not_serve_it_but_to_sign_for_it_does(mediated, parties, gateway):
    """CPL-Interp 133."""
    key = served(mediated, parties, "mediation_letter")
    worker.carry()

    had(key, serving.opened)
    assert told(key)[0] == "open"
    had(key, serving.signed_for)
    assert told(key)[:2] == ("served", "read")


def test_paper_that_was_never_posted_did_not_bring_what_was_read_on_the_page(mediated, parties, gateway):
    with transaction():
        db.session.get(Participant, parties["applicant"].id).phone = ""
    key = served(mediated, parties)

    had(key, serving.opened)

    assert told(key) == ("served", "read", [("paper", "failed"), ("platform", "arrived")])


def test_a_paper_that_nobody_serves_is_opened_without_a_word(mediated, parties):
    with transaction():
        paper = shelf.put(mediated.case_id, "evidence", "转账截图", b"png", "filing")
        serving.opened(paper.id, parties["applicant"].id, "王小明")

    assert db.session.scalar(select(Serving.id)) is None


def test_a_party_that_signs_the_agreement_that_is_served_on_it_has_been_served(mediated, parties, gateway, monkeypatch):
    monkeypatch.setattr("engine.notices.codes.proof", lambda *args, **more: None)
    made = mediated.call("mediation.freeze_agreement", terms=[
        {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31"}])
    with transaction():
        person = db.session.get(Participant, parties["applicant"].id)
        key = serving.begin(mediated.case, person, db.session.get(shelf.Document, made["document_id"])).id
        actor = Actor.of_party(links.issue(person, "test"), person)
    with transaction():
        signatures.sign(actor, made["agreement_id"], person.id, db.session.get(Agreement, made["agreement_id"]).frozen_sha256)

    assert told(key)[:2] == ("served", "read")


def confirm(parties, side="applicant"):
    with transaction():
        person = db.session.get(Participant, parties[side].id)
        addresses.confirm(Actor.of_party(links.issue(person, f"test-{person.id}"), person), person.id, ADDRESS)


@pytest.mark.parametrize(("ending", "has_signed", "status"), [
    ("mediation_letter", True, "served"), ("mediation_letter", False, "open"), ("trial", False, "ended")])
def test_the_ending_of_a_docketed_case_closes_the_service_of_its_letter(mediated, parties, gateway, ending, has_signed, status):
    """In force: all have signed for it (CPL 100). On to trial: nobody signs for it any more (CPL 102)."""
    with transaction():
        mediated.case.regime, mediated.case.court_number = "B", "（2025）沪0115民初816号"
    confirm(parties)
    key = served(mediated, parties, "mediation_letter")
    if has_signed:
        with transaction():
            factories.added(UserTask(
                instance_id=mediated.instance_id, case_id=mediated.case_id, element=docketed.SIGNING_FOR, token="t",
                title="签收民事调解书", role="party", process_key="docket_ending", data={},
                status=WaitStatus.DONE, closed_at=clock.now(), completed_by="王小明"))

    mediated.call("courts.end_docketed", ending=ending)

    assert told(key)[0] == status
    assert (db.session.get(Serving, key).read_at is not None) == has_signed
