"""How the courts decide on an application for confirmation: by rule, so that the same case always gets the same decision."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from webapp.peers.court.setup import Rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
CANNOT_PAY = ("没有能力", "无力", "分期", "宽限")
REASONS = {
    "not_accepted": "申请不属于本院管辖范围。",
    "rejected": "调解协议内容不明确，无法确认（民诉法解释第三百五十八条第五项）。",
    "withdrawn": "申请人自愿撤回申请，予以准许。",
    "confirmed": "",
}

REFUSALS = ("not_accepted", "rejected")


@dataclass(frozen=True)
class Decision:
    """What becomes of an application."""

    kind: str  # confirmed, rejected, not_accepted, withdrawn
    reason: str


def decide(case_number: str, told: dict, rules: Rules) -> Decision:
    """The decision on a case: too large a sum is not accepted; else its number decides, in the shares of the rules."""
    if _amount(told.get("amount")) > rules.largest_amount:
        return Decision("not_accepted", "标的额超出基层人民法院级别管辖。")
    lot = int(hashlib.sha256(case_number.encode()).hexdigest()[:8], 16) % 100
    for kind in ("not_accepted", "rejected", "withdrawn"):
        share = getattr(rules, kind)
        if lot < share:
            return Decision(kind, REASONS[kind])
        lot -= share
    return Decision("confirmed", REASONS["confirmed"])


def ending(found: Decision, told: dict) -> dict:
    """How a docketed case is ended: as the parties ask; a mediation letter not where the same lot would refuse to confirm their
    agreement. Who settled may withdraw (CPL 148)."""
    asked, today = str((told.get("data") or {}).get("ending") or "mediation_letter"), datetime.now(SHANGHAI).date().isoformat()
    refused = asked == "mediation_letter" and found.kind in REFUSALS
    return {"ending": "trial" if refused else asked, "number": str(told.get("court_number") or ""), "decided_on": today,
            "reason": found.reason if refused else "",
            "in_force_on": today if asked == "mediation_letter" and not refused else None}


def letter(found: Decision, number: str) -> dict:
    """Is there a mediation letter before docketing? Not where the same lot would refuse to confirm the agreement."""
    if found.kind in REFUSALS:
        return {"letter": "refused", "number": number, "reason": found.reason}
    today = datetime.now(SHANGHAI).date().isoformat()
    return {"letter": "made", "number": number, "decided_on": today, "in_force_on": today}


def objection(told: dict) -> dict:
    """Is a written objection one to the debt itself? That the debtor cannot pay is none (CPL-Interp 436)."""
    text = str((told.get("data") or {}).get("text") or "")
    if any(word in text for word in CANNOT_PAY):
        return {"objection": "invalid", "court_reason": "对清偿能力、清偿方式的意见不构成异议。"}
    return {"objection": "valid", "court_reason": "异议针对债权债务本身，终结督促程序。"}


def number(court: str, series: str, sequence: int) -> str:
    """A case number of the court's own series."""
    return f"（{datetime.now(SHANGHAI).year}）{court}{series}{sequence}号"


def _amount(text) -> Decimal:
    try:
        return Decimal(str(text or 0))
    except InvalidOperation:
        return Decimal(0)
