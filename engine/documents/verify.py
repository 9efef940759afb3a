"""Look at a signed document: whose signatures are on it, do they hold, and is it still what was frozen? No network."""

import hashlib
import io
import logging
from dataclasses import dataclass, field
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from engine.documents import archived, sealed, trust
from engine.documents.pki import Authority, authority
from engine.documents.signing import END, frozen_part
from engine.i18n import _

CHANGED = _("The document was changed after this signature.")
UNTRUSTED = _("The certificate does not come from our authority.")
MORE_ADDED = _("Something other than a signature was added after this signature.")
OTHER_DOCUMENT = _("This is not the document that was frozen for signing.")
SIGNATURE_CHANGED = _("This signature itself was changed.")
STAMP_CHANGED = _("The time stamp of this signature does not hold.")
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
    stamped_at: datetime | None = None  # by an authority that the settings name
    stamped_by: str = ""
    stamp_holds: bool = True  # its stamp, if it has one, is unchanged and was made for it


@dataclass(frozen=True)
class Verification:
    """The verdict on a file. `faults` are (field or empty, marked message)."""

    ok: bool
    signatures: list[SignatureFound] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    kept: archived.Archived | None = None  # by document time stamps
    frozen_sha256: str = ""
    modified: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Good, and nobody's signature is missing."""
        return self.ok and not self.unsigned

    @property
    def level(self) -> str:
        """The PAdES level that every signature has: B-B, B-T (with a trusted time), B-LTA (provable for the long term).

        A document time stamp is a trusted time, too, for whatever it covers (EN 319 142-1).
        """
        if not self.ok:
            return ""
        if self.kept and self.kept.covers_all:
            return "B-LTA"
        return "B-T" if self.is_stamped else "B-B"

    @property
    def is_stamped(self) -> bool:
        """Does every signature bear a stamp of its own, from when it was made?"""
        return all(signature.stamped_at for signature in self.signatures)


def verify(pdf: bytes, expected_sha256: str = "", root: Authority | None = None) -> Verification:
    """Check every signature against our authority; with `expected_sha256` also that this is the document frozen then."""
    try:
        return _verified(pdf, expected_sha256, root or authority())
    except Exception:  # whatever a damaged or hostile file does to the parser, the answer is: it does not hold
        return _unreadable(pdf, expected_sha256)


def _verified(pdf: bytes, expected: str, root: Authority) -> Verification:
    reader = PdfFileReader(io.BytesIO(pdf))
    embedded = list(reader.embedded_regular_signatures)
    signers, stamps = trust.of_signatures(root), _of_stamps()
    kept, stamp_faults = archived.look(reader, stamps)
    found = [_one(signature, signers, stamps, kept is not None) for signature in embedded]
    frozen = _frozen_hash(pdf, embedded)
    faults = [fault for signature in found for fault in _faults(signature)] + stamp_faults
    if not found:
        faults.append(("", NOBODY))
    if expected and frozen != expected:
        faults.append(("", OTHER_DOCUMENT))
    if found and not sealed.has_nothing_after(pdf):
        faults.append(("", ADDED_AFTER))
    elif found and not sealed.holds_nothing_else(pdf):
        faults.append((found[-1].field, SIGNATURE_CHANGED))
    return Verification(
        ok=not faults, signatures=found, frozen_sha256=frozen, faults=faults, modified=bool(found and faults), kept=kept,
        unsigned=[name for name, value, _ref in enumerate_sig_fields(reader) if value is None],
    )


def _of_stamps() -> trust.Trust:
    """Whose stamps we believe; when their file is gone no stamp proves a time, and no signature is worse for it."""
    try:
        return trust.of_stamps()
    except trust.TrustMissing:
        return trust.Trust()


def _unreadable(pdf: bytes, expected: str) -> Verification:
    """The file is too damaged for its structure to be read: say at least whose signatures no longer fit their bytes."""
    signers = sealed.signers_by_bytes(pdf)
    broken = [(name, CHANGED) for name, fits in signers if not fits]
    if signers and not sealed.has_nothing_after(pdf):
        broken.append(("", ADDED_AFTER))
    if expected and frozen_part(pdf, expected) is None:
        broken.append(("", OTHER_DOCUMENT))
    return Verification(ok=False, modified=True, faults=[("", UNREADABLE), *broken])


def _one(signature, signers: trust.Trust, stamps: trust.Trust, is_archived: bool) -> SignatureFound:
    status = validate_pdf_signature(signature, signers.context(), stamps.context())
    covers = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    intact, stamp = bool(status.intact and status.valid), status.timestamp_validity
    proven = intact and not status.trusted and is_archived and archived.is_proven(signature, signers, stamps)
    believed = stamp is not None and (stamp.trusted or proven)
    return SignatureFound(
        field=signature.field_name,
        name=str(signature.sig_object.get("/Name", status.signing_cert.subject.native["common_name"])),
        serial=format(status.signing_cert.serial_number, "x"),
        at=status.signer_reported_dt,
        intact=intact,
        trusted=bool(status.trusted or proven),
        covers=covers and status.modification_level in HARMLESS and status.docmdp_ok is not False,
        stamped_at=stamp.timestamp if believed else None,
        stamped_by=archived.named(stamp.signing_cert) if believed else "",
        stamp_holds=stamp is None or bool(stamp.intact and stamp.valid),
    )


def _faults(signature: SignatureFound) -> list[tuple[str, str]]:
    faults = []
    if not signature.intact:
        faults.append((signature.field, CHANGED))
    if not signature.stamp_holds:
        faults.append((signature.field, STAMP_CHANGED))
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
