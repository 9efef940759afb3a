"""Freeze a document and let people sign it: PAdES signatures, each added to the file without touching what was there.

`prepare` makes the frozen document; its SHA-256 is what every signer is shown and what `sign` insists on.
Two signers of one document must be kept apart by the caller (lock the row).
"""

import hashlib
import io
import tempfile
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.documents import stamping
from engine.documents.pki import Credential
from engine.documents.render import Rendered
from engine.documents.stamps import stamp
from engine.errors import Conflict, Invalid, NotFound
from engine.i18n import _

ORDER = ("party", "mediator", "organisation", "court")
END = b"%%EOF"
BESIDE_THE_CERTIFICATE = 2048  # bytes: names, attributes and the signature itself take about 900
FILLING = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins=Margins.uniform(0))


class NotTheFrozenDocument(Conflict):
    message = _("The document is not the one that was shown for signing.")


class FieldAlreadySigned(Conflict):
    message = _("“%(field)s” has signed this document already.")


class OthersSignFirst(Conflict):
    message = _("Others have to sign first: %(fields)s.")


class NoSuchField(NotFound):
    message = _("This document has no place for the signature “%(field)s”.")


class WrongSigner(Invalid):
    message = _("“%(field)s” is not a place for a signature of this kind: %(kind)s.")


class NotADocument(Invalid):
    message = _("This file cannot be read as a PDF: %(why)s")


@dataclass(frozen=True)
class Signer:
    """Who signs, what for (party, mediator, organisation, court), and with which certificate."""

    name: str
    kind: str
    credential: Credential
    words: str = ""  # what its stamp says instead of the usual


class _At(signers.PdfSigner):
    """A signer who signs at the moment our clock says."""

    at: datetime

    def init_signing_session(self, pdf_out, existing_fields_only=False):
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at.replace(microsecond=0)
        return session


class _Freezing(IncrementalPdfFileWriter):
    """Adds the places for signatures and nothing of its own making: the same document freezes to the same bytes."""

    def __init__(self, data: bytes):
        super().__init__(io.BytesIO(data))
        self._document_id = ArrayObject([self._document_id[0], ByteStringObject(hashlib.sha256(data).digest()[:16])])

    def _update_meta(self):
        """Leave the document's dates as they are."""


def kind_of(field: str) -> str:
    """Who signs in a field: `party_2` → party."""
    return field.split("_", 1)[0]


def prepare(rendered: Rendered) -> bytes:
    """The frozen document: all places for signatures are in it from the start, so that signing only fills them."""
    if not rendered.signature_boxes:
        return rendered.data
    writer = _Freezing(rendered.data)
    for box in rendered.signature_boxes:
        height = float(writer.prev.root["/Pages"]["/Kids"][0].get_object()["/MediaBox"][3])
        place = (box.x, height - box.y - box.h, box.x + box.w, height - box.y)
        fields.append_signature_field(writer, SigFieldSpec(box.name, on_page=box.page - 1, box=place))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue().rstrip(b"\r\n") + b"\n"


def places(pdf: bytes) -> dict[str, bool]:
    """The signature fields in signing order, and whether each is signed. Raises NotADocument."""
    try:
        found = {name: value is not None for name, value, _ref in fields.enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)))}
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise NotADocument(why=str(error)) from error
    return dict(sorted(found.items(), key=lambda item: (_rank(item[0]), item[0])))


def frozen_part(pdf: bytes, expected_sha256: str) -> bytes | None:
    """The beginning of the file that has this hash: what stood before anybody signed. None when there is none."""
    digest, done, end = hashlib.sha256(), 0, pdf.find(END)
    while end != -1:
        stop = end + len(END) + (pdf[end + len(END):end + len(END) + 1] == b"\n")
        digest.update(pdf[done:stop])
        if digest.hexdigest() == expected_sha256:
            return pdf[:stop]
        done, end = stop, pdf.find(END, stop)
    return None


def sign(pdf: bytes, field: str, signer: Signer, expected_sha256: str, at: datetime, reason: str = "同意") -> bytes:
    """The document with one more signature, with a time stamp where the settings name an authority (it is asked now, over the
    network). Nothing that was in the file changes.

    Raises NotTheFrozenDocument, NoSuchField, WrongSigner, FieldAlreadySigned, OthersSignFirst, NotADocument, NoTimeStamp.
    """
    _may_sign(pdf, field, signer, expected_sha256)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    first = not any(places(pdf).values())
    told = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=signer.name,
        reason=f"{reason}；签署原文SHA-256：{expected_sha256}", certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,  # from the first signature on, only signatures may be added
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as seen:  # pyHanko reads the stamp from a file, and late
        seen.write(stamp(signer.kind, signer.name, at, *_size(writer, field), words=signer.words))
        seen.flush()
        style = StaticStampStyle.from_pdf_file(seen.name, border_width=0, background_opacity=1.0, background_layout=FILLING)
        pdf_signer = _At(told, signer=_key(signer.credential), stamp_style=style, timestamper=stamping.stamper())
        pdf_signer.at = at
        return pdf_signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_reserved(pdf_signer)).getvalue()


def _may_sign(pdf: bytes, field: str, signer: Signer, expected_sha256: str) -> None:
    if frozen_part(pdf, expected_sha256) is None:
        raise NotTheFrozenDocument()
    found = places(pdf)
    if field not in found:
        raise NoSuchField(field=field)
    if kind_of(field) != signer.kind:
        raise WrongSigner(field=field, kind=signer.kind)
    if found[field]:
        raise FieldAlreadySigned(field=field)
    waiting = [name for name, signed in found.items() if not signed and _rank(name) < _rank(field)]
    if waiting:
        raise OthersSignFirst(fields=", ".join(waiting))


def _rank(field: str) -> int:
    kind = kind_of(field)
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _size(writer: IncrementalPdfFileWriter, field: str) -> tuple[float, float]:
    for name, _value, ref in fields.enumerate_sig_fields(writer.prev):
        if name == field:
            left, bottom, right, top = (float(side) for side in ref.get_object()["/Rect"])
            return right - left, top - bottom
    raise NoSuchField(field=field)


def _key(credential: Credential) -> signers.SimpleSigner:
    key = credential.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = Certificate.load(credential.certificate.public_bytes(Encoding.DER))
    return signers.SimpleSigner(certificate, PrivateKeyInfo.load(key), SimpleCertificateStore())


def _reserved(pdf_signer: signers.PdfSigner) -> int | None:
    """The hexadecimal digits kept free for a signature: the certificate, and what stands beside it. How long a time stamp
    will be nobody knows beforehand: there (None) pyHanko makes one signature for trial.
    """
    if pdf_signer.default_timestamper is not None:
        return None
    return 2 * (len(pdf_signer.signer.signing_cert.dump()) + BESIDE_THE_CERTIFICATE)
