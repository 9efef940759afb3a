"""What staff are asked when they write an application down: of a person who comes or calls, or of their own institution."""

from engine.cases.origins import IDENTITY, SOURCES
from engine.forms.form import Form
from engine.inbox.asking import apply_forms
from engine.notices import addresses

STEPS = {"counter": ("who", "against", "dispute", "evidence", "address", "read_back"),
         "institution": ("customer", "dispute", "evidence", "address", "declared")}
OPTIONAL = ("evidence",)
PHONE = {"key": "phone", "type": "text", "label": "手机号码", "label_en": "Mobile telephone", "required": True, "max_length": 20}


def form(step: str, told: dict) -> Form:
    """The questions of a step; those of the dispute depend on the kind that was chosen before."""
    if step == "address":
        return addresses.FORM
    return Form.from_row({"id": f"recorded_{step}", "components": _rows(step, told)})


def _rows(step: str, told: dict) -> list[dict]:
    match step:
        case "who":
            return [_came(), _how("identity", "怎样核实身份", "How the identity was checked", IDENTITY), *apply_forms.who()[:3],
                    PHONE, *apply_forms.who()[3:]]
        case "against":
            return [row for row in apply_forms.against() if row["key"] != "organisation"]
        case "customer":
            return _customer()
        case "dispute":
            return apply_forms.dispute(category(told))
        case "evidence":
            return apply_forms.evidence()
        case "declared":
            return _declared()
    return _read_back()


def category(told: dict) -> str:
    """The kind of dispute that was chosen, by either way."""
    return (told.get("against") or told.get("customer") or {}).get("category", "")


def _how(key: str, label: str, label_en: str, values: dict) -> dict:
    return {"key": key, "type": "radio", "label": label, "label_en": label_en, "required": True,
            "values": [{"value": value, "label": zh, "label_en": en} for value, (zh, en) in values.items()]}


def _came() -> dict:
    return _how("channel", "申请人怎样提出", "How the person applies",
                {"counter": ("到场口头申请", "In person, in words"), "telephone": ("电话申请", "By telephone")})


def _customer() -> list[dict]:
    name, id_type, id_number, home = (dict(row) for row in apply_forms.who()[:4])
    kind = _how("kind", "对方是", "The other side is", {"natural": ("个人", "A person"), "legal": ("单位", "A company")})
    chosen = [row for row in apply_forms.against() if row["key"] in ("category", "organisation")]
    types = [*id_type["values"], {"value": "credit_code", "label": "统一社会信用代码", "label_en": "Unified social credit code"}]
    return [*chosen, kind, {**name, "label": "对方姓名、名称", "label_en": "Name of the other side"},
            {**id_type, "values": types}, id_number, PHONE, {**home, "label": "对方地址", "label_en": "Its address"}]


def _read_back() -> list[dict]:
    return [
        {"type": "note",
         "label": "请向申请人告知：调解自愿，是否收费以调解组织公布的为准，可以随时撤回；提出申请之日，诉讼时效中断。"
                  "然后逐项宣读已记录的内容。",
         "label_en": "Tell the applicant: mediation is voluntary, fees are as published, it may be withdrawn at any time, and "
                     "the application interrupts the limitation period. Then read out everything that is written down."},
        _how("source", "同意的来源", "Where the consents come from", SOURCES),
        {"key": "mediation", "type": "checkbox", "required": True, "label": "申请人自愿申请调解，同意采用在线方式",
         "label_en": "The applicant applies of their own will and agrees to mediation on line"},
        {"key": "privacy", "type": "checkbox", "required": True,
         "label": "申请人同意为办理调解处理上述信息（包括证件号码等敏感个人信息），并提供给调解组织和对方机构",
         "label_en": "The applicant agrees that these data (identity numbers among them) are used for the mediation and given "
                     "to the organisation and the institution"},
        {"key": "truthful", "type": "checkbox", "required": True,
         "label": "申请人称以上情况属实；就同一纠纷没有正在进行的诉讼、仲裁",
         "label_en": "The applicant says that all this is true and no suit or arbitration about it is going on"},
        {"key": "read", "type": "checkbox", "required": True, "label": "已向申请人宣读全部内容，申请人确认无误",
         "label_en": "All of it was read back to the applicant, who found it right"},
        {"key": "remark", "type": "text", "label": "备注（如通话记录编号、陪同人员）", "max_length": 200,
         "label_en": "Remark (number of the call, who was present)"}]


def _declared() -> list[dict]:
    return [
        {"type": "note",
         "label": "本机构只为自己表示同意；对方是否同意调解，由调解组织询问其本人。提出申请之日，诉讼时效中断。",
         "label_en": "Your institution agrees for itself only; the organisation asks the other side. The application interrupts "
                     "the limitation period."},
        {"key": "mediation", "type": "checkbox", "required": True, "label": "本机构自愿申请调解，同意采用在线方式",
         "label_en": "We apply of our own will and agree to mediation on line"},
        {"key": "truthful", "type": "checkbox", "required": True,
         "label": "以上情况属实；就同一纠纷没有正在进行的诉讼、仲裁",
         "label_en": "All this is true; no suit or arbitration about the same dispute is going on"}]
