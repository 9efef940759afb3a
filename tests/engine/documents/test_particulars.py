"""What a paper that both sides get says of people: as much as it needs, and nobody's telephone."""

import json
from pathlib import Path

import pytest

from engine.documents import particulars, templates

PERSON = {"role": "申请人", "kind": "person", "name": "王小明", "id_kind": "居民身份证", "id_number": "11010519491231002X",
          "sex": "女", "birth": "1949-12-31", "address": "幸福路1号", "phone": "16600001234", "ethnicity": "汉族"}
BANK = {"role": "被申请人", "kind": "organisation", "name": "京华银行", "code": "91350100M000100Y43", "address": "金融街1号",
        "phone": "16600005678"}
FACTS = {"parties": [PERSON, BANK], "sides": [PERSON, BANK], "party": PERSON, "objector": PERSON}
EXAMPLES = Path(__file__).parent / "facts"


@pytest.mark.parametrize("template", templates.names())
def test_only_papers_for_one_side_print_a_telephone_and_only_what_is_enforced_an_identity_number(template):
    told = json.dumps(particulars.printed(template, FACTS), ensure_ascii=False)

    assert ("16600001234" in told) == (template in particulars.FOR_ONE) == ("16600005678" in told)
    assert ("11010519491231002X" in told) == ("id_number" in particulars.PRINTED.get(template, ()))
    assert "91350100M000100Y43" in told and "金融街1号" in told  # a body's register is public
    assert particulars.printed(template, particulars.printed(template, FACTS)) == particulars.printed(template, FACTS)


def test_every_paper_of_the_table_exists():
    assert set(particulars.PRINTED) <= set(templates.names()) and set(particulars.PRINTED) >= particulars.FOR_ONE


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_left_of_people_is_all_that_a_paper_needs(path):
    facts = json.loads(path.read_text(encoding="utf-8"))
    name = next(each for each in sorted(templates.names(), key=len, reverse=True) if path.stem.startswith(each))

    templates.find(name).check(particulars.printed(name, facts), "zh")


def test_a_copy_nobody_signs_masks_the_other_sides_numbers_and_leaves_out_their_home():
    told = particulars.for_reader("agreement", FACTS, {"京华银行"})["parties"][0]
    mine = particulars.for_reader("agreement", FACTS, {"王小明"})["parties"][0]

    assert told["id_number"] == "110***********002X" and "address" not in told and "phone" not in told
    assert mine["id_number"] == "11010519491231002X" and mine["address"] == "幸福路1号"
