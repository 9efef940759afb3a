"""Drafts have versions whose differences can be read; a party asks about a clause, and the mediator answers."""

import pytest

from engine.db import transaction
from engine.errors import Forbidden, NotFound
from engine.mediation import agreement, clauses, questions
from engine.mediation.draft import Draft

TERM = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31",
        "method": "银行转账"}
ACT = {"kind": "other", "debtor": "京华银行股份有限公司", "creditor": "王小明", "duty": "credit_record", "due_on": "2030-04-30"}


def show(table, **answers):
    with transaction():
        return agreement.show_draft(table.bench.case, Draft.of({"terms": [TERM, ACT], **answers})).id


def found(table):
    return agreement.discussed(table.bench.case_id)


def test_a_draft_is_a_version_that_both_sides_read_and_nobody_signs(table):
    show(table)

    now, before = found(table)
    assert (now.status, now.number, now.audience, now.document_id) == ("draft", 2, "mediation", None)
    assert before.status == "void"


def test_a_clause_reads_as_it_is_printed(table):
    show(table)

    texts = [one.text for one in clauses.of(found(table)[0]) if one.number]
    assert texts[0].startswith("京华银行股份有限公司应向王小明支付人民币8,000.00元（大写：人民币捌仟元整）")
    assert texts[0].endswith("，于2030年3月31日前付清，支付方式：银行转账。")
    assert texts[1].endswith("撤销王小明因本案所涉业务产生的不良信用记录（期限：2030年4月30日前）。")


def test_what_changed_is_told_clause_by_clause_and_number_by_number(table):
    show(table, costs="费用由申请人负担。")
    show(table, terms=[TERM | {"amount": "9500.00"}, ACT, ACT | {"duty": "certificate"}])

    now, before = found(table)
    told = {change.clause.key: change for change in clauses.differences(before, now)}

    assert {key: change.kind for key, change in told.items()} == {
        "term-1": "changed", "term-2": "same", "term-3": "added", "costs": "removed"}
    assert ("removed", "8,000.00") in told["term-1"].pieces and ("added", "9,500.00") in told["term-1"].pieces


def ask(table, actor, text="利息怎么算？", clause="term-1"):
    with transaction():
        return questions.ask(actor, found(table)[0].id, clause, text).id


def seen(table, actor):
    with transaction(write=False):
        return [(one.text, one.answer) for one in questions.of_case(actor, table.bench.case_id)]


def test_a_question_and_its_answer_stay_with_the_side_that_asked(table):
    show(table)
    applicant, mediator = table.party("applicant"), table.actor("mediator")
    key = ask(table, applicant)
    with transaction():
        questions.answer(mediator, key, "按年利率计算。", to_all=False)

    assert seen(table, applicant) == seen(table, mediator) == [("利息怎么算？", "按年利率计算。")]
    assert seen(table, table.actor("handler")) == seen(table, table.actor("clerk")) == []


def test_an_answer_to_both_sides_is_read_by_both_and_still_not_by_the_court(table):
    show(table)
    key = ask(table, table.actor("handler"))
    with transaction():
        questions.answer(table.actor("mediator"), key, "见第一条。", to_all=True)

    assert len(seen(table, table.party("applicant"))) == 1 and seen(table, table.actor("clerk")) == []


@pytest.mark.parametrize(("clause", "text"), [("term-9", "?"), ("term-1", " "), ("term-1", "问" * 1001), ("", "?")])
def test_a_question_names_a_clause_and_says_something(table, clause, text):
    show(table)
    with pytest.raises(questions.QuestionUnusable):
        ask(table, table.party("applicant"), text, clause)


@pytest.mark.parametrize("who", ["clerk", "outsider", "coordinator", "other_mediator"])
def test_only_parties_ask_and_only_the_mediator_answers(table, who):
    show(table)
    key = ask(table, table.party("applicant"))
    with pytest.raises((NotFound, Forbidden)):
        ask(table, table.actor(who))
    with pytest.raises((NotFound, Forbidden)), transaction():
        questions.answer(table.actor(who), key, "好", to_all=False)


def test_an_agreement_that_is_over_is_no_longer_discussed(table):
    first = table.agreement_id
    show(table)
    applicant = table.party("applicant")
    with pytest.raises(questions.NotOpenForQuestions), transaction():
        questions.ask(applicant, first, "term-1", "?")
    with transaction():
        agreement.void_unsigned(table.bench.case_id)
    assert found(table) is None
