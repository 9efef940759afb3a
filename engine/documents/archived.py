"""Look at the document time stamps of a file, and at signatures that only they still prove (PAdES B-LTA)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.crl import CertificateList
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from engine import clock
from engine.documents.trust import Trust
from engine.i18n import _

STAMP_BROKEN = _("This document time stamp does not hold.")
HARMLESS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)  # others may sign after it
WHOLE = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


@dataclass(frozen=True)
class Archived:
    """The document time stamps on a file: how many, when the last one was made, by whom, until when it can be checked; whether it
    covers every signature, or somebody signed after it.
    """

    times: int
    at: datetime
    until: datetime
    by: str
    covers_all: bool = True


def look(reader: PdfFileReader, stamps: Trust) -> tuple[Archived | None, list[tuple[str, str]]]:
    """What they prove, and which of them do not hold. One of an authority that we do not trust proves nothing."""
    found = [(one.field_name, validate_pdf_timestamp(one, stamps.context())) for one in reader.embedded_timestamp_signatures]
    faults = [(name, STAMP_BROKEN) for name, status in found if not _holds(status)]
    if not found or faults or not found[-1][1].trusted:
        return None, faults
    last, revision = found[-1][1], reader.embedded_timestamp_signatures[-1].signed_revision
    covers_all = all(one.signed_revision < revision for one in reader.embedded_regular_signatures)
    return Archived(len(found), last.timestamp, last.signing_cert.not_valid_after, named(last.signing_cert), covers_all), []


def _holds(status) -> bool:
    return bool(status.intact and status.valid and status.coverage in WHOLE and status.modification_level in HARMLESS)


def named(certificate) -> str:
    """Who stamps, by their certificate."""
    return str(certificate.subject.native.get("common_name", ""))


def is_proven(signature, signers: Trust, stamps: Trust) -> bool:
    """Do the time stamps prove that the signature was good when its certificate was?"""
    local = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    lists = [CRLContainer(CertificateList.load(der)) for der in stamps.lists]  # the last stamp is checked by what is known now
    spec = SignatureValidationSpec(_policy(signers), local, _policy(stamps), local_knowledge=LocalKnowledge(known_crls=lists))
    now = ValidationTimingInfo(clock.now(), clock.now(), point_in_time_validation=False)
    told = asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(spec), now))
    return told.ades_subindic == AdESPassed.OK


def _policy(trusted: Trust) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(SimpleTrustManager.build(list(trusted.roots)), CertRevTrustPolicy(REQUIRE_REVINFO))
