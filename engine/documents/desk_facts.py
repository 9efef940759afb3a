"""The facts of papers that staff make at the desk when they are needed: from the register, and from what they fill in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases import origins
from engine.cases.models import Case, Referral
from engine.db import db
from engine.deadlines.terms import Words
from engine.documents import (
    acknowledgements,
    facts,
    facts_by_template,
    facts_of_incidents,
    file_index,
    handover,
    signing_evidence,
    wording,
)
from engine.documents.models import Document
from engine.documents.parties import CAPACITIES, MATTERS
from engine.documents.wording import at_minute, day_in_chinese, on_day
from engine.mediation import schedule
from engine.mediation.models import Agreement, Consent

SUBJECTS = {"mediation": Words("参加调解", "to take part in the mediation"), "e_service": Words("电子送达", "electronic service"),
            "recording": Words("录音录像", "recording"), "extension": Words("延长调解期限", "more time for the mediation"),
            "confirmation": Words("共同申请司法确认", "a joint application for confirmation"),
            "mode": Words("调解方式", "the way of mediating"), "mediator": Words("由该调解员调解", "the mediator"),
            "no_objection": Words("适用无异议调解方案机制", "the no-objection procedure"),
            "undisputed_facts": Words("记载无争议事实", "a record of undisputed facts"),
            "assistance": Words("由他人协助参加", "help in taking part"), "appraisal": Words("委托鉴定", "an appraisal"),
            "suspension": Words("中止调解后继续", "going on after a suspension")}
SOURCES = {"A": Words("③ 法院委派", "③ delegated by a court"), "B": Words("③ 法院委托", "③ entrusted by a court"),
           "party": Words("① 当事人申请", "① a party's application"),
           "own": Words("② 主动调解", "② the organisation's own initiative"),
           "regulator": Words("④ 监管部门转办", "④ passed on by the regulator")}


def of(template: str, case: Case, answers: Mapping) -> dict:
    """The paper's own facts. `answers` are those of its form."""
    return _MAKERS[template](case, answers)


def _person(case: Case, answers: Mapping) -> Participant:
    return next(one for one in case.participants if str(one.id) == str(answers["person"]))


def _body(case: Case) -> dict:
    """What the other side sent in, as it came."""
    return db.session.scalar(select(Referral.body).where(Referral.case_id == case.id)) or {}


def _application(case: Case, answers: Mapping) -> dict:
    body = _body(case)
    claims = [{"text": one.get("text") or "（见事实和理由）", "amount": _sum(one.get("amount"))} for one in case.claims]
    applicants = [one for one in facts.parties_of(case) if one.side == "applicant"]
    told, told_en = acknowledgements.in_words(case.received_at), acknowledgements.in_english(case.received_at)
    word = _handed_in(case, told, told_en)
    return {"claims": claims or [{"text": case.title}], "statement": case.statement or case.title,
            "before": answers.get("before") or "",
            "evidence": [one["name"] for one in body.get("evidence") or [] if one.get("name")],
            "wishes": answers.get("wishes") or "", "applicants": [{"name": one.name, **word} for one in applicants]}


def _handed_in(case: Case, told: str, told_en: str) -> dict:
    """How it came, in place of a signature; what came through a court or was written down at the counter is signed by hand."""
    row = origins.written_down(case.id)
    if case.channel == "court" or row is not None and row.channel == "counter":
        return {"word": ""}
    if row is not None and row.channel == "telephone":
        return {"word": f"{told}电话申请，由{row.recorded_by}记录并宣读",
                "word_en": f"by telephone, {told_en}; written down and read back by {row.recorded_by}"}
    return {"word": f"{told}在线提交", "word_en": f"handed in on line, {told_en}"}


def _registration(case: Case, answers: Mapping) -> dict:
    accepted = f"{day_in_chinese(case.accepted_at)}受理" if case.accepted_at else ""
    result = accepted or facts_by_template.OUTCOMES_ZH.get(case.outcome, "审查中")
    source = SOURCES.get(case.regime) or SOURCES[answers.get("source") or "party"]
    return {"received": on_day(case.received_at), "source": source.zh, "source_en": source.en,
            "summary": (case.statement or case.title)[:600],
            "amount": _sum(case.amount), "result": result, "registrar": answers["registrar"]}


def _consents(case: Case, answers: Mapping) -> dict:
    person = _person(case, answers)
    rows = db.session.scalars(select(Consent).where(Consent.participant_id == person.id).order_by(Consent.id))
    return {"party": facts.party(person), "answers": [_answer(one) for one in rows]}


def _answer(one: Consent) -> dict:
    """One answer: to which words, of which version."""
    asked = SUBJECTS.get(one.subject, Words(one.subject, one.subject))
    way, way_en = wording.way(one.channel)
    told = {"subject": one.detail.get("asked") or asked.zh, "subject_en": one.detail.get("asked_en") or asked.en,
            "version": one.detail.get("text") or "", "at": acknowledgements.in_words(one.at),
            "at_en": acknowledgements.in_english(one.at), "way": way, "way_en": way_en, "remark": one.reason}
    return told | ({"answer": "同意", "answer_en": "yes"} if one.is_given else {"answer": "不同意", "answer_en": "no"})


def _attorney(case: Case, answers: Mapping) -> dict:
    person, kind = _person(case, answers), CAPACITIES[answers["kind"]]
    given = [MATTERS[one] for one in answers.get("matters") or []]
    agent = {"name": answers["agent"], "id_number": answers.get("id_number") or "", "phone": answers.get("phone") or "",
             "kind": kind[0], "kind_en": kind[1], "proof": answers.get("proof") or "", "scope": answers["scope"]}
    if given:
        agent |= {"matters": "、".join(zh for zh, _en in given), "matters_en": ", ".join(en for _zh, en in given)}
    return {"party": facts.party(person), "agent": agent, "matter": answers.get("matter") or "",
            "until": answers.get("until") or ""}


def _representative(case: Case, answers: Mapping) -> dict:
    person = _person(case, answers)
    return {"party": facts.party(person) | {"representative": answers["representative"]}, "post": answers.get("post") or ""}


def _caucus(case: Case, answers: Mapping) -> dict:
    return {"with": _person(case, answers).name, "at": _moment(answers["at"]), "text": answers["text"]}


def _inquiry(case: Case, answers: Mapping) -> dict:
    return {"asked": answers["asked"], "at": _moment(answers["at"]), "place": answers["place"], "text": answers["text"]}


def _evidence(case: Case, answers: Mapping) -> dict:
    sides = facts.SIDES
    listed = [{"name": one["name"], "form": handover.FORMS.get(one.get("form"), ""), "source": "申请人",
               "proves": one.get("proves") or "",
               "pages": str(one.get("pages") or "")} for one in _body(case).get("evidence") or [] if one.get("name")]
    kept = db.session.scalars(select(Document).where(  # what was handed in for the mediation alone stands in no list
        Document.case_id == case.id, Document.kind == "evidence", Document.audience == "filing").order_by(Document.id))
    return {"items": listed + [{"name": one.title, "form": "电子件", "source": sides.get(one.side, ""),
                                "pages": str(one.pages or ""), "sha256": one.sha256} for one in kept]}


def _oral(case: Case, answers: Mapping) -> dict:
    return {"reached": answers["reached"], "content": answers["content"], "performance": answers["performance"]}


def _performance(case: Case, answers: Mapping) -> dict:
    agreement = db.session.scalar(select(Agreement).where(
        Agreement.case_id == case.id, Agreement.status == "effective").order_by(Agreement.number.desc()).limit(1))
    told = {"performed": {"fully": "全部履行", "partly": "部分履行", "no": "未履行"}[answers["performed"]], "on": answers["on"],
            "amount": _sum(answers.get("amount")), "channel": answers.get("channel") or "", "told_by": answers["told_by"],
            "remark": answers.get("remark") or ""}
    if agreement is not None:
        document = db.session.get(Document, agreement.document_id) if agreement.document_id else None
        told["agreement"] = {"number": document.number if document else ""}
        told["schedule"] = [{"due": one.due_on.isoformat(), "debtor": one.debtor, "amount": wording.figures(one.amount)}
                            for one in schedule.payments(agreement.terms)]
    return told


def _handover(case: Case, answers: Mapping) -> dict:
    return {"items": handover.on_paper(handover.items(case))}


def _cover(case: Case, answers: Mapping) -> dict:
    kept = db.session.scalars(select(Document).where(
        Document.case_id == case.id, Document.audience != "mediator", Document.audience.not_like("side:%"),
        Document.audience.not_like("alone:%"), Document.kind != "file_cover"
    ).order_by(Document.id)).all()
    outcome = facts_by_template.OUTCOMES_ZH.get(case.outcome, "尚未结案")
    return {"items": file_index.of(case, kept), "papers": str(len(kept)), "sheets": str(sum(one.pages or 1 for one in kept)),
            "outcome": f"{case.outcome} {outcome}".strip(), "received": on_day(case.received_at),
            "closed": on_day(case.closed_at or case.concluded_at)}


def _complaint(case: Case, answers: Mapping) -> dict:
    return {"complainant": _person(case, answers).name} | {
        name: answers[name] for name in ("about", "received", "complaint", "findings", "decision")}


def _statement(case: Case, answers: Mapping) -> dict:
    return facts_of_incidents.statement(case)


def _signatures(case: Case, answers: Mapping) -> dict:
    return {"papers": signing_evidence.papers(case)}


def _sum(amount) -> str:
    return wording.figures(amount) if amount else ""


def _moment(text: str) -> str:
    return acknowledgements.in_words(datetime.fromisoformat(text)) if text else at_minute(clock.now())


_MAKERS = {
    "mediation_application": _application, "registration_form": _registration, "consent_record": _consents,
    "power_of_attorney": _attorney, "representative_certificate": _representative,
    "caucus_note": _caucus, "inquiry_record": _inquiry, "evidence_list": _evidence, "oral_agreement": _oral,
    "performance_record": _performance, "handover_list": _handover, "file_cover": _cover, "complaint_answer": _complaint,
    "signature_record": _signatures, "mediator_statement": _statement,
}
