"""A signed document that was touched is found out, and the verdict names the signatures that no longer hold."""

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from engine.documents import verify
from engine.documents.pki import Authority

from .conftest import ALL


def touched(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1:]


def test_an_unsigned_document_is_not_called_good(desk):
    verdict = verify.verify(desk.frozen)

    assert not verdict.ok and verdict.faults == [("", verify.NOBODY)]
    assert verdict.unsigned == list(ALL)


def test_one_changed_byte_in_the_text_voids_every_signature_by_name(desk):
    desk.sign("party_1", "party_2")

    verdict = verify.verify(touched(desk.pdf, 3000), desk.sha256)

    assert not verdict.ok and verdict.modified
    named = {who for who, _why in verdict.faults}
    assert {"张伟", "party_1"} & named
    assert ("", verify.OTHER_DOCUMENT) in verdict.faults


def test_one_changed_byte_in_a_later_signature_leaves_the_earlier_ones(desk):
    first = desk.sign("party_1")
    desk.sign("party_2")

    verdict = verify.verify(touched(desk.pdf, len(first) + 2000), desk.sha256)

    assert not verdict.ok
    assert not any(who in ("party_1", "张伟") for who, _why in verdict.faults)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_no_byte_can_be_changed_unseen(desk, share):
    signed = desk.sign("party_1")

    assert not verify.verify(touched(signed, int(share * len(signed)))).ok


@pytest.mark.parametrize("back", [60, 700, 1700, 3000])
def test_not_even_in_the_room_left_for_the_last_signature(desk, back):
    signed = desk.sign("party_1")
    assert verify.verify(signed).ok

    end = int(signed.rindex(b"/ByteRange"))
    place = signed.index(b"000000", end - 6000) if back == 60 else signed.rindex(b">", 0, end) - back

    assert not verify.verify(touched(signed, place)).ok


@pytest.mark.parametrize("more", [b"\n", b"junk", b"\n% a comment\n%%EOF\n"])
def test_nothing_may_be_added_after_the_last_signature(desk, more):
    assert ("", verify.ADDED_AFTER) in verify.verify(desk.sign("party_1") + more).faults


def test_a_page_turned_after_signing_is_found_out(desk):
    writer = IncrementalPdfFileWriter(io.BytesIO(desk.sign("party_1")))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)

    verdict = verify.verify(changed.getvalue())

    assert not verdict.ok and not verdict.signatures[0].covers
    assert any(who == "party_1" for who, _why in verdict.faults)


def test_signatures_of_another_authority_are_intact_but_not_trusted(desk, tmp_path):
    verdict = verify.verify(desk.sign("party_1"), desk.sha256, root=Authority(tmp_path / "other"))

    assert not verdict.ok
    assert verdict.signatures[0].intact and not verdict.signatures[0].trusted
    assert ("party_1", verify.UNTRUSTED) in verdict.faults


def test_a_sound_file_that_is_not_the_frozen_document_is_said_so(desk):
    assert verify.verify(desk.sign("party_1"), "0" * 64).faults == [("", verify.OTHER_DOCUMENT)]


@pytest.mark.parametrize("rubbish", [
    b"", b"%PDF-1.7", b"nonsense" * 1000, b"/ByteRange [0 9 9 9]", b"/ByteRange [0 1 99999999999 2]",
])
def test_rubbish_is_answered_not_thrown(rubbish):
    verdict = verify.verify(rubbish)

    assert not verdict.ok and verdict.faults[0] == ("", verify.UNREADABLE)
