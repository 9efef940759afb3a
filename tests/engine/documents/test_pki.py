"""The authority is made once, keeps its keys to itself, and gives each signer one certificate."""

import stat
import threading

from engine.documents.pki import Authority, authority


def test_the_authority_is_made_at_first_use_and_stays_the_same(data):
    first = authority()

    again = Authority(data / "pki")

    assert again.certificate == first.certificate and again.key.public_key() == first.key.public_key()


def test_keys_are_readable_by_their_owner_only(data):
    authority().certificate_for("张伟", "participant-7")

    files = [path for path in (data / "pki").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"authority.pem", "passphrase", "authority.crt"} and len(files) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_many_at_once_make_one_authority_and_one_certificate(tmp_path):
    found = []

    def come():
        own = Authority(tmp_path / "pki")
        found.append((own.certificate.serial_number, own.certificate_for("李娜", "participant-8").serial))

    comers = [threading.Thread(target=come) for _ in range(8)]
    for comer in comers:
        comer.start()
    for comer in comers:
        comer.join()

    assert len(found) == 8 and len(set(found)) == 1
    assert not list((tmp_path / "pki").rglob(".*"))


def test_a_certificate_names_the_person_and_the_row_it_is_bound_to():
    credential = authority().certificate_for("张伟", "participant-7")

    subject = credential.certificate.subject.rfc4514_string()
    assert "CN=张伟" in subject and "2.5.4.5=participant-7" in subject
    credential.certificate.verify_directly_issued_by(authority().certificate)


def test_two_people_of_one_name_have_two_certificates():
    one, other = (authority().certificate_for("张伟", f"participant-{number}") for number in (7, 9))

    assert one.serial != other.serial


def test_a_long_name_stands_whole_in_the_certificate():
    name = "新疆维吾尔自治区巴音郭楞蒙古自治州银行业保险业消费者权益保护与纠纷调解促进中心"

    assert name in authority().certificate_for(name, "organisation-1").certificate.subject.rfc4514_string()
