"""What a report says of the end: who decided it, and how long the mediation's term was with all that lengthened it."""

from datetime import datetime

from sqlalchemy import select

from engine.cases import outcomes
from engine.cases.models import Case, Closing
from engine.db import db
from engine.deadlines import clocks, reckoning
from engine.deadlines.terms import get
from engine.documents import wording

DECIDERS = {outcomes.THE_PARTIES: "各方当事人", "clock": "期限届满", "system": "平台"}


def told(case: Case) -> dict:
    """Both, as far as they are known."""
    return {key: words for key, words in (("decided_by", _decided_by(case)), ("term", _term(case))) if words}


def _decided_by(case: Case) -> str:
    by = db.session.scalar(select(Closing.decided_by).where(Closing.case_id == case.id)) or ""
    return DECIDERS.get(by, by)


def _term(case: Case) -> str:
    """The court does not count extensions, appraisals and suspensions towards its own term (Online-Med 24, 26)."""
    row = clocks.latest(case.id, "mediation")
    if row is None:
        return ""
    longer = [f"经各方同意延长{each['days']}日（{each['reason']}），至{_last_day(each['new'])}" for each in row.extensions]
    still = [f"{_day(each['from'])}至{_day(each['to'])}暂停计算（{each['reason']}）" for each in row.pauses if each["to"]]
    begun = f"{get(row.term).title.zh}，自{_day(row.starts_at.isoformat())}次日起算"
    return "；".join([begun, *longer, *still, f"届满日为{_last_day(row.due_at.isoformat())}"]) + "。"


def _day(moment: str) -> str:
    return wording.day_in_chinese(datetime.fromisoformat(moment))


def _last_day(due_at: str) -> str:
    return wording.day_in_chinese(datetime.fromisoformat(due_at) - reckoning.INSTANT)
