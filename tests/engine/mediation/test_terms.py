"""Terms of an agreement: clear enough to be confirmed and enforced, or refused with every fault."""

from decimal import Decimal

import pytest

from engine.mediation import terms

GOOD = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31"}
ACT = {"kind": "other", "debtor": "王小明", "text": "撤回投诉", "due_on": "2030-04-01"}


def faults(case, *given, **more):
    with pytest.raises(terms.TermsUnclear) as refusal:
        terms.check(case, list(given), **more)
    return {one["pointer"] for one in refusal.value.problems}


def test_good_terms_come_back_as_they_will_be_signed(mediated, parties):
    checked = terms.check(mediated.case, [GOOD | {"debtor": str(parties["respondent"].id), "amount": Decimal("8000")}, ACT])

    assert checked[0] | {"amount": "8000.00"} == GOOD and checked[1] == ACT
    assert terms.total(checked) == 8000


@pytest.mark.parametrize(("change", "pointer"), [
    ({"debtor": "路人"}, "terms/0/debtor"), ({"debtor": ""}, "terms/0/debtor"),
    ({"creditor": "京华银行股份有限公司"}, "terms/0/creditor"),
    ({"amount": "0.00"}, "terms/0/amount"), ({"amount": "-5"}, "terms/0/amount"), ({"amount": "1e400"}, "terms/0/amount"),
    ({"amount": "１００"}, "terms/0/amount"), ({"amount": None}, "terms/0/amount"), ({"due_on": None}, "terms/0/due_on"),
    ({"due_on": "soon"}, "terms/0/due_on"), ({"due_on": "9999-01-01"}, "terms/0/due_on"), ({"kind": "gift"}, "terms/0/kind"),
    ({"text": "x" * 3000}, "terms/0/text"),
])
def test_an_unclear_payment_is_refused(mediated, change, pointer):
    assert pointer in faults(mediated.case, GOOD | change)


def test_an_act_needs_words(mediated):
    assert faults(mediated.case, ACT | {"text": " "}) == {"terms/0/text"}


def test_every_fault_is_told_at_once(mediated):
    assert faults(mediated.case, GOOD | {"amount": ""}, ACT | {"debtor": "谁"}) == {"terms/0/amount", "terms/1/debtor"}


def test_an_agreement_on_a_part_says_what_stays_in_dispute(mediated):
    assert faults(mediated.case, GOOD, scope="partial") == {"remainder"}


def test_an_agreement_without_terms_is_none(mediated):
    assert faults(mediated.case) == {"terms"}
