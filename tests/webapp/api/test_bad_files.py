"""Files that are not what they say, and requests with files that fall apart."""

import io
import json

import pytest

from tests.webapp.api.nonsense import FULL, PDF, PNG, archive, put

pytestmark = pytest.mark.db

MACROS = archive(**{"word/document.xml": b"", "word/vbaProject.bin": b""})
FILES = {
    "empty": ("a.pdf", b""), "mislabelled": ("a.pdf", PNG), "no type": ("file", PDF), "no name": ("", PDF),
    "html": ("a.html", b"<script>alert(1)</script>"), "svg": ("a.svg", b"<svg onload='x'/>"), "gif": ("a.gif", b"GIF89a"),
    "program": ("a.exe", b"MZ\x90\x00"), "program as pdf": ("a.pdf", b"MZ\x90\x00" + PDF), "broken pdf": ("a.pdf", b"%PDF-1.7\n"),
    "pdf and archive": ("a.pdf", b"%PDF-1.7\n" + archive(a=b"x") + b"\n%%EOF"),
    "picture and archive": ("a.png", PNG[:-12] + archive(a=b"x") + PNG[-12:]), "broken picture": ("a.png", PNG[:-4]),
    "more behind": ("a.png", PNG + b"<script>"), "archive": ("a.zip", archive(a=b"x")),
    "archive as docx": ("a.docx", archive(a=b"x")), "macros": ("a.docx", MACROS), "half archive": ("a.docx", MACROS[:60]),
    "paths": ("a.docx", archive(**{"word/document.xml": b"", "../../x": b""})), "rar": ("a.pdf", b"Rar!\x1a\x07\x00"),
    "double ending": ("a.pdf.exe", PDF), "right to left": ("a\u202efdp.exe", PDF),
}


@pytest.mark.parametrize(("name", "data"), FILES.values(), ids=FILES)
def test_a_file_that_is_not_what_it_says_is_refused(refused, name, data):
    body = json.dumps(put(FULL, "/evidence/0/file", name or "file"))
    parts = {"referral": body, "file": (io.BytesIO(data), name or "file")}
    refused(lambda court: court.post("/referrals", data=parts, content_type="multipart/form-data"), 422)


@pytest.mark.parametrize("body", [
    b"", b"--x", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n{}\r\n--x--", b"--y\r\n\r\n--y--",
    b"--x\r\nContent-Disposition: form-data; name=\"referral\"\r\n\r\n{\r\n--x--",
    b"--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n{}\r\n--x--", b"\x00" * 100,
    b"".join(b"--x\r\nContent-Disposition: form-data; name=\"p%d\"\r\n\r\n1\r\n" % n for n in range(300)) + b"--x--",
])
def test_a_broken_multipart_request_is_refused(refused, body):
    refused(lambda court: court.post("/referrals", data=body, content_type="multipart/form-data; boundary=x"), 400, 413, 422)


def test_a_multipart_request_without_its_boundary_is_refused(refused):
    refused(lambda court: court.post("/referrals", data=b"--x--", content_type="multipart/form-data"), 400, 422)
