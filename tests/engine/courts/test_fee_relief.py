"""Grounds of relief from court fees (诉讼费用交纳办法 44–48), and what is left to pay."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine.courts import fee_relief

ARTICLES = {"deferral": "第四十七条", "reduction": "第四十六条", "exemption": "第四十五条"}


@pytest.mark.parametrize("ground", fee_relief.grounds().values(), ids=lambda ground: ground.code)
def test_every_ground_stands_in_the_article_of_what_it_gives(ground):
    assert ground.code.startswith(ground.kind) and ground.article.startswith(ARTICLES[ground.kind])
    assert ground.natural == (ground.kind == "exemption"), "only natural persons are let off altogether (Art. 44)"
    assert ground.said and ground.said_en and ground.source == "S"


@pytest.mark.parametrize(("told", "left"), [
    ({"relief_decision": "exemption"}, "0.00"), ({"relief_decision": "reduction", "relief_percent": 30}, "735.00"),
    ({"relief_decision": "reduction", "relief_percent": 99}, "10.50"), ({"relief_decision": "refused"}, "1050.00"),
    ({"relief_decision": "deferral"}, "1050.00")])
def test_what_is_left_of_the_fee(told, left):
    case = SimpleNamespace(procedure="ordinary", amount=Decimal("50000"))

    assert fee_relief.to_pay(case, told) == Decimal(left)
