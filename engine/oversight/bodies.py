"""Mediation organisations, institutions and regulators on the platform. Courts have a register of their own.

The kind of a mediation organisation decides when an agreement made there takes effect (engine/mediation/tables/effect.toml).
"""

import re

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import identity
from engine.db import db, locked
from engine.errors import Conflict, Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.mediation.models import OrganisationProfile
from engine.mediation.published import OrganisationUnknown
from engine.workflow import trace

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}", re.ASCII)
KINDS = [
    {"value": "invited", "label": "法院特邀调解组织", "label_en": "Invited by courts (on a court's register)"},
    {"value": "industry", "label": "行业性、专业性调解组织", "label_en": "Of an industry or profession"},
    {"value": "peoples", "label": "人民调解委员会", "label_en": "People's mediation committee"},
    {"value": "administrative", "label": "行政调解组织", "label_en": "Administrative mediation"},
    {"value": "commercial", "label": "商事调解组织（不受理消费者权益纠纷）",
     "label_en": "Commercial mediation (no consumer disputes)"},
]
DEFAULT_KIND = "invited"
ADDED = [
    {"value": "organisation", "label": "调解组织", "label_en": "Mediation organisation"},
    {"value": "institution", "label": "银行保险机构", "label_en": "Bank or insurer"},
    {"value": "regulator", "label": "监管部门", "label_en": "Regulator"},
]
KIND = {"key": "effect_kind", "type": "radio", "label": "调解组织的性质（决定调解协议何时生效、有何约束力）",
        "label_en": "Kind of organisation (decides when an agreement takes effect and how it binds)", "required": True,
        "values": KINDS}
FEE = {"key": "fee", "type": "text", "label": "收费（不收费的写“免费”）", "label_en": "What it charges", "required": True,
       "max_length": 100, "default": "免费"}
KEPT_FEE = {key: FEE[key] for key in FEE if key not in ("required", "default")}
REGISTER = {"key": "register_no", "type": "text", "label": "法院特邀调解组织名册编号",
            "label_en": "Number on the courts' register of organisations", "max_length": 64}
SETTINGS = Form.from_row({"id": "organisation_settings", "components": [KIND, KEPT_FEE, REGISTER]})
FORM = Form.from_row({"id": "body", "components": [
    {"key": "kind", "type": "select", "label": "类别", "label_en": "Kind", "required": True, "values": ADDED},
    {"key": "code", "type": "text", "label": "代码（大写字母、数字，不可更改）",
     "label_en": "Code (capitals and digits; stays as it is)", "required": True, "max_length": 32},
    {"key": "name", "type": "text", "label": "名称", "label_en": "Name", "required": True, "max_length": 200},
    {"key": "name_en", "type": "text", "label": "英文名称", "label_en": "Name in English", "max_length": 200},
    {"key": "credit_code", "type": "text", "label": "统一社会信用代码", "label_en": "Unified social credit code",
     "max_length": 18},
    {"key": "region", "type": "text", "label": "行政区划代码（六位）", "label_en": "Region code (six digits)", "max_length": 6},
    {"key": "address", "type": "text", "label": "地址", "label_en": "Address", "max_length": 300},
    {"key": "phone", "type": "text", "label": "电话", "label_en": "Phone", "max_length": 32},
    {"key": "email", "type": "text", "label": "电子邮箱", "label_en": "E-mail", "max_length": 200},
    KIND | {"show_if": 'kind == "organisation"'}, FEE | {"show_if": 'kind == "organisation"'}]})


class BodyRefused(Invalid):
    message = _("This body cannot be kept like this.")


class BodyKnown(Conflict):
    message = _("The code %(code)s is in use already.")


def add(actor: Actor, answers: dict) -> Body:
    """Put an organisation, institution or regulator on the platform. Raises Invalid with every fault, BodyKnown."""
    require(actor, Permission.BODY_MANAGE)
    told = FORM.check(answers)
    code, credit = told["code"].strip().upper(), told.get("credit_code") or ""
    faults = []
    if not CODE.fullmatch(code):
        faults.append(problem("/code", "code", _("A code has 2 to 32 capitals, digits or dashes.")))
    if told.get("region") and not re.fullmatch(r"[0-9]{6}", told["region"], re.ASCII):
        faults.append(problem("/region", "region", _("A region code has six digits.")))
    if credit:
        try:
            credit = identity.check("credit_code", credit)
        except Invalid as error:
            faults.append(problem("/credit_code", "number", error.message))
    if faults:
        raise BodyRefused(problems=faults)
    if db.session.scalar(select(Body.id).where(Body.code == code)):
        raise BodyKnown(code=code)
    words = {key: told.get(key) or "" for key in ("name_en", "region", "address", "phone", "email")}
    body = Body(kind=told["kind"], code=code, name=told["name"], credit_code=credit, **words)
    db.session.add(body)
    db.session.flush()
    if body.kind == BodyKind.ORGANISATION:
        db.session.add(OrganisationProfile(body_id=body.id, kind=told["effect_kind"], fee=told["fee"]))
    trace.write(None, "body_added", actor.name, body=code, kind=body.kind)
    db.session.flush()
    return body


def organisations(actor: Actor) -> dict[int, OrganisationProfile]:
    """What each mediation organisation is set to, by body; one without a row counts as set to the defaults."""
    require(actor, Permission.BODY_MANAGE)
    return {row.body_id: row for row in db.session.scalars(select(OrganisationProfile))}


def set_organisation(actor: Actor, code: str, kind: str, fee: str | None = None,
                     quality_check: bool | None = None, register_no: str | None = None) -> OrganisationProfile:
    """Say of what kind an organisation is, what it charges, whether its office checks agreements before anybody signs, and its
    number on the courts' register.

    An agreement under signature keeps the rule it states.

    Raises OrganisationUnknown, Invalid.
    """
    require(actor, Permission.BODY_MANAGE)
    said = {"effect_kind": kind, "fee": fee, "register_no": register_no}
    told = SETTINGS.check({key: value for key, value in said.items() if value is not None})
    body = db.session.scalar(select(Body).where(Body.code == code.strip(), Body.kind == BodyKind.ORGANISATION))
    if body is None:
        raise OrganisationUnknown(code=code[:32])
    if db.session.get(OrganisationProfile, body.id) is None:
        db.session.add(OrganisationProfile(body_id=body.id))
        db.session.flush()
    profile = locked(OrganisationProfile, body.id)
    profile.kind, profile.fee = told["effect_kind"], told.get("fee") or profile.fee
    profile.quality_check = profile.quality_check if quality_check is None else quality_check
    profile.register_no = profile.register_no if register_no is None else (told.get("register_no") or "").strip()
    trace.write(None, "organisation_set", actor.name, body=body.code, kind=profile.kind)
    db.session.flush()
    return profile
