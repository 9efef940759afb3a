"""Everybody signs the same frozen document, in order, once; independent programs agree."""

import io
import subprocess

import pikepdf
import pytest

from engine import clock
from engine.documents import pki, render, signing, stamps, verify

from .conftest import ALL, example


def test_parties_mediator_and_organisation_sign_one_after_the_other(desk):
    desk.sign(*ALL)

    verdict = verify.verify(desk.pdf, desk.sha256)
    assert verdict.ok and verdict.is_complete
    assert [(s.field, s.name) for s in verdict.signatures] == [(s["field"], s["name"]) for s in desk.facts["signers"]]


def test_signing_only_adds_to_the_file(desk):
    first = desk.sign("party_1")
    second = desk.sign("party_2")

    assert first.startswith(desk.frozen) and second.startswith(first)


def test_parties_may_sign_in_any_order_among_themselves(desk):
    desk.sign("party_2", "party_1")

    assert verify.verify(desk.pdf, desk.sha256).unsigned == ["mediator", "organisation"]


@pytest.mark.parametrize(("before", "field", "missing"), [
    ((), "mediator", "party_1, party_2"), (("party_1",), "mediator", "party_2"),
    (("party_1", "party_2"), "organisation", "mediator"),
])
def test_the_mediator_signs_after_the_parties_and_the_seal_comes_last(desk, before, field, missing):
    desk.sign(*before)

    with pytest.raises(signing.OthersSignFirst, match=missing):
        desk.sign(field)


def test_nobody_signs_twice(desk):
    desk.sign("party_1")

    with pytest.raises(signing.FieldAlreadySigned):
        desk.sign("party_1")


def test_a_signature_is_bound_to_the_hash_that_was_shown(desk):
    other = signing.prepare(render.pdf("agreement", desk.facts | {"settlement": "另一份协议。"}))

    with pytest.raises(signing.NotTheFrozenDocument):
        signing.sign(other, "party_1", desk.signer("party_1"), desk.sha256, clock.now())


def test_a_field_that_is_not_there_or_not_of_this_kind_is_refused(desk):
    with pytest.raises(signing.NoSuchField):
        signing.sign(desk.pdf, "party_9", desk.signer("party_1"), desk.sha256, clock.now())
    with pytest.raises(signing.WrongSigner):
        signing.sign(desk.pdf, "party_1", desk.signer("mediator"), desk.sha256, clock.now())


def test_what_is_no_pdf_cannot_be_signed(desk):
    with pytest.raises(signing.NotADocument):
        signing.places(b"no pdf")


def test_a_document_without_places_for_signatures_is_frozen_as_it_is():
    rendered = render.pdf("agreement", example("agreement"), "en")

    assert signing.prepare(rendered) == rendered.data


def test_the_same_document_freezes_to_the_same_bytes(desk):
    assert signing.prepare(render.pdf("agreement", desk.facts)) == desk.frozen


def test_the_moment_of_the_signature_is_the_one_given(desk):
    at = clock.now().replace(microsecond=0)

    signed = signing.sign(desk.pdf, "party_1", desk.signer("party_1"), desk.sha256, at)

    assert verify.verify(signed).signatures[0].at == at


def test_pdfsig_and_qpdf_find_four_valid_signatures_in_a_sound_file(desk, tmp_path):
    path = tmp_path / "agreement.pdf"
    path.write_bytes(desk.sign(*ALL))

    told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, check=True).stdout.decode(errors="replace")
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)

    assert told.count("Signature is Valid") == 4
    assert told.count("- Total document signed") == 1
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(("kind", "seen"), [("party", "张伟"), ("organisation", "调解专用章"), ("court", "演示院印")])
def test_a_stamp_shows_who_when_and_what_kind_of_signature_it_is(kind, seen):
    stamp = stamps.stamp(kind, "张伟", clock.now(), 187, 120)

    words = subprocess.run(["pdftotext", "-", "-"], input=stamp, capture_output=True, check=True).stdout.decode()
    assert seen in words and "演示签名（按约定可靠条件）" in words
    assert clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d") in words
    assert "可靠电子签名" not in words


def test_a_name_with_a_rare_character_can_be_stamped():
    assert stamps.stamp("party", "张\U000323AF", clock.now(), 187, 57).startswith(b"%PDF")


def test_a_signed_document_is_still_fit_for_the_archive(desk):
    desk.sign(*ALL)

    with pikepdf.open(io.BytesIO(desk.pdf)) as pdf:
        told = pdf.open_metadata()
        seen = [note for page in pdf.pages for note in page.get("/Annots", [])]
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        assert len(seen) == 4 and all(int(note.F) & 4 and not int(note.F) & 3 for note in seen)  # printed, never hidden
        stamps_on_it = [stamp for note in seen for stamp in note.AP.N.Resources.XObject.values()]
        fonts = [font for stamp in stamps_on_it for font in stamp.Resources.Font.values()]
        assert fonts and all(
            {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys()) for font in fonts
        )


def test_the_reason_in_the_signature_names_the_frozen_hash(desk):
    desk.sign("party_1")

    with pikepdf.open(io.BytesIO(desk.pdf)) as pdf:
        reason = str(pdf.Root.Perms.DocMDP.Reason)
    assert reason.endswith(desk.sha256)


@pytest.mark.parametrize("name", ["赵𫖯", "王\ue863", "李\u4dbe🙂"])
def test_people_with_rare_characters_in_their_names_sign_as_well(desk, name):
    credential = pki.authority().certificate_for(name, "participant-9")
    signed = signing.sign(desk.frozen, "party_1", signing.Signer(name, "party", credential), desk.sha256, clock.now())

    verdict = verify.verify(signed, desk.sha256)
    assert (verdict.ok, verdict.faults, [found.name for found in verdict.signatures]) == (True, [], [name])
