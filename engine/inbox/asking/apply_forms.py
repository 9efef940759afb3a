"""What a person is asked when applying for mediation on line, step by step; each step can be kept and come back to."""

from sqlalchemy import Select, select

from engine import clock
from engine.access.models import Body, BodyKind
from engine.cases import causes, intake_fields
from engine.db import db
from engine.forms.components import Component
from engine.forms.form import Form
from engine.mediation.models import OrganisationProfile
from engine.notices import addresses
from engine.tracks.assistance import NEEDS

STEPS = ("who", "against", "dispute", "evidence", "address", "consent")
OTHER = "other"
LEFT_OUT = ("vulnerable", "pending_elsewhere")  # asked at another step
IDS = (("resident_id", "居民身份证", "Resident identity card"), ("passport", "护照", "Passport"),
       ("hk_macao_permit", "港澳居民来往内地通行证", "Mainland travel permit (Hong Kong, Macao)"),
       ("other", "其他证件", "Another paper"))
HELP = {"visual": ("视力障碍", "Sight"), "hearing": ("听力障碍", "Hearing"), "speech": ("言语障碍", "Speech"),
        "elderly": ("老年人", "Elderly"), "reading": ("阅读困难", "Reading"), "cognitive": ("认知障碍", "Understanding"),
        "other": ("其他", "Other")}

DOMICILE = ("住所地行政区划代码（六位，可不填；填户籍地，已在别处连续居住满一年的填该地；用于确定可申请司法确认的法院）",
            "Region code of your domicile (six digits; may be left empty): your registered home, or where you have lived for a "
            "year; it tells which courts may confirm an agreement")  # CPL-Interp 3, 4

PERSONAL = [  # what the papers of mediation and of courts say of a person besides; nobody has to tell it
    {"key": "ethnicity", "type": "text", "label": "民族（可不填，用于文书）", "max_length": 20,
     "label_en": "Ethnicity (optional; stands in papers)"},
    {"key": "occupation", "type": "text", "label": "职业、工作单位（可不填，用于文书）",
     "label_en": "Occupation and employer (optional; stands in papers)", "max_length": 100}]


def form(step: str, told: dict) -> Form:
    """The questions of a step; those of the dispute depend on the kind that was chosen before."""
    if step == "address":
        return addresses.FORM
    makers = {"who": who, "against": against, "dispute": lambda: dispute(told.get("against", {}).get("category", "")),
              "evidence": evidence, "consent": _consent}
    return Form.from_row({"id": f"apply_{step}", "components": makers[step]()})


def who() -> list[dict]:
    return [
        {"key": "name", "type": "text", "label": "姓名（与证件一致）", "label_en": "Name, as in your identity paper",
         "required": True, "max_length": 100},
        {"key": "id_type", "type": "select", "label": "证件种类", "label_en": "Identity paper", "required": True,
         "values": [{"value": key, "label": zh, "label_en": en} for key, zh, en in IDS]},
        {"key": "id_number", "type": "text", "label": "证件号码", "label_en": "Its number", "required": True, "max_length": 40},
        {"key": "home", "type": "text", "label": "住址", "label_en": "Where you live", "required": True, "max_length": 300},
        *PERSONAL,
        {"key": "domicile", "type": "text", "label": DOMICILE[0], "label_en": DOMICILE[1], "max_length": 6},
        {"key": "needs", "type": "checklist", "label": "需要的便利", "label_en": "What would help you",
         "values": [{"value": need, "label": HELP[need][0], "label_en": HELP[need][1]} for need in NEEDS if need in HELP]}]


def against() -> list[dict]:
    other = {"value": OTHER, "label": "其他机构（未列出）", "label_en": "Another, not in the list"}
    institutions = [*bodies(BodyKind.INSTITUTION), other]
    return [
        {"key": "institution", "type": "select", "label": "与哪家银行、保险机构有纠纷", "label_en": "Which bank or insurer",
         "required": True, "values": institutions},
        {"key": "institution_name", "type": "text", "label": "机构全称", "label_en": "Its full name", "required": True,
         "max_length": 200, "show_if": 'institution == "other"'},
        {"key": "category", "type": "select", "label": "属于哪一类纠纷", "label_en": "What kind of dispute", "required": True,
         "values": [{"value": key, "label": row.zh, "label_en": row.en} for key, row in causes.categories().items()]},
        {"key": "organisation", "type": "select", "label": "向哪家调解组织申请", "label_en": "Which mediation organisation",
         "required": True, "values": bodies(BodyKind.ORGANISATION, without=commercial())}]


def bodies(kind: str, without: Select | None = None) -> list[dict]:
    asked = select(Body).where(Body.kind == kind, Body.is_active).order_by(Body.name)
    rows = db.session.scalars(asked if without is None else asked.where(Body.id.not_in(without)))
    return [{"value": body.code, "label": body.name, "label_en": body.name_en or body.name} for body in rows]


def commercial() -> Select:
    """Organisations that take no consumers' disputes."""
    return select(OrganisationProfile.body_id).where(OrganisationProfile.kind == "commercial")


def dispute(category: str) -> list[dict]:
    """Cause, facts, claim, and what the kind of dispute asks (DOMAIN 7.2, 7.3); nothing of the latter is compulsory."""
    asked = [_asked(each) for part in intake_fields.parts(category) for each in part.form.questions if each.key not in LEFT_OUT]
    return [
        {"key": "cause", "type": "select", "label": "案由（拿不准的选最接近的一项）", "label_en": "Cause (the nearest will do)",
         "required": True, "values": [{"value": one.zh, "label": one.zh, "label_en": one.en} for one in causes_for(category)]},
        {"key": "statement", "type": "textarea", "label": "事情经过和理由", "label_en": "What happened, and why you think so",
         "required": True, "max_length": 10000},
        {"key": "claim", "type": "textarea", "label": "您的请求", "label_en": "What you ask for", "required": True,
         "max_length": 2000},
        {"key": "amount", "type": "money", "label": "涉及金额（元，没有的填0）", "label_en": "Sum in dispute (CNY; 0 if none)",
         "required": True, "min": "0"},
        *asked]


def _asked(each: Component) -> dict:
    """A question of the table as a row of this form."""
    values = [{"value": one.value, "label": one.label, "label_en": one.label_en} for one in each.values]
    row = {"key": each.key, "type": each.type, "label": each.label, "label_en": each.label_en, "max_length": each.max_length}
    return {key: value for key, value in {**row, "values": values}.items() if value}


def causes_for(category: str) -> list[causes.Cause]:
    """The causes of the kind's sector in the list of today."""
    sector = causes.category(category).sector if category in causes.categories() else ""
    return [one for one in causes.every(causes.edition_on(clock.today())) if one.is_referable and sector in ("", one.field)]


def evidence() -> list[dict]:
    return [{"key": "evidence_list", "type": "textarea", "label": "证据说明（每份证明什么）", "max_length": 4000,
             "label_en": "What your evidence shows"}]


def _consent() -> list[dict]:
    return [
        {"type": "note",
         "label": "调解自愿，是否收费以调解组织公布的为准；您随时可以撤回。机构无正当理由不得拒绝参加调解。"
                  "提出申请之日，诉讼时效中断。",
         "label_en": "Mediation is voluntary; fees are as the organisation publishes them; you may withdraw at any time. "
                     "An institution may not refuse without good reason. Your application interrupts the limitation period "
                     "on the day it is made."},
        {"key": "mediation", "type": "checkbox", "label": "我自愿申请调解，同意采用在线方式", "required": True,
         "label_en": "I apply of my own will and agree to mediation on line"},
        {"key": "privacy", "type": "checkbox", "required": True,
         "label": "我同意为办理调解处理上述信息（包括证件号码等敏感个人信息），并提供给调解组织和对方机构",
         "label_en": "I agree that these data (identity numbers among them) are used for the mediation and given to the "
                     "organisation and the institution"},
        {"key": "truthful", "type": "checkbox", "required": True,
         "label": "以上情况属实；就同一纠纷没有正在进行的诉讼、仲裁",
         "label_en": "All this is true; no suit or arbitration about the same dispute is going on"}]
