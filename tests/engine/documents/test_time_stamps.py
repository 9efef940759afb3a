"""Every signature bears the stamp of an authority outside (PAdES B-T), and stays provable for the long term (B-LTA)."""

import io
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from engine import clock, config
from engine.documents import der, long_term, stamping, verify
from engine.documents.pki import Authority
from tests.time_stamping import Tsa

from .conftest import ALL
from .test_verify import touched

YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Tsa(tmp_path_factory.mktemp("tsa"), years=15)
    yield made
    made.stop()


@pytest.fixture
def tsa(authority, data, monkeypatch):
    """The authority that the settings name, with its best behaviour."""
    authority.will("good")
    authority.keys.publish(clock.now())
    monkeypatch.setattr(stamping, "PAUSES", (0.0,))
    config.use(replace(config.current(), **authority.settings))
    return authority


@pytest.fixture(autouse=True)
def time_stands_again():
    yield
    clock.reset()


def test_every_signature_bears_a_stamp(tsa, desk, tmp_path):
    before = clock.now().replace(microsecond=0)
    desk.sign(*ALL)

    told = verify.verify(desk.pdf, desk.sha256)

    assert told.is_complete and told.level == "B-T" and told.kept is None
    assert all(before <= one.stamped_at <= clock.now() and one.stamped_by == "诉调演示时间戳服务" for one in told.signatures)
    (tmp_path / "signed.pdf").write_bytes(desk.pdf)
    seen = subprocess.run(["pdfsig", "-nocert", tmp_path / "signed.pdf"], capture_output=True, check=True).stdout
    assert seen.count(b"Signature is Valid") == 4


def test_a_kept_document_holds_everything_to_check_it_by(tsa, desk, tmp_path):
    signed = desk.sign("party_1", "party_2")

    kept = long_term.extended(signed)

    assert kept.startswith(signed), "nothing that was in the file changes"
    told = verify.verify(kept, desk.sha256)
    assert told.ok and told.level == "B-LTA" and told.kept.times == 1 and told.kept.until == long_term.holds_until(kept)
    dss = PdfFileReader(io.BytesIO(kept)).root["/DSS"]
    assert len(dss["/CRLs"]) == 2 and len(dss["/Certs"]) >= 4  # ours and the authority's; signers, stamper, roots
    (tmp_path / "kept.pdf").write_bytes(kept)
    seen = subprocess.run(["pdfsig", "-nocert", tmp_path / "kept.pdf"], capture_output=True, check=True).stdout
    assert seen.count(b"Signature is Valid") == 2 and seen.count(b"- Total document signed") == 1
    assert subprocess.run(["qpdf", "--check", tmp_path / "kept.pdf"], capture_output=True).returncode == 0


def test_others_can_sign_after_a_document_was_stamped_and_it_is_stamped_again(tsa, desk):
    desk.sign("party_1")
    desk.pdf = long_term.extended(desk.pdf)
    desk.sign("party_2")

    assert verify.verify(desk.pdf, desk.sha256).ok
    assert verify.verify(long_term.extended(desk.pdf), desk.sha256).kept.times == 2


def test_a_signature_is_proven_after_its_certificate_ran_out_if_the_document_was_kept(tsa, desk):
    signed = desk.sign("party_1")
    kept = long_term.extended(signed)
    tsa.later(11 * YEAR)  # signers' certificates hold for ten

    told = verify.verify(kept, desk.sha256)
    assert told.ok and told.level == "B-LTA"
    assert [text for _field, text in verify.verify(signed).faults] == [verify.UNTRUSTED]


def test_the_next_stamp_holds_the_one_before(tsa, desk):
    kept = long_term.extended(desk.sign("party_1"))
    tsa.later(11 * YEAR)

    again = long_term.extended(kept)

    told = verify.verify(again, desk.sha256)
    assert again.startswith(kept) and told.ok and told.kept.times == 2 and told.kept.at > clock.now() - timedelta(minutes=1)


@pytest.mark.parametrize("share", [0.01, 0.2, 0.4, 0.6, 0.8, 0.99])
@pytest.mark.parametrize("is_kept", [False, True])
def test_no_byte_of_a_stamp_can_be_changed_unseen(tsa, desk, share, is_kept):
    """Neither in the last signature's room, which holds its stamp, nor in the document time stamp's."""
    signed = desk.sign("party_1")
    signed = long_term.extended(signed) if is_kept else signed
    ranges = signed[signed.rindex(b"/ByteRange"):][:80].split(b"[")[1].split()
    room = signed[int(ranges[1]):int(ranges[2])]
    held = len(der.whole(bytes.fromhex(room[1:-1].decode()))) * 2

    assert not verify.verify(touched(signed, int(ranges[1]) + 1 + int(share * held))).ok


@pytest.mark.parametrize("mode", ["down", "refuse", "nonsense"])
def test_without_a_good_stamp_nothing_is_signed(tsa, desk, mode):
    desk.sign("party_1")
    before = desk.pdf
    tsa.will(mode)

    with pytest.raises(stamping.NoTimeStamp):
        desk.sign("party_2")

    assert desk.pdf == before


def test_one_failure_is_made_good_by_asking_again(tsa, desk):
    desk.sign("party_1")
    tsa.will("down", 1)

    assert verify.verify(desk.sign("party_2")).level == "B-T"


def test_an_authority_that_is_too_slow_is_not_waited_for(tsa, desk, monkeypatch):
    monkeypatch.setattr(stamping, "SECONDS", 0.1)
    stamping._of.cache_clear()
    tsa.will("slow")

    with pytest.raises(stamping.NoTimeStamp):
        desk.sign("party_1")
    stamping._of.cache_clear()


def test_the_stamp_of_an_authority_that_we_do_not_trust_is_not_taken(tsa, desk, tmp_path):
    stranger = Authority(tmp_path / "stranger")
    config.use(replace(config.current(), tsa_trust=str(stranger.folder / "authority.crt")))

    with pytest.raises(stamping.NoTimeStamp):
        desk.sign("party_1")


@pytest.mark.parametrize("named", ["", "/nonexistent.pem"])
def test_a_stamp_proves_no_time_to_who_does_not_know_its_authority(tsa, desk, named):
    kept = long_term.extended(desk.sign("party_1"))
    config.use(replace(config.current(), tsa_url="", tsa_trust=named))

    told = verify.verify(kept, desk.sha256)

    assert told.ok and told.level == "B-B" and told.signatures[0].stamped_at is None


@pytest.mark.parametrize("data", [
    b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x81\x05\x02\x01\x01\x05\x00", b"\x02\x02\x00\x01", b"\x1f\x81\x01\x00",
    b"\x30\x03\x02\x02\x01",
    b"\x01\x01\x07", b"\x05\x01\x00", b"\x31\x06\x02\x01\x02\x02\x01\x01"])
def test_what_can_be_written_in_two_ways_is_not_der(data):
    assert der.whole(data) is None


def test_der_ends_where_its_first_element_ends():
    assert der.whole(b"\x30\x05\x02\x01\x05\x05\x00" + b"\x00" * 9) == b"\x30\x05\x02\x01\x05\x05\x00"


def test_a_setting_that_names_an_authority_says_whom_to_believe():
    with pytest.raises(config.SettingRefused, match="SUTIAO_TSA_TRUST"):
        config.Settings.from_env({"SUTIAO_TSA_URL": "http://tsa.example/"})
