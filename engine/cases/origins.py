"""How an application came, where somebody of the staff wrote it down."""

from sqlalchemy import select

from engine.cases.models import Referral
from engine.db import db

# by how somebody applies: how we know who it is; and where the consents come from
IDENTITY = {"counter": ("当面核对身份证件原件", "Identity paper seen at the counter"),
            "telephone": ("电话核对姓名、证件号码，并回拨本人号码", "Name and number checked by telephone, then called back")}
SOURCES = {"signed": ("申请书上签名", "Signed on the application"),
           "said": ("口头同意，由工作人员记录", "Said, and written down")}


def written_down(case_id: int) -> Referral | None:
    """What came in, with who wrote it down and how; None: its sender did so."""
    return db.session.scalar(select(Referral).where(Referral.case_id == case_id, Referral.recorded_by != ""))
