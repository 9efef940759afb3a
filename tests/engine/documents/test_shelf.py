"""Documents on a case's shelf: put there once, read back as they were, found by the code printed on them."""

import pytest

from engine import storage
from engine.db import db, transaction
from engine.documents import shelf, verify
from engine.documents.models import Document, Signature


def put(case, data=b"\x89PNG data", **columns) -> Document:
    with transaction():
        return shelf.put(case.id, "evidence", "维修发票", data, "filing", **columns)


def test_a_file_is_read_back_as_it_was(case):
    document = put(case, media_type="image/png", side="applicant")

    assert shelf.read(document) == b"\x89PNG data" and document.size == 9
    assert shelf.find(case.id, "evidence").id == document.id
    assert shelf.find(case.id, "ruling") is None


def test_one_call_makes_one_row_however_often_it_comes(case):
    assert put(case, call_key="call-7").id == put(case, call_key="call-7").id
    assert db.session.query(Document).count() == 1


def test_a_document_is_found_by_its_code_however_it_is_typed(case):
    document = put(case)
    code = document.check_code

    assert len(code) == 9 and code[4] == "-"
    for typed in (code, code.lower(), f" {code[:4]} {code[5:]} ", code.replace("-", "")):
        assert shelf.by_check_code(typed).id == document.id


@pytest.mark.parametrize("code", ["", "0000", "2222-2222", "?" * 8, "A" * 400, "K7M2-93Q"])
def test_a_code_that_belongs_to_nothing_finds_nothing(case, code):
    put(case)

    with pytest.raises(shelf.NoSuchDocument):
        shelf.by_check_code(code)


def test_codes_do_not_repeat():
    assert len({shelf.check_code() for _turn in range(2000)}) == 2000


def test_a_signed_document_on_the_shelf_is_checked_against_what_was_frozen(case, desk):
    with transaction():
        document = shelf.put(case.id, "agreement", "调解协议书", desk.sign("party_1"), "mediation", frozen_sha256=desk.sha256)

    assert shelf.check(document).ok
    document.frozen_sha256 = "0" * 64
    assert shelf.check(document).faults == [("", verify.OTHER_DOCUMENT)]


def test_what_was_found_good_is_not_looked_at_again_while_its_bytes_stay_as_they_were(case, desk, monkeypatch):
    with transaction():
        document = shelf.put(case.id, "agreement", "调解协议书", desk.sign("party_1"), "mediation", frozen_sha256=desk.sha256,
                             signatures=[Signature(field="party_1", signer="王小明", kind="party", hash_shown=desk.sha256)])
        document.found_good_sha256 = document.sha256
    monkeypatch.setattr(shelf, "verify", lambda *_found: pytest.fail("looked at again"))
    shelf._holds.cache_clear()
    assert shelf.holds(document) is True

    path = storage.store().folder / document.sha256[:2] / document.sha256[2:4] / document.sha256
    path.write_bytes(b"another one")
    shelf._holds.cache_clear()
    assert shelf.holds(document) is False


def test_a_file_that_vanished_or_changed_is_never_shown_as_the_document(case):
    document = put(case, b"the invoice")
    path = storage.store().folder / document.sha256[:2] / document.sha256[2:4] / document.sha256

    path.write_bytes(b"another one")
    with pytest.raises(storage.FileDamaged):
        shelf.read(document)
    path.unlink()
    with pytest.raises(storage.FileMissing):
        shelf.read(document)


def test_an_empty_file_puts_nothing_on_the_shelf(case):
    with pytest.raises(storage.FileEmpty):
        put(case, b"")

    assert db.session.query(Document).count() == 0
