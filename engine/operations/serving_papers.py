"""The papers of service: the confirmation of an address (送达地址确认书) and the record of a service (送达回证).

They are printed when somebody wants them. `order_…` reads, `papers.make` prints with no transaction open, `keep_…` writes.
"""

from dataclasses import dataclass

from engine import clock
from engine.access.models import Body, Participant
from engine.cases import masking
from engine.cases.models import Case
from engine.db import db
from engine.documents import acknowledgements, facts
from engine.documents.models import Document
from engine.documents.wording import at_minute, day_in_chinese
from engine.notices import addresses, ladder, public_notice
from engine.notices.models import Notice, ServiceAddress, Serving, ServingAttempt
from engine.operations import papers

CHANNELS = {"platform": "本平台案件页面", "sms": "短信", "email": "电子邮件"}
GROUPS = {"agreement": "调解协议及有关材料", "notices": "调解组织的通知", "rulings": "人民法院的裁定书、调解书",
          "court_papers": "人民法院的通知书、传票、支付令"}
BASES = {"arrived": "送达信息到达受送达人确认的电子地址所在系统", "receipt": "发送方系统显示送达成功",
         "read": "受送达人已阅读或者确认收到", "signed_for": "受送达人签收",
         "returned": "地址不准确、变更未告知或者拒收致文书退回，退回之日视为送达之日",
         "left": "受送达人拒绝接收，留置送达（民事诉讼法第八十九条）",
         "published": "公告送达，公告期满视为送达（民事诉讼法第九十五条）"}
BASES_EN = {"arrived": "it reached the system of the confirmed electronic address",
            "receipt": "the sending system shows that it arrived",
            "read": "read, or receipt confirmed", "signed_for": "signed for",
            "returned": "it came back because the address was wrong or had changed or it was refused; served on that day",
            "left": "refused, and left there (Civil Procedure Law, Art. 89)",
            "published": "served by public notice, whose time is over (Civil Procedure Law, Art. 95)"}
OUTCOMES = {"waiting": "待送达", "sent": "已发出", "arrived": "已送达", "failed": "未送达", "returned": "已退回"}
OUTCOMES_EN = {"waiting": "to be served", "sent": "sent", "arrived": "served", "failed": "not served", "returned": "came back"}
SECRET = "（应当事人请求保密）"


@dataclass(frozen=True)
class Occasion:
    """Why a paper is kept: what `papers.keep` needs to know of a call."""

    case_id: int
    key: str


def order_address(row: ServiceAddress) -> dict:
    """The confirmation as the party gave it."""
    case, person = db.session.get(Case, row.case_id), db.session.get(Participant, row.participant_id)
    way, way_en = ("通过本人短信链接", "by their own link from a text message") if row.channel == "link" else (
        f"由{row.recorded_by}根据当事人陈述记录", f"as {row.recorded_by} noted what the party said")
    told = facts.of(
        "service_address", case, papers.number(case, "service_address"), papers.verification(), day=_day(row.confirmed_at),
        party=facts.party(person), signers=[],
        confirmed={
            "receiver": row.receiver, "phone": row.phone, "postcode": row.postcode, "address": row.address, "email": row.email,
            "agrees": "yes" if row.agrees else "no", "channels": [CHANNELS[one] for one in row.channels],
            "kinds": [GROUPS[one] for one in row.kinds], "secret": "yes" if row.is_secret else "",
            "word": f"{acknowledgements.in_words(row.confirmed_at)}{way}确认",
            "word_en": f"confirmed on {acknowledgements.in_english(row.confirmed_at)}, {way_en}",
        })
    return papers.order("service_address", told, addresses.audience_of(row))


def keep_address(row: ServiceAddress, made: dict, order: dict) -> Document:
    """Put the confirmation on the shelf, once."""
    document = papers.keep(made, order, Occasion(row.case_id, f"service-address-{row.id}"))
    row.document_id = document.id
    return document


def order_record(row: Serving) -> dict:
    """What is known of a service so far: a record can be printed again when more is known."""
    case, person = db.session.get(Case, row.case_id), db.session.get(Participant, row.participant_id)
    document, address = db.session.get(Document, row.document_id), _confirmation(row)
    court = db.session.get(Body, public_notice.court_of(document) or 0)
    told = facts.of(
        "service_record", case, papers.number(case, "service_record"), papers.verification(), **_issuer(court),
        recipient={"name": person.name, "consent": _consent(row, address), "consent_en": _consent_en(row, address)},
        document={"title": document.title, "number": document.number, "sha256": document.sha256},
        items=[_item(attempt, bool(address and address.is_secret)) for attempt in row.attempts],
        served={"at": at_minute(row.served_at), "basis": BASES.get(row.basis, ""), "basis_en": BASES_EN.get(row.basis, ""),
                "read_at": at_minute(row.read_at)}
        if row.served_at else {}, signs="yes" if row.rung == "paper" else "")
    return papers.order("service_record", told, "filing", {"organisation": court or case.organisation})


def _issuer(court: Body | None) -> dict:
    """Whose record it is: the court's for the court's own papers, else the organisation's."""
    seal = {"field": "organisation", "label": facts.LABELS["court"]}
    return {"organisation": facts.organisation(court), "signers": [seal | {"name": court.name}]} if court else {}


def keep_record(row: Serving, made: dict, order: dict) -> Document:
    """Put the record on the shelf: one for each state of the service."""
    document = papers.keep(made, order, Occasion(row.case_id, f"serving-{row.id}-{row.revision}"))
    row.record_id = document.id
    return document


def _confirmation(row: Serving) -> ServiceAddress | None:
    return db.session.get(ServiceAddress, row.address_id) if row.address_id else None


def _consent(row: Serving, address: ServiceAddress | None) -> str:
    if address is None:
        return "未签署送达地址确认书"
    said = "同意电子送达" if row.agrees else "不同意以电子方式送达本类文书"
    return f"{day_in_chinese(address.confirmed_at)}签署送达地址确认书，{said}"


def _consent_en(row: Serving, address: ServiceAddress | None) -> str:
    if address is None:
        return "no address confirmed"
    said = "agrees to electronic service" if row.agrees else "does not agree to electronic service of such papers"
    return f"confirmed on {_day(address.confirmed_at):%-d %B %Y}; {said}"


def _item(attempt: ServingAttempt, is_secret: bool) -> dict:
    rung, notice = ladder.rungs()[attempt.rung], db.session.get(Notice, attempt.notice_id) if attempt.notice_id else None
    told = {
        "channel": rung.title.zh, "outcome": OUTCOMES[attempt.status], "address": _masked(attempt, is_secret),
        "sent_at": at_minute(attempt.sent_at), "arrived_at": at_minute(attempt.arrived_at), "tracking": attempt.tracking,
        "returned_at": at_minute(attempt.returned_at), "noted_by": attempt.noted_by,
        "remark": attempt.remark if attempt.noted_by else "", "receipt": notice.provider_id if notice else "",
        "article": rung.article.zh,
        "channel_en": rung.title.en, "outcome_en": OUTCOMES_EN[attempt.status], "article_en": rung.article.en,
    }
    return {key: value for key, value in told.items() if value}


def _masked(attempt: ServingAttempt, is_secret: bool) -> str:
    match attempt.rung:
        case "platform":
            return "本平台案件页面"
        case "sms":
            return masking.mask_phone(attempt.address)
        case "email":
            return attempt.address[:1] + "***@" + attempt.address.rpartition("@")[2]
    return SECRET if is_secret and attempt.rung == "paper" else attempt.address or "（地址不详）"


def _day(moment):
    return moment.astimezone(clock.SHANGHAI).date()
