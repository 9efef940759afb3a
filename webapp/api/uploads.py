"""Files handed in: judged by their bytes, not by their names; kept once, under their hash."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from engine.cases.models import Case
from engine.documents import shelf
from engine.documents.models import Document
from engine.errors import problem
from engine.i18n import _
from webapp.api.fields import BIDI
from webapp.api.problems import escaped

MAX_FILE = 20 * 1024 * 1024
MAX_FILES = 100
MAX_UNPACKED = 200 * 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg",
    "docx": f"{OFFICE}wordprocessingml.document", "xlsx": f"{OFFICE}spreadsheetml.sheet", "ofd": "application/ofd",
}
INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
SAME = {"jpeg": "jpg"}


@dataclass(frozen=True)
class Upload:
    """One file of a request, found good."""

    name: str
    kind: str
    data: bytes

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


def judged(part: str, filename: str, data: bytes) -> tuple[Upload | None, list[dict]]:
    """The file under a clean name, or what is wrong with it."""
    name = clean_name(filename)
    said = SAME.get(name.rpartition(".")[2].lower(), name.rpartition(".")[2].lower())
    pointer = f"/files/{escaped(part)}"
    if not data:
        return None, [problem(pointer, "empty_file", _("The file is empty."))]
    if len(data) > MAX_FILE:
        return None, [problem(pointer, "file_too_large", _("The file is larger than %(limit)s MB."), limit=MAX_FILE // 1024**2)]
    kind = kind_of(data)
    if not kind:
        return None, [problem(pointer, "file_type", _("Only PDF, PNG, JPEG, DOCX, XLSX and OFD files that are whole are taken."))]
    if said != kind:
        return None, [problem(pointer, "file_name", _("The name says another type than the content."))]
    return Upload(name, kind, data), []


def all_judged(parts: list) -> tuple[list[Upload], list[dict]]:
    """The files of a multipart request, and what is wrong with any of them; no two may have one name."""
    good, wrong = [], []
    if len(parts) > MAX_FILES:
        return [], [problem("/files", "too_many", _("These are too many: at most %(limit)s."), limit=MAX_FILES)]
    for name, part in parts:
        upload, faults = judged(name, part.filename or "", part.read())
        if upload and upload.name in {other.name for other in good}:
            faults = [problem(f"/files/{escaped(name)}", "twice", _("Two files have the same name."))]
        wrong += faults
        good += [upload] if upload and not faults else []
    return good, wrong


def clean_name(filename: str) -> str:
    """A file name without path, control or direction signs; Chinese stays. Never empty, at most 200 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename or ""))[-1]
    kept = "".join(sign for sign in last if sign not in BIDI and unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*')
    stem, dot, ending = kept.strip(" .").rpartition(".")
    if not dot:
        return kept.strip(" .")[:200] or "file"
    return f"{stem.strip(' .')[:190] or 'file'}.{ending[:9]}"


def kind_of(data: bytes) -> str:
    """The type by the bytes from first to last; empty for what is none of ours, broken off, or two things at once."""
    if data.startswith(b"%PDF-1.") or data.startswith(b"%PDF-2."):
        tail = data[-1024:].rstrip(b"\r\n \0")
        return "pdf" if tail.endswith(b"%%EOF") and not _is_archive(data) else ""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png" if data.endswith(b"IEND\xaeB`\x82") and not _is_archive(data) else ""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg" if data.endswith(b"\xff\xd9") and not _is_archive(data) else ""
    return _office(data) if data.startswith(b"PK\x03\x04") else ""


def _is_archive(data: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(data))


def _office(data: bytes) -> str:
    """An office document is an archive with known insides: nothing encrypted, no macros, no bomb, no paths that lead out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    names = {entry.filename for entry in entries}
    if len(entries) > 5000 or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        return ""
    if any(entry.flag_bits & 1 or ".." in entry.filename.split("/") or entry.filename.startswith("/") for entry in entries):
        return ""
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js")) for name in names):
        return ""
    return next((kind for kind, inside in INSIDE.items() if inside in names), "")


def keep(upload: Upload, case: Case, title: str, side: str, by: str) -> Document:
    """Put a file on the case's shelf as filed evidence: both sides, the mediator and the court may see it."""
    return shelf.put(case.id, "evidence", title, upload.data, "filing", media_type=upload.media_type, filename=upload.name,
                     side=side, created_by=by[:200])
