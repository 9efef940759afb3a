"""What the papers at the beginning of a mediation say: receipt, acceptance, rights and duties, notice of mediation."""

from sqlalchemy import select

from engine import clock
from engine.cases import claimants, regimes
from engine.cases.models import Case, Closing
from engine.db import db
from engine.deadlines import clocks, terms
from engine.deadlines.terms import Words
from engine.documents.models import Document
from engine.documents.wording import at_minute, day_in_chinese, day_in_english, on_day
from engine.mediation import published, sessions
from engine.mediation.models import MediationSession, OrganisationProfile, SessionStatus

MODES = {"video": "video", "separate": "async", "telephone": "phone", "on_site": "onsite"}
ROOM = "在线调解室（由短信中的链接进入）"
FREE = ("", "免费")
REFUSALS = ("O16", "O17", "O22")
BRING = (
    Words("本人有效身份证件；单位参加的，营业执照副本、法定代表人（负责人）身份证明书；",
          "proof of identity; for an organisation its licence and the certificate of its representative;"),
    Words("委托代理人的，授权委托书和代理人身份证件；代为和解、签署协议的，须写明特别授权；",
          "for an agent the power of attorney and proof of identity; to settle and sign it must give special authority;"),
    Words("与纠纷有关的合同、凭证、往来记录等材料，以及收款账户信息；",
          "contracts, vouchers, correspondence on the dispute, and the account to be paid to;"),
)
BRING_TO_VIDEO = Words("能够视频通话的手机或者电脑，以及安静、不受打扰的地方；没有设备的，请提前告知，可以到调解组织参加。",
                       "a telephone or computer with a camera, and a quiet place; without one tell us in time and come to us.")


def reason_of(case: Case, title: str) -> str:
    """Why the case ended: its close code in words, and what was written down."""
    closing = db.session.scalar(select(Closing).where(Closing.case_id == case.id))
    return "；".join(filter(None, (title, closing.reason if closing else ""))) or "调解终止"


def names(case: Case, *sides: str) -> str:
    """The parties' names, of all sides or some."""
    people = [person for person in case.participants if person.role == "party" and person.is_current]
    return "、".join(person.name for person in people if not sides or person.side in sides)


def all_sessions(case: Case) -> list[MediationSession]:
    """The meetings that were not called off."""
    return [one for one in sessions.of_case(case.id) if one.status != SessionStatus.CANCELLED]


def where(session: MediationSession) -> str:
    """The place; of a meeting on line the room, until when it is open, and where to go without equipment."""
    if not session.is_online:
        return session.place or ROOM
    until = session.open_until.astimezone(clock.SHANGHAI) if session.open_until else None
    told = [ROOM, f"开放至{until.year}年{until.month}月{until.day}日{until:%H:%M}，各方自选时间参加" if until else "",
            f"没有设备的，可以到{session.place}参加" if session.place else ""]
    return "；".join(filter(None, told))


def acceptance(case: Case, why: str) -> dict:
    """Accepted or not, with what it costs and by when the applicant hears more."""
    refused = case.outcome in REFUSALS
    told = {"decision": "refused" if refused else "accepted", "addressee": names(case, "applicant")}
    if refused:
        return told | {"reason": why}
    contact_by = clocks.last_day_of(case.id, "T05", case.accepted_at or clock.now())
    return told | {"fee": _fee(case), "contact_by": contact_by.isoformat()}


def receipt(case: Case, why: str) -> dict:
    """What became of the court's letter: since when the term runs and until when, or why not."""
    refused = case.outcome in REFUSALS or case.accepted_at is None
    letter = db.session.scalar(select(Document.number).where(
        Document.case_id == case.id, Document.kind == "entrustment_letter").order_by(Document.id.desc()).limit(1))
    told = {"decision": "refused" if refused else "accepted",
            "referral": {"received": on_day(case.received_at), "number": letter or ""}}
    if refused:
        return told | {"reason": why}
    return told | {"accepted_at": at_minute(case.accepted_at), "term_ends": _term_ends(case).isoformat()}


def notice(case: Case) -> dict:
    """When and where, what to bring, and what an institution owes (CP-Measures 2022, Art. 16)."""
    planned = all_sessions(case)
    told = {"addressee": names(case)}
    bring = list(BRING)
    if planned:
        told["session"] = {"starts_at": at_minute(planned[-1].planned_at), "mode": MODES[planned[-1].mode],
                           "place": where(planned[-1])}
    if not planned or planned[-1].is_online:
        bring.append(BRING_TO_VIDEO)
    told |= {"bring": [one.zh for one in bring], "bring_en": [one.en for one in bring]}
    if case.institution_id is not None and claimants.every()[case.claimant].consumer_rules:
        told["institution"] = "yes"
    return told


def rights(case: Case) -> dict:
    """To whom, until when the mediation may last, what it costs, where to complain (People's Mediation Law 23, 24)."""
    told = {"addressee": names(case), **_term(case), **_complaints(case)}
    fee = _fee(case)
    return told if fee in FREE else told | {"fee": f"调解收费：{fee}。", "fee_en": f"Mediation fee: {fee}."}


def _fee(case: Case) -> str:
    profile = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
    return profile.fee if profile else ""


def _term_of(case: Case) -> terms.Term:
    return terms.get(regimes.get(case.regime).term(case.procedure))


def _term_ends(case: Case):
    return clocks.last_day_of(case.id, _term_of(case).id, case.accepted_at)


def _term(case: Case) -> dict:
    """How long the mediation may last: from the acceptance, which this paper follows."""
    if case.accepted_at is None:
        return {}
    term, last = _term_of(case), _term_ends(case)
    days = (published.mediation_days(case) if term.id == published.TERM else None) or term.length
    longer = f"；{term.extension.words.zh}" if term.extension else ""
    longer_en = f"; longer if {term.extension.words.en}" if term.extension else ""
    return {"term": f"调解期限：{days}日，自{day_in_chinese(case.accepted_at)}接受之日的次日起算，"
                    f"至{last.year}年{last.month}月{last.day}日届满{longer}。",
            "term_en": f"The mediation may last {days} days from the day after acceptance "
                       f"({day_in_english(case.accepted_at)}), to {last:%-d %B %Y}{longer_en}."}


def _complaints(case: Case) -> dict:
    """On the page of the case, by telephone, and at the court that invited the organisation (特邀调解规定 28)."""
    phone = case.organisation.phone if case.organisation else ""
    court = case.court.name if case.court else ""
    zh = "；".join(filter(None, ("案件页面“投诉调解员”", f"调解组织电话{phone}" if phone else "", court)))
    en = "; ".join(filter(None, ("“Complain about the mediator” on the page of the case",
                                 f"the organisation, tel. {phone}" if phone else "", court and (case.court.name_en or court))))
    return {"complaints": zh, "complaints_en": en}
