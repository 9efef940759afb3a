"""What the courts' desks answer to what they are asked: confirmation, the end of a docketed case, payment order, enforcement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.peers.court import judges
from webapp.peers.court.ledger import Ledger
from webapp.peers.court.setup import Court, Rules


@dataclass(frozen=True)
class Word:
    """One message of the court, so many seconds after it was asked."""

    name: str
    payload: dict
    after: float
    serial: str = ""  # tells several of one name apart


def answers(rules: Rules, ledger: Ledger, court: Court, told: dict, found: judges.Decision) -> Iterator[Word]:
    """What the court says to a message of ours; nothing to those that only tell it something."""

    def number(series: str) -> str:
        return judges.number(court.code, series, ledger.next_number(f"{court.code} {series}"))

    match told.get("type"):
        case "case.ending_requested":
            yield Word("docket_decided", judges.ending(found, told), rules.accept_after_seconds)
        case "letter.requested":
            yield Word("letter_decided", judges.letter(found, number("诉前调书")), rules.accept_after_seconds)
        case "confirmation.requested":
            yield from _confirmation(rules, number, told, found)
        case "confirmation.supplemented" if rules.supplements:
            taken = str((told.get("data") or {}).get("number") or "")
            yield Word("confirmation_ruled", {"decision": found.kind, "number": taken, "reason": found.reason},
                       rules.decide_after_seconds)
            yield from _receipts(told, found, 2 * rules.decide_after_seconds)
        case "confirmation.withdrawal_requested":
            taken = str((told.get("data") or {}).get("number") or "")
            yield Word("confirmation_ruled", {"decision": "withdrawn", "number": taken, "reason": judges.REASONS["withdrawn"]},
                       rules.accept_after_seconds)
        case "case.concluded" if _goes_to_docket(told):
            yield Word("docketing_decided", {"decision": "docketed", "number": number("民初")},
                       rules.accept_after_seconds + rules.decide_after_seconds)
        case "case.complaint_made" if (told.get("data") or {}).get("paper"):
            answer = {"measure": "warning", "findings": "经查，调解员语气不当，没有强迫调解。", "decision": "已要求调解员改正。"}
            yield Word("complaint_decided", {"paper": told["data"]["paper"], **answer}, rules.decide_after_seconds)
        case "objection.raised":
            said = {"objection": told["data"]["objection"], "result": "objection_rejected", "number": number("民特监"),
                    "reason": "异议人的民事权益未受协议影响。"}
            yield Word("ruling_objection_decided", said, rules.decide_after_seconds)
        case "payment_order.requested":
            yield from _order(rules, number, found)
        case "payment_order.objected":
            yield Word("payment_order_objection_decision", judges.objection(told), rules.decide_after_seconds)
        case "enforcement.requested":
            yield Word("enforcement_admission", {"decision": "accepted", "number": number("执")}, rules.accept_after_seconds)


def _goes_to_docket(told: dict) -> bool:
    """A referral before docketing whose mediation did not settle everything: the applicant's suit is docketed (CPL 126)."""
    data = told.get("data") or {}
    settled = data.get("successful") and data.get("outcome") != "O02"
    return data.get("regime") == "A" and not settled and data.get("outcome") not in ("O06", "O07", "O18", "O20")


def _confirmation(rules: Rules, number, told: dict, found: judges.Decision) -> Iterator[Word]:
    soon, later = rules.accept_after_seconds, rules.accept_after_seconds + rules.decide_after_seconds
    if found.kind == "not_accepted":
        yield Word("confirmation_not_accepted", {"reason": found.reason}, soon)
        return
    taken = number(rules.series)
    yield Word("confirmation_accepted", {"number": taken}, soon)
    if rules.hears:
        at = (datetime.now(judges.SHANGHAI) + timedelta(days=2)).replace(microsecond=0)
        yield Word("confirmation_hearing", {"held_at": at.isoformat(), "mode": "video", "place": "诉讼服务网在线法庭"}, soon)
    if rules.supplements:  # it rules when the parties have answered
        until = (datetime.now(judges.SHANGHAI) + timedelta(days=7)).date().isoformat()
        yield Word("confirmation_supplement", {"text": "请补充代理人的授权委托书。", "until": until}, soon)
        return
    yield Word("confirmation_ruled", {"decision": found.kind, "number": taken, "reason": found.reason}, later)
    yield from _receipts(told, found, later + rules.decide_after_seconds)


def _receipts(told: dict, found: judges.Decision, after: float) -> Iterator[Word]:
    """The court serves a ruling that confirms; each party receives it the same day and may object from there (CPL-Interp 372)."""
    if found.kind != "confirmed":
        return
    today = datetime.now(judges.SHANGHAI).date().isoformat()
    for serial, one in enumerate((told.get("data") or {}).get("applicants") or [], start=1):
        yield Word("ruling_received", {"name": one["name"], "side": one["side"], "received_on": today}, after, f"-{serial}")


def _order(rules: Rules, number, found: judges.Decision) -> Iterator[Word]:
    """CPL 226 and 227: taken up, issued, served; the share of cases that is not accepted has its debtor elsewhere."""
    soon, later = rules.accept_after_seconds, rules.accept_after_seconds + rules.decide_after_seconds
    if found.kind == "not_accepted":
        yield Word("payment_order_admission", {"decision": "not_accepted", "order_ground": "no_jurisdiction",
                                               "court_reason": "债务人住所地不在本院辖区。"}, soon)
        return
    yield Word("payment_order_admission", {"decision": "accepted", "number": number("民督")}, soon)
    if found.kind == "rejected":
        yield Word("payment_order_decision", {"decision": "rejected", "order_ground": "counter_duty",
                                              "court_reason": "协议约定同时履行。"}, later)
        return
    yield Word("payment_order_decision", {"decision": "issue"}, later)
    today = datetime.now(judges.SHANGHAI).date().isoformat()
    yield Word("payment_order_service", {"served": "yes", "served_on": today}, later)
