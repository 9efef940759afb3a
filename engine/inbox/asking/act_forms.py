"""What each act asks of whoever does it. The keys carry the act's name, so that several forms fit on one page."""

from engine.courts import fee_relief
from engine.forms.form import Form


def _form(act: str, title: str, title_en: str, *components: dict, hint: tuple[str, str] = ("", "")) -> Form:
    notes = [{"type": "note", "label": hint[0], "label_en": hint[1]}] if hint[0] else []
    named = [{**each, "key": f"{act}_{each['key']}"} for each in components]
    return Form.from_row({"id": act, "title": title, "title_en": title_en, "components": notes + named})


def _text(key: str, label: str, label_en: str, required: bool = True, longest: int = 200) -> dict:
    return {"key": key, "type": "text", "label": label, "label_en": label_en, "required": required, "max_length": longest}


def _reason(label: str = "理由", label_en: str = "Reason") -> dict:
    return {"key": "reason", "type": "textarea", "label": label, "label_en": label_en, "required": True, "max_length": 500}


def _one(key: str, label: str, label_en: str, *values: tuple[str, str, str]) -> dict:
    return {"key": key, "type": "select", "label": label, "label_en": label_en, "required": True,
            "values": [{"value": value, "label": zh, "label_en": en} for value, zh, en in values]}


EXTENSION = Form.from_row({"id": "extension", "components": [
    {"key": "days", "type": "number", "label": "延长天数", "label_en": "Days", "required": True, "min": 1},
    _reason()]})
WITHDRAWAL = Form.from_row({"id": "withdrawal", "components": [
    _reason(), {"key": "settled", "type": "checkbox", "label": "双方已经自行和解", "label_en": "We have settled it ourselves"}]})
CONFIRMATION_WITHDRAWAL = Form.from_row({"id": "confirmation_withdrawal", "components": [_reason()]})
REDRAFT = Form.from_row({"id": "redraft", "components": [_reason()]})
RECUSAL = _form("recusal", "申请调解员回避", "Ask that the mediator be recused", _one(
    "ground", "情形", "Ground",
    ("relative", "是当事人或者当事人、代理人的近亲属", "A party, or a near relative of a party or agent"),
    ("interest", "与纠纷有利害关系", "An interest in the dispute"),
    ("relation", "有其他可能影响公正的关系", "Another relation that may affect fairness")), _reason(),
    hint=("由调解员以外的人在一个工作日内决定；决定前暂停调解（特邀调解规定第十五条）。",
          "Somebody other than the mediator decides within one working day; until then the mediation rests."))
CHANGE = _form("change", "请求更换调解员", "Ask for another mediator", _reason(),
               hint=("更换后仍不同意且拒绝选择的，视为拒绝调解（在线调解规则第十四条）。",
                     "Who still disagrees after a change and refuses to choose is deemed to refuse mediation."))
DESIGNATION = _form("designation", "不接受指定的调解员", "I do not accept the designated mediator", _reason(),
                    hint=("不接受指定的，视为不同意调解，调解随即终止（特邀调解规定第十二条）。",
                          "This counts as not agreeing to mediation, which ends at once."))
DISCLOSURE = _form("disclosure", "披露利害关系", "Disclose a conflict", _reason("披露的内容", "What is disclosed"),
                   hint=("各方都明确同意的，继续担任；一方反对或者不答复的，更换调解员。",
                         "You go on only if every party agrees expressly."))
STEP_DOWN = _form("step_down", "自行回避、不再担任调解员", "Step down as mediator", _one(
    "ground", "情形", "Ground",
    ("recusal", "应当回避", "A ground for recusal"), ("illness", "因病不能履职", "Illness"),
    ("other", "其他不能继续履职的情形", "Another reason")), _reason(),
    hint=("随即更换调解员并告知各方；正在签署而协议尚未成立的，原文本和签名作废，由继任的调解员重新办理（特邀调解规定第十五条）。",
          "You are replaced at once and the parties are told. An agreement still being signed is void and is made anew."))
UNABLE = _form("unable", "调解员不能履职，另行指派", "The mediator cannot go on: replace", _one(
    "ground", "情形", "Ground",
    ("illness", "因病", "Illness"), ("absent", "失联、长期不履职", "Cannot be reached, or does not act"),
    ("left", "离职", "Has left"), ("other", "其他", "Other")), _reason(),
    hint=("随即更换调解员并告知各方；正在签署而协议尚未成立的，原文本和签名作废，由继任的调解员重新办理。",
          "The mediator is replaced at once and the parties are told. An agreement still being signed is void and is made anew."))
APPRAISAL = _form("appraisal", "提出委托鉴定", "Propose an appraisal", _text("subject", "鉴定事项", "Matter"),
                  _text("appraiser", "鉴定机构", "Appraiser"), _text("advance", "费用预付", "Advance of cost", required=False),
                  _text("materials", "各方认可的鉴定材料", "Material all agree on", required=False),
                  {"key": "until", "type": "date", "label": "约定出具报告的日期", "label_en": "Day agreed for the report",
                   "required": True, "min": "today+1"},
                  _reason(),
                  hint=("各方同意才委托；鉴定期间不计入调解期限，至约定的日期为止。",
                        "Commissioned only if all agree; its time does not count, until the agreed day."))
WAIT_TAKEN_BACK = _form("stop_waiting", "不再等待示范案件", "No longer wait for the model case", _reason(),
                        hint=("您可以随时撤回等待的同意；撤回后本案继续调解，调解期限继续计算。",
                              "You may take your consent to wait back at any time; mediation and its term then go on."))
LETTER_TAKEN_BACK = _form("letter_taken_back", "撤回出具调解书的请求", "Take the request for a letter back", _reason(),
                          hint=("法院不再制作调解书，双方随即可以共同申请司法确认；协议仍有效（民事诉讼法第205条）。",
                                "The court makes no letter; both may at once apply for confirmation. The agreement stays."))
SUSPICION = _form("suspicion", "报告涉嫌虚假调解", "Report a suspected sham", _reason("疑点", "The signs"),
                  hint=("调解立即中止，期限停止计算，并报告法院或者本组织（特邀调解规定第十八条）。",
                        "The mediation is suspended at once, its term stands still, and the court or organisation is told."))
IMPOSSIBLE = _form("impossible", "调解无法继续", "The mediation cannot go on", _one(
    "ground", "情形", "Ground", ("death", "当事人死亡、终止", "A party has died or ceased to exist"),
    ("incapacity", "当事人丧失民事行为能力", "A party has lost capacity"), ("insolvency", "进入破产程序", "Insolvency"),
    ("criminal", "涉嫌犯罪，移送处理", "A criminal matter"), ("other", "其他", "Other")), _reason(),
    hint=("先告知各方，三日内可以提出异议。", "The parties are told first and may object within three days."))
TRANSFER = _form("transfer", "移送或者合并", "Transfer or merge", _reason())
THIRD_PARTY = _form("third", "邀请第三人参加", "Invite a third party", _text("name", "姓名、名称", "Name"), _one(
    "kind", "类型", "Kind", ("natural", "自然人", "Person"), ("legal", "单位", "Organisation")),
    _text("phone", "手机号码", "Telephone", longest=32), _text("address", "地址", "Address", required=False), _reason(),
    hint=("第三人同意后参加；协议需要其承担责任的，应当经其同意。",
          "They take part when they say yes; nothing binds them without their consent."))
SUIT_DROPPED = _form("suit_dropped", "不再起诉", "Drop the suit", _reason(),
                     hint=("调解未能解决的部分，法院正在审查是否立案。表示不再起诉后，法院不再立案；以后仍可以依法起诉。",
                           "The court is deciding whether to docket what mediation did not settle. If you drop the suit it will "
                           "not; you may still sue later."))
ORAL_APPLICATION = _form(
    "oral_application", "登记口头申请司法确认", "Record an oral application for confirmation",
    {"key": "said", "type": "textarea", "label": "当事人陈述", "label_en": "What the parties said", "required": True,
     "max_length": 5000},
    {"key": "together", "type": "checkbox", "label": "各方（或者其特别授权代理人）共同到场提出申请，已核对身份、告知法律后果",
     "label_en": "All parties, or agents with special authority, applied together; identities checked, effects explained",
     "required": True},
    hint=("记入笔录，由当事人签名、捺印或者盖章（民诉法解释第三百五十三条）；须在协议生效后三十日内。",
          "It is written down and signed by the parties (CPL-Interp 353), within thirty days of the agreement taking effect."))
RETURN = _form("return", "退回委派", "Take the referral back",
               _reason("退回的理由和其他途径", "Why, and which other way there is"))
COURT_SUSPENSION = _form("suspended", "答复中止报告", "Answer the report of a suspension", _one(
    "suspension", "决定", "Decision", ("resume", "恢复调解", "The mediation goes on"),
    ("terminate", "终止调解，由法院处理", "It ends; the court acts")), _reason())
FEE_RELIEF = _form(
    "fee_relief", "申请缓交、减交、免交案件受理费", "Ask to pay the court fee later, less or not at all",
    _one("ground", "申请什么，属于哪种情形", "What you ask for, and on which ground",
         *((each.code, each.said, each.said_en) for each in fee_relief.grounds().values())),
    {"key": "reason", "type": "textarea", "label": "困难情况", "label_en": "Your situation", "required": True,
     "max_length": 2000},
    hint=("在交费通知的七日期限内申请，附困难证明；由法院决定，不予批准的书面说明理由。免交只适用于自然人（诉讼费用交纳办法第四十四条至第四十八条）。",
          "Ask within the seven days of the notice to pay, with proof. The court decides, and explains a refusal in "
          "writing. Only natural persons may be let off altogether (Litigation Fee Measures, Arts. 44–48)."))
