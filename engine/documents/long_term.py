"""Keep signatures provable after their certificates have run out: PAdES B-LTA.

`extended` adds what the signatures are checked by (certificates and revocation lists, the DSS) and a document time stamp over
all of it, in one addition to the file; asked again before that stamp's certificate runs out, it adds the next stamp.
"""

import asyncio
import io
from datetime import datetime, timedelta

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_timestamp, collect_validation_info
from pyhanko_certvalidator import CertificateValidator

from engine.documents import stamping, trust
from engine.errors import Conflict
from engine.i18n import _

AHEAD = timedelta(days=90)  # before the certificate of a document time stamp runs out, the next one is added
AT_LEAST = timedelta(days=1)  # between two stamps, whatever their certificates say
ONE_ADDITION = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


class StampBroken(Conflict):
    message = _("The document time stamp of this file does not hold.")


def extended(pdf: bytes) -> bytes:
    """The file with one more document time stamp, and everything to check what it holds. Raises NoTimeStamp, StampBroken,
    and what pyHanko raises when something is missing to check a signature by.
    """
    return asyncio.run(_extended(pdf))


async def _extended(pdf: bytes) -> bytes:
    both = trust.of_signatures() + trust.of_stamps()
    context = both.context(demands_lists=True)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    paths = await _checked_by(writer.prev, context)
    DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=None, paths=paths, validation_context=context)
    stamp = PdfTimeStamper(stamping.stamper(), field_name=_next_name(writer.prev))
    out = await stamp.async_timestamp_pdf(writer, "sha256", context, dss_settings=ONE_ADDITION)
    return out.getvalue()


async def _checked_by(reader: PdfFileReader, context) -> list:
    """The paths of the signatures and their stamps, and of the last document time stamp: what stood before that is held by it."""
    earlier = reader.embedded_timestamp_signatures
    held = earlier[-1].signed_revision if earlier else -1
    newer = [one for one in reader.embedded_regular_signatures if one.signed_revision > held]
    paths = [path for one in newer for path in await collect_validation_info(one, context)]
    if not earlier:
        return paths
    status = await async_validate_pdf_timestamp(earlier[-1], context)
    if not (status.intact and status.valid and status.trusted):
        raise StampBroken()
    told = extract_certificate_info(earlier[-1].signed_data)
    checked = CertificateValidator(told.signer_cert, intermediate_certs=told.other_certs, validation_context=context)
    return [*paths, await checked.async_validate_usage(set(), {"time_stamping"})]


def _next_name(reader: PdfFileReader) -> str:
    return f"timestamp_{len(reader.embedded_timestamp_signatures) + 1}"


def holds_until(pdf: bytes) -> datetime | None:
    """Until when the last document time stamp can be checked by itself; None when there is none."""
    stamps = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
    return stamps[-1].signer_cert.not_valid_after if stamps else None
