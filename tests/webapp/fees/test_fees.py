"""Anybody reckons what a court would charge and what mediation saves; the answer stands in the address."""

import re

import pytest


def shown(text: str) -> str:
    """What a reader sees of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_fee_is_told_with_its_steps_its_article_and_what_mediation_saves(stranger):
    page = shown(stranger.text("/fees?matter=suit&amount=120000"))

    assert "¥2,700.00" in page and "第十三条" in page
    assert "¥90,000 × 2.5%" in page and "¥20,000 × 2%" in page and "合计：¥2,700.00" in page
    assert "¥1,350.00" in page, "half, when it ends by mediation"
    assert "不起诉，由调解组织调解" in page and "¥0.00" in page


@pytest.mark.parametrize(("asked", "said"), [
    ("matter=payment_order&amount=10000", "按3分之一：¥16.67"), ("matter=confirmation&amount=10000", "不收费"),
    ("matter=preservation&amount=5000000", "但最多¥5,000.00"), ("matter=personality&amount=120000", "¥700.00至¥1,100.00"),
    ("matter=suit&amount=12万", "¥2,700.00"), ("matter=suit&amount=１２０,０００.００元", "¥2,700.00")])
def test_each_matter_says_how_it_comes_to_its_fee(stranger, asked, said):
    assert said in shown(stranger.text(f"/fees?{asked}"))


@pytest.mark.parametrize(("asked", "field"), [
    ("matter=suit&amount=abc", "amount"), ("matter=suit&amount=-5", "amount"), ("matter=suit&amount=1.234", "amount"),
    ("matter=suit&amount=", "amount"), ("matter=suit&amount=9999999999999999", "amount"), ("matter=divorce&amount=5", "matter"),
    ("amount=5", "matter")])
def test_what_cannot_be_reckoned_is_said_beside_the_field(stranger, asked, field):
    answer = stranger.get(f"/fees?{asked}")

    assert answer.status_code == 422 and f'<a href="#f-{field}">' in answer.text and 'id="fee"' not in answer.text


def test_the_page_speaks_english_too(stranger):
    page = shown(stranger.text("/fees?matter=suit&amount=50000&lang=en"))

    assert "Litigation Fee Measures, Art. 13(1)(1)" in page and "¥1,050.00" in page
    assert not re.search(r"[一-鿿]{2}", page.replace("中文", "").replace("12万", "")), "nothing is left in Chinese"


def test_the_calculator_is_found_where_people_begin(stranger):
    for place in ("/login", "/apply", "/verify"):
        assert 'href="/fees/"' in stranger.text(place)


@pytest.mark.db
def test_staff_reach_it_from_a_case_with_its_sum(browser, refer):
    walk = refer()
    walk.work()
    page = browser("coordinator").text(f"/cases/{walk.case.number}")

    assert f"/fees/?matter=suit&amount={walk.case.amount}" in page
