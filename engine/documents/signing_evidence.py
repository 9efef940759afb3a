"""What shows how each signature on a paper came about: who, when, by which code, from where, on which text (电子签名法 13)."""

from sqlalchemy import select

from engine.access.models import OneTimeCode, Participant, PartyLink
from engine.cases import masking
from engine.cases.models import Case
from engine.db import db
from engine.documents.acknowledgements import in_english, in_words
from engine.documents.models import Document, Signature

PLACES = {"party": ("当事人", "party"), "mediator": ("调解员", "mediator"),
          "organisation": ("调解组织印章", "the organisation's seal"),
          "court": ("人民法院印章", "the court's seal")}
METHODS = {
    "sms_code": ("本人手机短信链接，输入与原文哈希绑定的一次性验证码",
                 "own link by text message, one-time code bound to the text's hash"),
    "login": ("平台账号登录后签署", "signed by platform account"),
    "standing_seal": ("按预先授权自动用印", "sealed by standing authority"),
    "paper": ("纸质签署，扫描件经他人核对后由调解组织证书证明",
              "signed on paper; certified by the organisation after comparison"),
}


def papers(case: Case) -> list[dict]:
    """The papers people signed, each with its signatures; where nobody did, those that bear a seal."""
    kept = [one for one in db.session.scalars(select(Document).where(
        Document.case_id == case.id, Document.kind != "signature_record").order_by(Document.id)) if one.signatures]
    by_people = [one for one in kept if any(signature.kind in ("party", "mediator") for signature in one.signatures)]
    return [_paper(one) for one in by_people or kept]


def _paper(document: Document) -> dict:
    told = {"title": document.title, "title_en": document.title_en, "number": document.number, "level": document.level,
            "frozen": document.frozen_sha256, "sha256": document.sha256,
            "signatures": [_signature(document, one) for one in document.signatures]}
    return {key: value for key, value in told.items() if value}


def _signature(document: Document, row: Signature) -> dict:
    place, place_en = PLACES.get(row.kind, (row.kind, row.kind))
    how, how_en = METHODS.get(row.method, (row.method, row.method))
    told = {"signer": row.signer, "place": place, "place_en": place_en, "at": in_words(row.signed_at), "how": how,
            "how_en": how_en, "stamped": in_words(row.stamped_at) if row.stamped_at else "", "address": row.address,
            "serial": row.serial,
            "same": "yes" if row.hash_shown == document.frozen_sha256 else "", **_code(row)}
    return {key: value for key, value in told.items() if value}


def _code(row: Signature) -> dict:
    """The code that was entered for exactly this text, by its number: never the code itself."""
    if row.method != "sms_code" or row.participant_id is None:
        return {}
    used = db.session.scalar(select(OneTimeCode).join(PartyLink, PartyLink.id == OneTimeCode.link_id).where(
        PartyLink.participant_id == row.participant_id, OneTimeCode.purpose == "sign", OneTimeCode.bound_to == row.hash_shown,
        OneTimeCode.used_at.is_not(None)).order_by(OneTimeCode.id.desc()).limit(1))
    if used is None:
        return {}
    phone = masking.mask_phone(db.session.get(Participant, row.participant_id).phone)
    return {"code": f"验证码第{used.id}号：{in_words(used.created_at)}发至{phone}，{in_words(used.used_at)}核验",
            "code_en": f"code no. {used.id}, sent to {phone} on {in_english(used.created_at)}, "
                       f"entered on {in_english(used.used_at)}"}
