"""Documents on a case's shelf: made once, read back, signed, found by the code printed on them."""

import json

import pytest

from engine import storage
from engine.db import db, transaction
from engine.documents import shelf, signing
from engine.documents.models import Document, Signature

from .conftest import example

CENTRE = shelf.By("滨江市银行业保险业纠纷调解中心", "body-1")
ZHANG = shelf.By("张伟", "participant-7")


def test_a_made_document_is_put_on_the_shelf_and_read_back(case):
    made = shelf.make("agreement", example("agreement"), shelf.new_check_code())

    with transaction():
        document = shelf.put(case.id, made, "mediation")

    assert (document.kind, document.title, document.title_en) == ("agreement", "调解协议书", "Mediation agreement")
    assert document.signature_fields == ["party_1", "party_2", "mediator", "organisation"]
    assert document.filename == "调解协议书（2024）滨调协字第000128号.pdf"
    assert shelf.read(document).startswith(b"%PDF") and document.sha256 == document.frozen_sha256


def test_one_call_makes_one_row_however_often_it_comes(case):
    with transaction():
        first = shelf.put(case.id, shelf.make("ruling", example("ruling"), shelf.new_check_code()), "filing", "call-7")
    with transaction():
        again = shelf.put(case.id, shelf.make("ruling", example("ruling"), shelf.new_check_code()), "filing", "call-7")

    assert first.id == again.id and db.session.query(Document).count() == 1


def test_what_was_made_can_be_kept_with_the_call_and_put_later(case):
    made = shelf.make("mediation_proof", example("mediation_proof"), shelf.new_check_code(), seal=CENTRE)

    kept = shelf.Made(**json.loads(json.dumps(made.told())))
    with transaction():
        document = shelf.put(case.id, kept, "filing")

    assert document.sha256 == made.sha256


def test_a_letter_of_the_organisation_is_sealed_at_once(case):
    made = shelf.make("mediation_notice", example("mediation_notice"), shelf.new_check_code(), seal=CENTRE)
    with transaction():
        document = shelf.put(case.id, made, "filing")

    assert shelf.check(document).is_complete
    assert [(s.field, s.signer, s.method) for s in document.signatures] == [("organisation", CENTRE.name, "standing_seal")]
    assert document.sha256 != document.frozen_sha256


def test_a_seal_never_comes_before_the_people_who_have_to_sign(case):
    made = shelf.make("agreement", example("agreement"), shelf.new_check_code(), seal=CENTRE)

    assert made.sealed == {} and made.sha256 == made.frozen_sha256


def test_a_signature_changes_the_bytes_and_leaves_the_frozen_hash(case):
    with transaction():
        document = shelf.put(case.id, shelf.make("agreement", example("agreement"), shelf.new_check_code()), "mediation")
    frozen = document.frozen_sha256

    with transaction():
        shelf.sign(document, "party_1", ZHANG, "sms_code", address="127.0.0.1")

    assert document.frozen_sha256 == frozen != document.sha256
    assert shelf.check(document).ok and shelf.check(document).unsigned == ["party_2", "mediator", "organisation"]
    assert db.session.query(Signature).one().hash_shown == frozen


def test_a_refused_signature_leaves_row_and_file_as_they_were(case):
    with transaction():
        document = shelf.put(case.id, shelf.make("agreement", example("agreement"), shelf.new_check_code()), "mediation")
    before = document.sha256

    with pytest.raises(signing.OthersSignFirst), transaction():
        shelf.sign(document, "organisation", CENTRE, "login")

    db.session.expire_all()
    assert document.sha256 == before and db.session.query(Signature).count() == 0


def test_a_document_is_found_by_the_code_printed_on_it_however_it_is_typed(case):
    code = shelf.new_check_code()
    with transaction():
        document = shelf.put(case.id, shelf.make("ruling", example("ruling"), code), "filing")

    assert shelf.by_check_code(f" {shelf.shown(code).lower()} ").id == document.id
    for wrong in ("", "0000", code[:-1], "?" * 12, "A" * 400):
        with pytest.raises(shelf.NoSuchDocument):
            shelf.by_check_code(wrong)


def test_a_file_handed_in_is_kept_as_it_is(case):
    with transaction():
        document = shelf.put_file(case.id, "evidence", "发票", b"\x89PNG data", "filing", media_type="image/png")

    assert shelf.read(document) == b"\x89PNG data" and shelf.find(case.id, "evidence").id == document.id


def test_a_file_that_vanished_or_changed_is_never_shown_as_the_document(case):
    with transaction():
        document = shelf.put_file(case.id, "evidence", "发票", b"the invoice", "filing")
    path = storage.store().folder / document.sha256[:2] / document.sha256[2:4] / document.sha256

    path.write_bytes(b"another one")
    with pytest.raises(storage.FileDamaged):
        shelf.read(document)
    path.unlink()
    with pytest.raises(storage.FileMissing):
        shelf.read(document)
