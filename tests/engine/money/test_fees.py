"""The table of court fees, and how a fee is reckoned from it."""

from decimal import Decimal

import pytest

from engine.money import fees


@pytest.mark.parametrize(("matter", "claim", "fee"), [
    ("suit", "50000", "1050.00"), ("suit_simplified", "50000", "525.00"), ("suit_settled", "50000", "525.00"),
    ("payment_order", "50000", "350.00"), ("confirmation", "50000", "0.00"), ("preservation", "50000", "520.00"),
    ("preservation", "90000000", "5000.00"), ("enforcement", "50000", "650.00"), ("suit", "0", "50.00"),
    ("personality", "50000", "100.00"), ("personality", "120000", "700.00")])
def test_each_kind_of_matter_has_its_scale(matter, claim, fee):
    assert fees.reckon(matter, Decimal(claim)).fee == Decimal(fee)


def test_the_steps_name_each_part_and_come_to_the_fee():
    found = fees.reckon("suit", Decimal("120000"))

    assert [(part.above, part.up_to, part.rate, part.fee) for part in found.parts] == [
        (0, 10000, None, 50), (10000, 100000, Decimal("0.025"), 2250), (100000, 120000, Decimal("0.02"), 400)]
    assert found.whole == 2700 == found.fee


def test_a_cap_and_a_range_are_said():
    assert fees.reckon("preservation", Decimal("90000000")).is_capped
    assert fees.reckon("personality", Decimal("120000")).most == Decimal("1100.00")
    assert fees.reckon("suit", Decimal("120000")).most is None


@pytest.mark.parametrize("rule", fees.every().values(), ids=lambda rule: rule.key)
def test_every_rule_names_its_article_and_who_pays_in_both_languages(rule):
    for said in (rule.article, rule.borne):
        assert set(said) == {"zh", "en"} and all(said.values())
    assert "诉讼费用交纳办法" in rule.article["zh"] and rule.source in ("P", "S")


@pytest.mark.parametrize("matter", fees.every())
def test_no_fee_falls_when_the_claim_grows(matter):
    sums = [Decimal(claim) for claim in (0, 1, 10000, 10001, 99999, 100001, 499999, 1000001, 5000001, 30000000)]
    found = [fees.reckon(matter, claim).fee for claim in sums]

    assert found == sorted(found)
