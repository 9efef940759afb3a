"""Many referrals at once: each row stands for itself, and a sheet says the same as JSON."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from engine.cases import batch, intake
from engine.cases.batch import BatchEmpty, BatchTooLong, NotAList
from engine.cases.models import Case
from engine.cases.sheet import HeadingsUnknown, SheetUnreadable, rows_of_sheet
from engine.db import db, transaction
from engine.errors import Invalid
from tests.engine.workflow.spiff.drawing import user
from tests.personas import referral
from tests.published import publish

SHEET_ROW = {
    "来文编号": "S-1", "法院案号": "（2024）沪0115诉前调123号", "起诉日期": date(2024, 11, 5), "委派组织代码": "BJJR",
    "案由代码": "110.2", "案由": "信用卡纠纷", "案由版本": 2020, "纠纷类别": "credit_card", "行业": "银行", "地区代码": 310115,
    "标题": None,
    "事实与理由": "持卡人对分期手续费有异议。", "标的额": 12000, "请求1": "退还手续费", "请求1类型": "退还", "请求1金额": 12000.0,
    "申请人名称": "王小明", "申请人类型": "自然人", "申请人证件类型": "居民身份证", "申请人证件号码": "11010519491231002X",
    "申请人电话": "16600001234", "申请人同意调解": "是", "被申请人名称": "京华银行股份有限公司", "被申请人类型": "法人",
    "被申请人证件类型": "统一社会信用代码", "被申请人证件号码": "91350100M000100Y43", "被申请人机构代码": "JHYH",
    "证据": "信用卡账单\n分期协议", "材料": "起诉状\n身份证明",
}


def sheet(*rows: dict) -> bytes:
    """An .xlsx file with these rows under the headings of the first."""
    book, file = Workbook(), io.BytesIO()
    headings = list(rows[0]) if rows else list(SHEET_ROW)
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(heading) for heading in headings])
    book.save(file)
    return file.getvalue()


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name.replace("__", "/") + ".xml", data)
    return file.getvalue()


@pytest.fixture
def ready(world):
    publish(user("accept_referral"), "start > accept_referral > end", key="court_mediation")
    return world


def taken(world, *values) -> list[batch.Outcome]:
    court = world.actor("court_system")
    rows = batch.rows_of_list(list(values))
    return list(batch.take(rows, lambda value: intake.accept(court, value, "batch"), transaction))


def test_a_refused_row_stops_no_other_and_leaves_nothing_behind(ready):
    report = taken(ready, referral("R-1"), referral("R-2", amount="1.00"), referral("R-3"))

    assert [outcome.status for outcome in report] == ["taken", "refused", "taken"]
    assert isinstance(report[1].error, Invalid) and report[1].external_ref == "R-2"
    with transaction(write=False):
        assert {case.number for case in db.session.query(Case)} == {report[0].number, report[2].number}


def test_a_row_that_is_here_already_is_named_by_its_case(ready):
    first = taken(ready, referral("R-1"))
    assert [(outcome.status, outcome.number) for outcome in taken(ready, referral("R-1"))] == [("already", first[0].number)]


def test_a_report_is_counted(ready):
    report = taken(ready, referral("R-1"), referral("R-1"), referral("R-2", amount="1.00"))
    assert batch.tally(report) == {"taken": 1, "already": 1, "refused": 1}


def test_a_row_of_a_sheet_says_the_same_as_json():
    row = rows_of_sheet(sheet(SHEET_ROW))[0]

    assert row.number == 2 and row.external_ref == "S-1"
    assert row.value["filed_on"] == "2024-11-05" and row.value["amount"] == "12000.00" and row.value["region"] == "310115"
    assert row.value["cause"] == {"code": "110.2", "name": "信用卡纠纷", "list": "2020"}
    assert row.value["claims"] == [{"text": "退还手续费", "type": "refund", "amount": "12000.00"}]
    applicant, respondent = row.value["parties"]
    assert (applicant["side"], applicant["kind"], applicant["consents"]) == ("applicant", "natural", {"mediation": True})
    assert (respondent["side"], respondent["body"]) == ("respondent", "JHYH")
    assert [line["name"] for line in row.value["evidence"]] == ["信用卡账单", "分期协议"]


def test_a_sheet_has_several_parties_claims_and_agents():
    more = {"被申请人2名称": "李四", "被申请人2类型": "自然人", "请求2": "赔礼道歉", "请求2类型": "道歉",
            "申请人代理人": "张律师", "申请人代理权限": "特别授权"}
    value = rows_of_sheet(sheet(SHEET_ROW | more))[0].value

    assert [party["name"] for party in value["parties"]] == ["王小明", "京华银行股份有限公司", "李四"]
    assert value["claims"][1] == {"text": "赔礼道歉", "type": "apologise"}
    assert value["parties"][0]["agents"] == [{"name": "张律师", "authority": "special"}]


def test_a_cell_is_named_by_its_column():
    row = rows_of_sheet(sheet(SHEET_ROW))[0]

    assert row.columns["/parties/0/id_number"] == "申请人证件号码" and row.columns["/claims/0/amount"] == "请求1金额"
    assert row.columns["/cause/code"] == "案由代码" and row.columns["/amount"] == "标的额"


def test_empty_lines_between_rows_are_skipped_and_rows_keep_their_numbers():
    assert [row.number for row in rows_of_sheet(sheet(SHEET_ROW, {}, SHEET_ROW))] == [2, 4]


@pytest.mark.parametrize("data", [
    b"", b"PK", b"not an archive", archive(a=b"<x/>"),
    archive(xl__workbook=b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
    archive(xl__workbook="<!DOCTYPE x><x/>".encode("utf-16")), archive(big=b"0" * (101 * 1024 * 1024)),
    archive(**{f"p{number}": b"<x/>" for number in range(501)}), sheet(SHEET_ROW)[:-300],
])
def test_what_cannot_be_read_safely_is_refused(data):
    with pytest.raises(SheetUnreadable):
        rows_of_sheet(data)


def test_unknown_repeated_and_missing_headings_are_refused():
    with pytest.raises(HeadingsUnknown) as refused:
        rows_of_sheet(sheet({"姓名": "x", "标的额": 1}))
    assert refused.value.details["unknown"] == "姓名" and "来文编号" in refused.value.details["missing"]


@pytest.mark.parametrize(("value", "error"), [({}, NotAList), (None, NotAList), ([], BatchEmpty), ([0] * 1001, BatchTooLong)])
def test_a_batch_is_a_list_with_rows_and_an_end(value, error):
    with pytest.raises(error):
        batch.rows_of_list(value)


def test_a_sheet_without_rows_is_refused():
    with pytest.raises(BatchEmpty):
        rows_of_sheet(sheet())
