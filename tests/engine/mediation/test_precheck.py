"""What a court looks for is looked for before anybody signs, with the article beside it."""

import pytest

from engine.access.models import Participant
from engine.db import db, transaction
from engine.mediation import forbidden, precheck
from engine.mediation.draft import Draft
from engine.operations.operation import Rejected

TERM = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31",
        "method": "银行转账", "account": "王小明 6222…0001"}
ACT = {"kind": "other", "debtor": "京华银行股份有限公司", "creditor": "王小明", "duty": "credit_record", "due_on": "2030-04-30"}


def look(case, **answers):
    return {point.id: point for point in precheck.points(case, Draft.of({"terms": [TERM, ACT], **answers}))}


def test_a_good_draft_passes_every_point(mediated):
    found = look(mediated.case, default_rate="0.02", accelerates=True)

    assert {point.verdict for point in found.values()} == {"pass"} and all(point.article.zh for point in found.values())


@pytest.mark.parametrize(("clause", "rule"), [
    ("被申请人不履行的，由法院判决。", "judged_on_default"),
    ("一方不按期履行，另一方可以请求人民法院对案件作出裁判。", "judged_on_default"),
    ("逾期未支付的，由 浦东新区 法院直接判决。", "judged_on_default"),
    ("双方同意离婚。", "status"), ("双方确认收养关系有效。", "status"),
    ("确认位于某路的房屋所有权属于申请人。", "title"), ("该车辆归申请人所有。", "title"),
])
def test_a_clause_the_law_forbids_keeps_the_draft_from_being_signed(mediated, clause, rule):
    for place in ("default_clause", "final_clause", "costs"):
        found = look(mediated.case, **{place: clause})
        assert found[rule].verdict == "fail" and precheck.failures(list(found.values()))


@pytest.mark.parametrize("clause", [
    "一方拒绝履行的，对方可以依法申请人民法院强制执行。", "双方可以共同向人民法院申请司法确认。",
    "本协议一式四份，法院备案一份。",
    "逾期履行的，按日支付未付金额万分之二的违约金。",
])
def test_what_the_law_allows_is_left_alone(mediated, clause):
    assert not precheck.failures(list(look(mediated.case, default_clause=clause).values()))


@pytest.mark.parametrize(("answers", "point", "verdict"), [
    ({"default_clause": "逾期的，支付相应违约金。"}, "penalty", "fail"), ({"default_rate": "2"}, "penalty", "fail"),
    ({"default_rate": "0.1"}, "penalty", "warn"), ({"security": "以本人车辆抵押"}, "security", "fail"),
    ({"security": "连带责任保证", "security_by": "王小明"}, "security", "pass"),
    ({"costs": "费用由双方另行协商。"}, "vague", "warn"),
    ({"final_clause": "放弃对保证人的权利。"}, "third_party", "warn"),
    ({"terms": [TERM | {"account": ""}]}, "definite", "warn"), ({"terms": [ACT | {"due_on": ""}]}, "definite", "fail"),
    ({"terms": [TERM | {"debtor": ""}]}, "parties", "fail"), ({"terms": [TERM | {"amount": "x"}]}, "definite", "fail"),
    ({"terms": [TERM | {"due_on": "2001-01-01"}]}, "definite", "warn"), ({"terms": []}, "definite", "fail"),
    ({"instalments": [{"term": 1, "due_on": "2030-01-31", "amount": "1.00"}]}, "totals", "fail"),
    ({"instalments": [{"term": 9, "due_on": "2030-01-31", "amount": "1.00"}]}, "totals", "fail"),
])
def test_each_point_finds_its_fault(mediated, answers, point, verdict):
    assert look(mediated.case, **answers)[point].verdict == verdict


@pytest.mark.parametrize(("clause", "verdict"), [
    ("如被申请人经济状况好转，则支付余款。", "warn"), ("若申请人满意，则撤回投诉。", "warn"), ("待资金宽裕后支付。", "warn"),
    ("如未按期支付任何一期，剩余款项全部到期。", "pass"), ("如申请人于2030年3月1日前提交凭证，则五日内退还。", "pass"),
    ("一旦法院作出生效判决，按判决执行。", "pass"), ("如有争议，可以依据本协议起诉。", "pass"),
    ("被申请人支付如下款项，例如利息若干已计入。", "pass"),
    ("双方认可的还款计划附后。", "pass"), ("按双方认可的鉴定结论办理。", "pass"), ("申请人愿意的还款方式为银行转账。", "pass"),
    ("如被申请人足额支付上述款项，申请人放弃其余请求。", "pass"), ("被申请人如全部清偿，申请人解除查封。", "pass"),
    ("如有变更以书面通知为准。", "pass"), ("甲方若需发票，乙方配合开具。", "pass"),
    ("如被申请人支付上述款项，双方再无争执。", "pass"),
    ("如被申请人经济状况好转，则支付全部余款。", "warn"), ("申请人认可的，被申请人支付余款。", "warn"),
    ("余款在被申请人方便的时候支付。", "warn"), ("若申请人愿意的话，可以撤回投诉。", "warn"),
])
def test_a_condition_must_be_one_that_a_court_can_decide(mediated, clause, verdict):
    """CPL-Interp 358(5), 461."""
    assert look(mediated.case, final_clause=clause)["condition"].verdict == verdict


def test_an_agent_without_special_authority_does_not_stand_for_the_party(mediated, parties):
    with transaction():
        db.session.add(Participant(case_id=mediated.case_id, side="applicant", role="agent", name="赵代理", authority="general",
                                   represents_id=parties["applicant"].id, phone="16600009999"))
    assert look(mediated.case)["authority"].verdict == "warn"

    with transaction():
        db.session.get(Participant, parties["applicant"].id).phone = ""
    point = look(mediated.case)["authority"]
    assert point.verdict == "warn" and "nobody" in {one["code"] for one in point.findings}, "it signs on paper"


def test_a_minor_needs_the_legal_representative(mediated, parties):
    with transaction():
        db.session.get(Participant, parties["applicant"].id).id_number = "110105201506031239"
    found = look(mediated.case)["capacity"]
    assert found.verdict == "fail", found

    with transaction():
        db.session.add(Participant(case_id=mediated.case_id, side="applicant", role="agent", name="王父", authority="special",
                                   represents_id=parties["applicant"].id))
    assert look(mediated.case)["capacity"].verdict == "pass"


def test_the_operation_refuses_what_the_check_refuses(mediated):
    with pytest.raises(Rejected) as refusal:
        mediated.prepare("mediation.freeze_agreement", terms=[TERM], default_clause="不履行则由法院判决")

    assert refusal.value.code == "agreement_incomplete" and "由法院判决" in refusal.value.why


def test_every_rule_of_the_table_can_be_read_and_has_its_source():
    assert {rule.id for rule in forbidden.rules()} >= {"judged_on_default", "status", "title"}
    assert all(rule.article.zh and rule.article.en and rule.title.en for rule in forbidden.rules())
