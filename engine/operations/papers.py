"""Make a paper in three steps, as every operation that prints does: gather its facts, print it, keep it on the shelf."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from engine import clock, config, storage
from engine.access.models import Body
from engine.cases.models import Case
from engine.db import db
from engine.documents import ahead, archive, render, shelf, signing, templates
from engine.documents.models import Document, Signature
from engine.documents.pki import authority
from engine.documents.stamping import NoTimeStamp
from engine.documents.templates import Template
from engine.operations.operation import Call, TryAgain

SERIES = {  # template → the words in its number
    "agreement": "调协",
    "session_minutes": "调笔录",
    "court_report": "调报",
    "termination_notice": "调终",
    "mediation_proof": "调证",
    "referral_receipt": "调回",
    "acceptance_notice": "调受",
    "supplement_notice": "调补",
    "mediation_notice": "调通",
    "rights_notice": "调告",
    "service_record": "调送",
    "service_address": "调址",
    "confirmation_application": "调申",
    "proposal": "调方",
    "deemed_agreement": "调认",
    "undisputed_facts": "调实",
    "withdrawal_application": "调撤",
    "performance_history": "调履",
    "enforcement_application": "调执申",
    "payment_order_application": "调督申",
    "deed_application": "调公申",
    "small_opinion": "调意",
    "mediator_declaration": "调披",
    "recusal_decision": "调避",
    "suspension_report": "调中",
    "suspension_decision": "调决",
    "suspicion_letter": "调函",
    "no_answer_notice": "调逾",
    "early_end_notice": "调结",
    "appraisal_commission": "调鉴",
    "mediation_application": "调请",
    "registration_form": "调登",
    "consent_record": "调同",
    "extension_consent": "调延",
    "power_of_attorney": "调委",
    "caucus_note": "调谈",
    "inquiry_record": "调查",
    "evidence_list": "调据",
    "oral_agreement": "调口",
    "performance_record": "调访",
    "handover_list": "调移",
    "file_cover": "调卷",
    "complaint_answer": "调诉",
    "complaint": "调投",
    "signature_record": "调签证",
    "mediator_statement": "调声",
}


def verification() -> dict:
    """What the paper prints so that anybody can check it: its code on the shelf, and where to enter it."""
    code = shelf.check_code()
    return {"url": f"{config.current().public_url}/verify?c={code}", "code": code}


OF_TRACKS = {"advance_receipt": "调先", "group_offer": "调批", "evaluation": "调评",
             "paper_sheet": "调签"}  # papers of special tracks


def number(case: Case, template: str) -> str:
    """The paper's number: the case's own with the paper's series, counted when there are several."""
    series = (SERIES | OF_TRACKS).get(template, "调")
    stem = case.organisation_number.replace("调字", f"{series}字") or f"{case.number}{series}"
    earlier = db.session.scalar(select(func.count()).where(Document.case_id == case.id, Document.kind == template))
    if not earlier:
        return stem
    return stem.removesuffix("号") + f"-{earlier + 1}号" if stem.endswith("号") else f"{stem}-{earlier + 1}"


def order(template: str, facts: dict, audience: str, seals: Mapping[str, Body | None] | None = None) -> dict:
    """Everything `make` needs, as plain values. `seals` names bodies whose standing seal goes on at once."""
    return {
        "template": template, "facts": facts, "audience": audience, "at": clock.now().isoformat(),
        "seals": [{"field": field, "body_id": body.id, "name": body.name} for field, body in (seals or {}).items() if body],
    }


def make(ordered: Mapping) -> dict:
    """What workers do to make a paper: `printed`, and again when there is no time stamp for its seals. Raises TryAgain."""
    try:
        return printed(ordered)
    except NoTimeStamp as failure:
        raise TryAgain(str(failure)) from failure


def printed(ordered: Mapping) -> dict:
    """Print the paper, freeze it, put the standing seals on, and keep the bytes under their hash; again changes nothing.

    No transaction may be open: seals may want time stamps. Raises NoTimeStamp.
    """
    printed = render.pdf(ordered["template"], ordered["facts"])
    frozen = signing.prepare(printed)
    frozen_sha256 = storage.put(frozen)
    data, signed = frozen, []
    at = datetime.fromisoformat(ordered["at"])
    for seal in ordered["seals"]:
        credential = authority().certificate_for(seal["name"], f"organisation-{seal['body_id']}")
        signer = signing.Signer(seal["name"], seal["field"], credential)
        data = signing.sign(data, seal["field"], signer, frozen_sha256, at, reason="制发")
        stamped_at = ahead.stamp_of(data, seal["field"])
        signed.append({**seal, "serial": credential.serial, "stamped_at": stamped_at and stamped_at.isoformat()})
    return {
        "sha256": storage.put(data), "size": len(data), "pages": printed.pages, "frozen_sha256": frozen_sha256,
        "fields": list(signing.places(frozen)) if printed.signature_boxes else [], "signed": signed,
    }


def titles(template: Template, facts: dict) -> tuple[str, str]:
    """What a paper is called on the shelf: a template for a yes and a no says both in its head, 受理通知书、不予受理通知书."""
    chinese, _dot, english = template.title.partition(" · ")
    named = chinese.partition("（")[0].split("、")
    title = named[-1 if facts.get("decision") == "refused" or facts.get("resumed") else 0]
    return title.replace("委派", "委托") if facts.get("case", {}).get("regime") == "entrusted" else title, english


def keep(made: Mapping, ordered: Mapping, call: Call) -> Document:
    """Put the paper on the case's shelf, once for a call."""
    facts, template = ordered["facts"], templates.find(ordered["template"])
    title, english = titles(template, facts)
    at = datetime.fromisoformat(ordered["at"])
    seals = [
        Signature(field=seal["field"], body_id=seal["body_id"], signer=seal["name"], kind=seal["field"], method="standing_seal",
                  hash_shown=made["frozen_sha256"], serial=seal["serial"], signed_at=at,
                  stamped_at=_moment(seal.get("stamped_at"))) for seal in made["signed"]
    ]
    document = shelf.enter(
        call.case_id, template.name, title, made["sha256"], made["size"], ordered["audience"], call.key, title_en=english,
        number=facts.get("number", ""), filename=f"{title}.pdf", pages=made["pages"], frozen_sha256=made["frozen_sha256"],
        check_code=facts["verify"]["code"], signature_fields=made["fields"], created_by="system", signatures=seals,
        told=dict(facts), found_good_sha256=made["sha256"] if seals else "",  # sealed by ourselves a moment ago
    )
    if document.signatures and not document.level:
        archive.note_signed(document)
    return document


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
