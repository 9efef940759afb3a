"""Look at a signed document: whose signatures are on it, do they hold, and is it still what was frozen? No network."""

import hashlib
import io
import logging
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from engine import clock
from engine.documents import sealed
from engine.documents.pki import Authority, authority
from engine.documents.signing import END, frozen_part
from engine.i18n import _

CHANGED = _("The document was changed after this signature.")
UNTRUSTED = _("The certificate does not come from our authority.")
MORE_ADDED = _("Something other than a signature was added after this signature.")
OTHER_DOCUMENT = _("This is not the document that was frozen for signing.")
SIGNATURE_CHANGED = _("This signature itself was changed.")
ADDED_AFTER = _("Something was added after the last signature.")
UNREADABLE = _("The file cannot be read as a PDF.")
NOBODY = _("Nobody has signed this document.")
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it finds is in the verdict, not in the operators' log
HARMLESS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)


@dataclass(frozen=True)
class SignatureFound:
    """One signature: in which field, by whom, when, and what holds of it."""

    field: str
    name: str
    serial: str
    at: datetime | None
    intact: bool  # the bytes it covers are unchanged, and the key signed them
    trusted: bool  # its certificate comes from our authority
    covers: bool  # it covers all there was when it was made, and only signatures came after


@dataclass(frozen=True)
class Verification:
    """The verdict on a file. `faults` are (field or empty, marked message)."""

    ok: bool
    signatures: list[SignatureFound] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    frozen_sha256: str = ""
    modified: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Good, and nobody's signature is missing."""
        return self.ok and not self.unsigned


def verify(pdf: bytes, expected_sha256: str = "", root: Authority | None = None) -> Verification:
    """Check every signature against our authority; with `expected_sha256` also that this is the document frozen then."""
    try:
        return _verified(pdf, expected_sha256, root or authority())
    except Exception:  # whatever a damaged or hostile file does to the parser, the answer is: it does not hold
        return _unreadable(pdf, expected_sha256)


def _verified(pdf: bytes, expected: str, root: Authority) -> Verification:
    reader = PdfFileReader(io.BytesIO(pdf))
    embedded = list(reader.embedded_regular_signatures)
    trust = list(load_certs_from_pemder_data(root.certificate.public_bytes(Encoding.PEM)))
    found = [_one(signature, trust) for signature in embedded]
    frozen = _frozen_hash(pdf, embedded)
    faults = [fault for signature in found for fault in _faults(signature)]
    if not found:
        faults.append(("", NOBODY))
    if expected and frozen != expected:
        faults.append(("", OTHER_DOCUMENT))
    if found and not sealed.has_nothing_after(pdf):
        faults.append(("", ADDED_AFTER))
    elif found and not sealed.holds_nothing_else(pdf):
        faults.append((found[-1].field, SIGNATURE_CHANGED))
    return Verification(
        ok=not faults, signatures=found, frozen_sha256=frozen, faults=faults, modified=bool(found and faults),
        unsigned=[name for name, value, _ref in enumerate_sig_fields(reader) if value is None],
    )


def _unreadable(pdf: bytes, expected: str) -> Verification:
    """The file is too damaged for its structure to be read: say at least whose signatures no longer fit their bytes."""
    signers = sealed.signers_by_bytes(pdf)
    broken = [(name, CHANGED) for name, fits in signers if not fits]
    if signers and not sealed.has_nothing_after(pdf):
        broken.append(("", ADDED_AFTER))
    if expected and frozen_part(pdf, expected) is None:
        broken.append(("", OTHER_DOCUMENT))
    return Verification(ok=False, modified=True, faults=[("", UNREADABLE), *broken])


def _one(signature, trust) -> SignatureFound:
    context = ValidationContext(trust_roots=trust, allow_fetching=False, moment=clock.now())
    status = validate_pdf_signature(signature, context)
    covers = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    return SignatureFound(
        field=signature.field_name,
        name=str(signature.sig_object.get("/Name", status.signing_cert.subject.native["common_name"])),
        serial=format(status.signing_cert.serial_number, "x"),
        at=status.signer_reported_dt,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        covers=covers and status.modification_level in HARMLESS and status.docmdp_ok is not False,
    )


def _faults(signature: SignatureFound) -> list[tuple[str, str]]:
    faults = []
    if not signature.intact:
        faults.append((signature.field, CHANGED))
    if not signature.trusted:
        faults.append((signature.field, UNTRUSTED))
    if signature.intact and not signature.covers:
        faults.append((signature.field, MORE_ADDED))
    return faults


def _frozen_hash(pdf: bytes, embedded: list) -> str:
    """The hash of the file as it was before the first signature."""
    until = min((int(signature.byte_range[1]) for signature in embedded), default=len(pdf))
    end = pdf.rfind(END, 0, until)
    stop = end + len(END) + (pdf[end + len(END):end + len(END) + 1] == b"\n")
    return hashlib.sha256(pdf[:stop]).hexdigest()
