"""The same referrals as a sheet: one row per dispute under Chinese headings, as courts export them."""

from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

FACTS = {
    "来文编号": "external_ref", "法院案号": "court_number", "起诉日期": "filed_on", "委派组织代码": "organisation",
    "纠纷类别": "category", "行业": "sector", "地区代码": "region", "标题": "title", "事实与理由": "statement",
    "标的额": "amount",
}
DOCKET = {"立案日期": "docketed_on", "审理程序": "procedure", "承办法官": "judge", "诉讼中委托": "during_trial"}
CAUSE = {"案由代码": "code", "案由": "name", "案由版本": "list"}
SIDES = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人"}
PARTY = {
    "名称": "name", "类型": "kind", "证件类型": "id_type", "证件号码": "id_number", "电话": "phone", "邮箱": "email",
    "地址": "address", "住所地代码": "domicile", "法定代表人": "representative", "机构代码": "body",
}
CONSENT = {"同意调解": "mediation", "同意电子送达": "e_service"}
AGENT = {"代理人": "name", "代理人证件号码": "id_number", "代理人电话": "phone", "代理权限": "authority"}
WORDS = {
    "banking": "银行", "insurance": "保险", "natural": "自然人", "legal": "法人", "resident_id": "居民身份证",
    "credit_code": "统一社会信用代码", "passport": "护照", "hk_macao_permit": "港澳通行证", "taiwan_permit": "台胞证",
    "pay": "给付", "refund": "退还", "cancel": "解除", "confirm": "确认", "apologise": "道歉", "general": "一般授权",
    "special": "特别授权", "ordinary": "普通程序", "simplified": "简易程序", True: "是", False: "否",
}
WORDED = {"行业", "类型", "证件类型", "代理权限", "同意调解", "同意电子送达", "审理程序", "诉讼中委托"}
STILL = datetime(2024, 12, 31)


def write(referrals: list[dict], path: Path) -> None:
    """Write the sheet. Days and sums are kept as sheets keep them; whatever starts with = stays text."""
    rows = [row_of(referral) for referral in referrals]
    headings = sorted(dict.fromkeys(heading for row in rows for heading in row), key=_place)
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = STILL
    page = book.create_sheet("委派案件")
    page.freeze_panes = "B2"
    page.append([_cell(page, heading, bold=True) for heading in headings])
    for row in rows:
        page.append([_cell(page, row.get(heading)) for heading in headings])
    book.save(path)


def row_of(referral: dict) -> dict:
    """One referral as heading → value; what it does not say has no value."""
    row = {heading: _shown(heading, referral[key]) for heading, key in FACTS.items()}
    row |= {heading: referral["cause"][key] for heading, key in CAUSE.items()}
    if docket := referral.get("docket"):
        row |= {heading: _shown(heading, docket[key]) for heading, key in DOCKET.items()}
    for number, claim in enumerate(referral["claims"], 1):
        name = f"请求{number}"
        row |= {name: claim["text"], f"{name}类型": WORDS[claim["type"]], f"{name}金额": _sum(claim["amount"])}
    counted = dict.fromkeys(SIDES, 0)
    for party in referral["parties"]:
        counted[party["side"]] += 1
        place = counted[party["side"]]
        row |= _party(SIDES[party["side"]] + (str(place) if place > 1 else ""), party)
    row["证据"] = "\n".join(piece["name"] for piece in referral["evidence"])
    row["材料"] = "\n".join(referral["materials"])
    return row


def _party(prefix: str, party: dict) -> dict:
    row = {prefix + heading: _shown(heading, party[key]) for heading, key in PARTY.items()}
    row |= {prefix + heading: _shown(heading, party["consents"].get(key)) for heading, key in CONSENT.items()}
    agent = party["agents"][0] if party["agents"] else {}
    return row | {prefix + heading: _shown(heading, agent.get(key)) for heading, key in AGENT.items()}


def _shown(heading: str, value):
    if value is None or value == "":
        return None
    if heading in ("起诉日期", "立案日期"):
        return date.fromisoformat(value)
    if heading == "标的额":
        return _sum(value)
    return WORDS[value] if heading in WORDED else value


def _sum(amount: str | None) -> float | None:
    return None if amount is None else float(amount)


def _place(heading: str) -> tuple[int, str]:
    """Where a column stands: facts, claims, then each side's parties by number; sorting keeps the order inside these."""
    for place, start in enumerate(("请求", *SIDES.values(), "证据", "材料"), 1):
        if heading.startswith(start):
            return place, "".join(filter(str.isdigit, heading[: len(start) + 1])) or "1"
    return 0, ""


def _cell(page, value, bold: bool = False):
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
    if isinstance(value, float):
        cell.number_format = "0.00"
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell
