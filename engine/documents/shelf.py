"""The case's shelf: put a file on it once, find it, read it, check what is signed on it.

What we print ourselves comes through `engine/operations/papers.py`; its signatures through `engine/mediation/signatures.py`.
"""

import secrets
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import select

from engine import crash, storage
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db
from engine.documents.models import Document
from engine.documents.signing import frozen_part
from engine.documents.verify import Verification, verify
from engine.errors import NotFound
from engine.i18n import _
from engine.workflow import incidents, trace

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 8
DRAFTED_ANEW = ("agreement", "proposal", "small_opinion", "undisputed_facts")  # the newest one is what holds


class NoSuchDocument(NotFound):
    message = _("There is no such document.")


def check_code() -> str:
    """A code for `/verify` that nobody guesses, in two groups of four: K7M2-93QX."""
    return grouped("".join(secrets.choice(ALPHABET) for _turn in range(CODE_LENGTH)))


def grouped(code: str) -> str:
    """The code as it is printed and kept."""
    return f"{code[:4]}-{code[4:]}"


def put(case_id: int, kind: str, title: str, data: bytes, audience: str, **columns) -> Document:
    """Keep the bytes and enter them; `columns` as for `enter`. Raises what `storage.put` raises."""
    return enter(case_id, kind, title, storage.put(data), len(data), audience, **columns)


def enter(
    case_id: int, kind: str, title: str, sha256: str, size: int, audience: str, call_key: str | None = None, **columns
) -> Document:
    """Write the row of bytes that are kept already; a call that comes twice gets the row of the first time.

    `columns` are more of the row: media_type, filename, side, number, pages, check_code, created_by.
    """
    known = db.session.scalar(select(Document).where(Document.call_key == call_key)) if call_key else None
    if known is not None:
        return known
    columns.setdefault("check_code", check_code())
    document = Document(case_id=case_id, kind=kind, title=title[:300], audience=audience, sha256=sha256, size=size,
                        call_key=call_key, **columns)
    db.session.add(document)
    db.session.flush()
    crash.point("shelf.after_row")
    return document


def versions(documents: Sequence[Document]) -> dict[int, tuple[int, int]]:
    """Of papers that were drafted anew: which version each is, and of how many."""
    of_kind: dict[str, list[int]] = {}
    for document in documents:
        if document.kind in DRAFTED_ANEW:
            of_kind.setdefault(document.kind, []).append(document.id)
    return {key: (at, len(keys)) for keys in of_kind.values() if len(keys) > 1 for at, key in enumerate(keys, 1)}


def read(document: Document) -> bytes:
    """The document's bytes as they are now. Raises FileMissing, FileDamaged."""
    return storage.get(document.sha256)


def as_of(document: Document, sha256: str) -> bytes:
    """Its bytes as they were under this hash: signatures and time stamps only add to a file. Raises NoSuchDocument."""
    data = read(document)
    found = data if sha256 in ("", document.sha256) else frozen_part(data, sha256)
    if found is None:
        raise NoSuchDocument()
    return found


def check(document: Document) -> Verification:
    """Do the signatures on it hold, and is it what was frozen?"""
    return verify(read(document), document.frozen_sha256)


def told(document: Document) -> dict | None:
    """What the paper's template was told; None for a file that was handed in."""
    return document.told or None


def holds(document: Document) -> bool | None:
    """Do the signatures on it hold? None when nobody signs such a paper.

    Where a worker has found them good, the bytes only have to be there unchanged; else they are looked at, once for these bytes.
    """
    if not document.signatures:
        return None
    return _holds(document.sha256, document.frozen_sha256, document.found_good_sha256 == document.sha256)


@lru_cache(maxsize=4096)
def _holds(sha256: str, frozen_sha256: str, is_known: bool) -> bool:
    try:
        data = storage.get(sha256)
    except (NotFound, storage.FileDamaged):
        return False
    return is_known or verify(data, frozen_sha256).ok


def examine(actor: Actor, document: Document) -> Verification | None:
    """Look at the signatures anew, and write down what was found; broken ones are told of. None: the file is lost."""
    require(actor, Permission.DOCUMENT_READ, document)
    try:
        found = check(document)
    except (NotFound, storage.FileDamaged):
        found = None
    if found is not None and found.ok:
        trace.write(None, "signatures_hold", actor.name, case_id=document.case_id, document=document.id)
    else:
        why = "; ".join(text for _field, text in found.faults) if found else "the file is lost or damaged"
        trace.write(None, "signatures_broken", actor.name, note=why, case_id=document.case_id, document=document.id)
        incidents.report(f"document {document.id}", "signatures_broken", why, document.case_id)
    return found


def find(case_id: int, kind: str) -> Document | None:
    """The latest document of this kind in a case."""
    return db.session.scalar(
        select(Document).where(Document.case_id == case_id, Document.kind == kind).order_by(Document.id.desc()).limit(1)
    )


def by_check_code(code: str) -> Document:
    """The document that bears this code, however people type it. Raises NoSuchDocument."""
    plain = "".join(character for character in code.upper() if character in ALPHABET)
    found = db.session.scalar(select(Document).where(Document.check_code == grouped(plain)))
    if found is None or len(plain) != CODE_LENGTH:
        raise NoSuchDocument()
    return found
