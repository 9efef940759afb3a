"""A signature made before it is entered: made with no transaction open, because a time stamp is asked for over the network."""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from engine import clock, storage
from engine.documents import archive, signing, stamping
from engine.documents.models import Document, Signature
from engine.documents.pki import authority
from engine.errors import Conflict
from engine.i18n import _


class SignedMeanwhile(Conflict):
    """Another signature came first: this one was made on bytes that are no longer the document's."""

    message = _("Somebody else signed this document at the same moment. Please sign again.")


@dataclass(frozen=True)
class Order:
    """Who is to sign what: `sha256` are the bytes as they are, `frozen_sha256` what the signer saw."""

    document_id: int
    sha256: str
    frozen_sha256: str
    field: str
    kind: str  # party, mediator, organisation
    signer: str
    subject: str  # of the certificate: participant-7
    holder: str = ""  # of the certificate, where it is another than the signer: who certifies a signature on paper
    words: str = ""  # of the stamp, instead of the usual
    reason: str = "同意"

    @classmethod
    def of(cls, document: Document, field: str, kind: str, signer: str, subject: str, **more) -> "Order":
        """The order to sign the document as it is now."""
        return cls(document.id, document.sha256, document.frozen_sha256, field, kind, signer, subject, **more)


@dataclass(frozen=True)
class Made:
    """The document with the signature on it."""

    order: Order
    sha256: str
    size: int
    serial: str
    at: datetime
    stamped_at: datetime | None


    def as_row(self) -> dict:
        """As plain values."""
        return asdict(self) | {"at": self.at.isoformat(), "stamped_at": self.stamped_at and self.stamped_at.isoformat()}

    @classmethod
    def of_row(cls, row: Mapping) -> "Made":
        """From its plain values."""
        stamped_at = row["stamped_at"] and datetime.fromisoformat(row["stamped_at"])
        return cls(**{**row, "order": Order(**row["order"]), "at": datetime.fromisoformat(row["at"]), "stamped_at": stamped_at})


def make(order: Order) -> Made:
    """Sign, and keep the bytes. Raises NoTimeStamp, and what `signing.sign` raises."""
    credential, at = authority().certificate_for(order.holder or order.signer, order.subject), clock.now()
    signer = signing.Signer(order.signer, order.kind, credential, order.words)
    data = signing.sign(storage.get(order.sha256), order.field, signer, order.frozen_sha256, at, order.reason)
    return Made(order, storage.put(data), len(data), credential.serial, at, stamp_of(data, order.field))


def stamp_of(pdf: bytes, field: str) -> datetime | None:
    """The time in the stamp of a signature; None where no stamps are demanded."""
    if not stamping.is_demanded():
        return None
    found = next(one for one in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures if one.field_name == field)
    stamp = next(extract_tst_data_iter(found.signer_info, signed=False))
    return stamp["encap_content_info"]["content"].parsed["gen_time"].native


def enter(document: Document, order: Order, made: Made | None, **columns) -> Signature:
    """Enter the signature on the locked document. Without `made` it is made now, where no network is needed for it. `columns`:
    whose it is; of one on paper also when it was signed.

    Raises SignedMeanwhile.
    """
    if made is None and not stamping.is_demanded():
        made = make(order)
    if made is None or made.order != order:
        raise SignedMeanwhile()
    document.sha256, document.size = made.sha256, made.size
    told = {"signed_at": made.at, **columns}
    row = Signature(field=order.field, signer=order.signer, kind=order.kind, hash_shown=document.frozen_sha256,
                    serial=made.serial, stamped_at=made.stamped_at, **told)
    document.signatures.append(row)
    archive.note_signed(document)
    return row
