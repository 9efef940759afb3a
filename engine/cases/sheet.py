"""Read a sheet of referrals (.xlsx): one row per dispute under Chinese headings. What it yields is the JSON of a referral."""

import io
import re
import warnings
import zipfile
from datetime import date, datetime
from decimal import Decimal

from openpyxl import load_workbook

from engine.cases.batch import Row, counted
from engine.errors import Invalid
from engine.i18n import _

MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 500
MAX_COLUMNS = 300
MAX_LINES = 1100

FIELDS = {
    "来文编号": "external_ref", "法院案号": "court_number", "起诉日期": "filed_on", "委派组织代码": "organisation",
    "案由代码": "cause/code", "案由": "cause/name", "案由版本": "cause/list", "纠纷类别": "category", "行业": "sector",
    "地区代码": "region", "立案日期": "docket/docketed_on", "审理程序": "docket/procedure", "承办法官": "docket/judge",
    "诉讼中委托": "docket/during_trial", "标题": "title", "事实与理由": "statement", "标的额": "amount",
}
OPTIONAL = ("法院案号", "委派组织代码", "标题", "立案日期", "审理程序", "承办法官", "诉讼中委托")
PARTIES = {"申请人": "applicant", "被申请人": "respondent", "第三人": "third"}
PARTY_FIELDS = {
    "名称": "name", "类型": "kind", "证件类型": "id_type", "证件号码": "id_number", "电话": "phone", "邮箱": "email",
    "地址": "address", "住所地代码": "domicile",
    "民族": "ethnicity", "职业": "occupation", "法定代表人": "representative", "法定代表人职务": "representative_post",
    "机构代码": "body", "同意调解": "consents/mediation", "同意电子送达": "consents/e_service",
    "代理人": "agents/0/name", "代理人证件号码": "agents/0/id_number", "代理人电话": "agents/0/phone",
    "代理权限": "agents/0/authority",
}
CLAIM_FIELDS = {"": "text", "类型": "type", "金额": "amount"}
LISTS = {"证据": "evidence", "材料": "materials"}  # one entry per line of the cell
WORDS = {
    "sector": {"银行": "banking", "保险": "insurance"},
    "kind": {"自然人": "natural", "法人": "legal", "非法人组织": "legal"},
    "id_type": {"居民身份证": "resident_id", "统一社会信用代码": "credit_code", "护照": "passport",
                "港澳通行证": "hk_macao_permit",
                "台胞证": "taiwan_permit", "军官证": "military_id", "港澳台居民居住证": "hk_macao_taiwan_residence",
                "外国人永久居留身份证": "foreign_permanent_id", "组织机构代码": "organisation_code",
                "营业执照注册号": "old_licence",
                "其他": "other"},
    "type": {"给付": "pay", "退还": "refund", "减免": "reduce", "解除": "cancel", "确认": "confirm", "履行": "perform",
             "道歉": "apologise", "其他": "other"},
    "authority": {"一般授权": "general", "特别授权": "special"},
    "procedure": {"普通程序": "ordinary", "简易程序": "simplified"}, "during_trial": {"是": True, "否": False},
    "mediation": {"是": True, "否": False}, "e_service": {"是": True, "否": False},
}
PARTY_HEADING = re.compile(r"(被申请人|申请人|第三人)([2-9]?)(.+)")
CLAIM_HEADING = re.compile(r"请求([1-9])(类型|金额|)")


class SheetUnreadable(Invalid):
    """Not an .xlsx file that can be read safely."""

    message = _("The file is not an .xlsx sheet that can be read.")


class HeadingsUnknown(Invalid):
    """The first row names columns that nobody knows, or lacks the ones that every row needs."""

    message = _("The headings of the sheet are not as expected: unknown %(unknown)s; missing %(missing)s.")


def rows_of_sheet(data: bytes) -> list[Row]:
    """The rows of the first sheet that are not empty, by their number in the sheet. Raises SheetUnreadable, HeadingsUnknown …"""
    _check_archive(data)
    lines = _lines(data)
    paths = _paths(lines[0] if lines else ())
    filled = [(number, cells) for number, cells in enumerate(lines[1:], 2) if any(map(_is_filled, cells))]
    return counted([_row(number, cells, paths, lines[0]) for number, cells in filled])


def _check_archive(data: bytes) -> None:
    """No bomb, nothing encrypted, no document types or entities: looked at before anything is unpacked for use."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise SheetUnreadable()
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise SheetUnreadable() from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1 or not entry.filename.lower().endswith((".xml", ".rels")):
        if entry.flag_bits & 1:
            raise SheetUnreadable()
        return
    with archive.open(entry) as part:
        read, kept = 0, b""
        while chunk := part.read(1024 * 1024):
            read += len(chunk)
            window = kept + chunk
            if read > MAX_UNPACKED or b"<!DOCTYPE" in window or b"<!ENTITY" in window or window[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise SheetUnreadable()
            kept = chunk[-16:]


def _lines(data: bytes) -> list[tuple]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [tuple(line) for line in book.worksheets[0].iter_rows(
                max_row=MAX_LINES, max_col=MAX_COLUMNS, values_only=True)]
    except Exception as error:  # openpyxl lets anything through: KeyError, TypeError, its own, the XML parser's
        raise SheetUnreadable() from error


def _paths(headings: tuple) -> list[str | None]:
    """For each column the path of its value in a referral."""
    names = [str(heading).strip() if _is_filled(heading) else "" for heading in headings]
    paths = [_path(name) if name else None for name in names]
    unknown = [name[:40] for name, path in zip(names, paths, strict=True) if name and path is None]
    missing = [name for name in FIELDS if name not in names and name not in OPTIONAL]
    if unknown or missing or len(set(filter(None, names))) < len(list(filter(None, names))):
        raise HeadingsUnknown(unknown="、".join(unknown[:20]) or "—", missing="、".join(missing) or "—")
    return paths


def _path(name: str) -> str | None:
    if name in FIELDS:
        return FIELDS[name]
    if name in LISTS:
        return LISTS[name]
    if (claim := CLAIM_HEADING.fullmatch(name)) is not None:
        return f"claims/{claim[1]}/{CLAIM_FIELDS[claim[2]]}"
    party = PARTY_HEADING.fullmatch(name)
    if party and party[3] in PARTY_FIELDS:
        return f"{PARTIES[party[1]]}/{party[2] or 1}/{PARTY_FIELDS[party[3]]}"
    return None


def _row(number: int, cells: tuple, paths: list, headings: tuple) -> Row:
    given = [(path, cell, str(heading).strip()) for path, cell, heading in zip(paths, cells, headings, strict=False)
             if path and _is_filled(cell)]
    referral: dict = {"cause": {}, "claims": [], "parties": []}
    groups: dict[tuple[str, str], dict] = {}
    for path, cell, _heading in given:
        target, _pointer, rest = _target(referral, groups, path)
        _set(target, rest, _value(rest, cell))
    return Row(number, referral, _columns(referral, groups, paths, headings))


def _columns(referral: dict, groups: dict, paths: list, headings: tuple) -> dict[str, str]:
    """The heading behind each JSON pointer of a row, also where the cell is empty: something may be missing there."""
    columns = {"/cause": "案由"}
    for path, heading in zip(paths, headings, strict=False):
        head, _slash, rest = (path or "").partition("/")
        if path and (head not in ("claims", *PARTIES.values()) or (head, rest.partition("/")[0]) in groups):
            _there, pointer, rest = _target(referral, groups, path)
            columns[f"{pointer}/{rest}"] = str(heading).strip()
    return columns


def _target(referral: dict, groups: dict, path: str) -> tuple[dict, str, str]:
    """The object a path leads to, its JSON pointer, and the rest of the path."""
    head, _slash, rest = path.partition("/")
    if head not in ("claims", *PARTIES.values()):
        return referral, "", path
    place, _slash, rest = rest.partition("/")
    kind = "claims" if head == "claims" else "parties"
    if (head, place) not in groups:
        groups[head, place] = {} if kind == "claims" else {"side": head}
        referral[kind].append(groups[head, place])
    return groups[head, place], f"/{kind}/{referral[kind].index(groups[head, place])}", rest


def _set(target: dict, path: str, value) -> None:
    match path.split("/"):
        case ["agents", "0", name]:
            target.setdefault("agents", [{}])[0][name] = value
        case [outer, name]:
            target.setdefault(outer, {})[name] = value
        case [name]:
            target[name] = value


def _value(path: str, cell):
    name = path.rpartition("/")[2]
    text = _text(name, cell)
    if name == "evidence":
        return [{"no": number, "name": line} for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if name == "materials":
        return [line for line in text.splitlines() if line.strip()]
    return WORDS.get(name, {}).get(text.strip(), text)


def _text(name: str, cell) -> str:
    """A cell as the text a person sees in it: sheets keep days and amounts as numbers."""
    match cell:
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case bool():
            return "是" if cell else "否"
        case int() | float() if name == "amount":
            return f"{Decimal(str(cell)):.2f}"
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)


def _is_filled(cell) -> bool:
    return cell is not None and str(cell).strip() != ""
