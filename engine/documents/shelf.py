"""The case's shelf: make a document, put it there once, find it, read it, add signatures to it.

Two steps, because printing is slow and rows are quick: `make` prints, freezes and stores outside any transaction and returns
plain data; `put` writes the row inside the transaction that moves the process on. A call's key makes `put` happen once.
"""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select

from engine import clock, storage
from engine.db import db
from engine.documents import render, signing, templates
from engine.documents.models import Document, Signature
from engine.documents.pki import authority
from engine.documents.verify import Verification, verify
from engine.errors import NotFound
from engine.i18n import _

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 12
SEALS = {"organisation", "court"}


class NoSuchDocument(NotFound):
    message = _("There is no such document.")


@dataclass(frozen=True)
class By:
    """Who signs: the name on the stamp, and the row the certificate is bound to (participant-7, user-3, body-1)."""

    name: str
    subject: str


@dataclass(frozen=True)
class Made:
    """A printed and stored document, as plain data that can be kept with a call and turned into a row later."""

    template: str
    title: str
    title_en: str
    number: str
    sha256: str
    size: int
    pages: int
    frozen_sha256: str
    fields: list[str] = field(default_factory=list)
    check_code: str = ""
    sealed: dict = field(default_factory=dict)  # field, signer, kind, serial, signed_at: a seal put on at once

    def told(self) -> dict:
        """As JSON; `Made(**told)` reads it back."""
        return asdict(self)


def new_check_code() -> str:
    """A code for `/verify` that nobody guesses; print it grouped: `shown(code)`."""
    return "".join(secrets.choice(ALPHABET) for _turn in range(CODE_LENGTH))


def shown(check_code: str) -> str:
    """K7M293QXABCD → K7M2-93QX-ABCD."""
    return "-".join(check_code[start:start + 4] for start in range(0, len(check_code), 4))


def make(template: str, facts: dict, check_code: str, language: str = "zh", seal: By | None = None,
         at: datetime | None = None) -> Made:
    """Print a document, freeze it and store its bytes; with `seal` also put the issuer's seal on it, if it waits for nobody else.

    Raises what `render.pdf` and `storage.put` raise. Making the same again leaves a second file, never a second row.
    """
    rendered = render.pdf(template, facts, language)
    data = frozen = signing.prepare(rendered)
    frozen_sha256, fields = storage.put(frozen), list(signing.places(frozen))
    sealed = {}
    if seal and len(fields) == 1 and fields[0] in SEALS:
        data, sealed = _sealed(frozen, frozen_sha256, fields[0], seal, at or clock.now())
    title, _dot, title_en = templates.find(template).title.partition(" · ")
    return Made(
        template, facts.get("title") or title, facts.get("title_en") or title_en, facts.get("number") or "", storage.put(data),
        len(data), rendered.pages, frozen_sha256, fields, check_code, sealed,
    )


def put(case_id: int, made: Made, audience: str, call_key: str | None = None, created_by: str = "",
        body_id: int | None = None) -> Document:
    """The row of a made document. A call that comes twice gets the row it made the first time."""
    earlier = _of_call(call_key)
    if earlier is not None:
        return earlier
    document = Document(
        case_id=case_id, audience=audience, kind=made.template, title=made.title, title_en=made.title_en, number=made.number,
        filename=filename(made.title, made.number), sha256=made.sha256, size=made.size, pages=made.pages,
        frozen_sha256=made.frozen_sha256, signature_fields=made.fields, check_code=made.check_code or new_check_code(),
        call_key=call_key, created_by=created_by[:200],
    )
    db.session.add(document)
    if made.sealed:
        document.signatures.append(Signature(
            body_id=body_id, hash_shown=made.frozen_sha256, method="standing_seal",
            **made.sealed | {"signed_at": datetime.fromisoformat(made.sealed["signed_at"])},
        ))
    db.session.flush()
    return document


def put_file(case_id: int, kind: str, title: str, data: bytes, audience: str, **columns) -> Document:
    """A file that was handed in. `columns` are more of the row: media_type, filename, side, number, created_by, call_key."""
    earlier = _of_call(columns.get("call_key"))
    if earlier is not None:
        return earlier
    document = Document(case_id=case_id, kind=kind, title=title[:300], audience=audience, check_code=new_check_code(),
                        sha256=storage.put(data), size=len(data), **columns)
    db.session.add(document)
    db.session.flush()
    return document


def sign(document: Document, place: str, by: By, method: str, at: datetime | None = None, **columns) -> Signature:
    """Add a signature to a document whose row the caller has locked. `columns`: participant_id, body_id, address.

    Raises what `signing.sign` raises; then nothing has changed.
    """
    at, credential = at or clock.now(), authority().certificate_for(by.name, by.subject)
    signer = signing.Signer(by.name, signing.kind_of(place), credential)
    signed = signing.sign(storage.get(document.sha256), place, signer, document.frozen_sha256, at)
    document.sha256, document.size = storage.put(signed), len(signed)
    row = Signature(field=place, signer=by.name, kind=signer.kind, hash_shown=document.frozen_sha256, method=method,
                    serial=credential.serial, signed_at=at, **columns)
    document.signatures.append(row)
    db.session.flush()
    return row


def read(document: Document) -> bytes:
    """The document's bytes as they are now. Raises FileMissing, FileDamaged."""
    return storage.get(document.sha256)


def check(document: Document) -> Verification:
    """Do the signatures on it hold, and is it what was frozen?"""
    return verify(read(document), document.frozen_sha256)


def find(case_id: int, kind: str) -> Document | None:
    """The latest document of this kind in a case."""
    return db.session.scalar(
        select(Document).where(Document.case_id == case_id, Document.kind == kind).order_by(Document.id.desc()).limit(1)
    )


def by_check_code(code: str) -> Document:
    """The document that bears this code, however people type it. Raises NoSuchDocument."""
    plain = "".join(character for character in code.upper() if character in ALPHABET)
    found = db.session.scalar(select(Document).where(Document.check_code == plain)) if len(plain) == CODE_LENGTH else None
    if found is None:
        raise NoSuchDocument()
    return found


def filename(title: str, number: str) -> str:
    """A name to save the file under: 调解协议书（2024）滨调协字第000128号.pdf."""
    kept = "".join(c for c in f"{title}{number}" if c.isalnum() or c in "（）()-_")
    return f"{kept[:180] or 'document'}.pdf"


def _sealed(frozen: bytes, frozen_sha256: str, place: str, seal: By, at: datetime) -> tuple[bytes, dict]:
    credential = authority().certificate_for(seal.name, seal.subject)
    signer = signing.Signer(seal.name, signing.kind_of(place), credential)
    data = signing.sign(frozen, place, signer, frozen_sha256, at, reason="签发")
    told = {"field": place, "signer": seal.name, "kind": signer.kind, "serial": credential.serial}
    return data, told | {"signed_at": at.isoformat()}


def _of_call(call_key: str | None) -> Document | None:
    return db.session.scalar(select(Document).where(Document.call_key == call_key)) if call_key else None
