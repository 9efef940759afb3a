"""Decision tables: cells, hit policies, and what is wrong with them."""

import time
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine.expressions import ExpressionFailed
from engine.workflow.decisions import DecisionsRefused, parse_decisions
from engine.workflow.xmlfiles import FileRefused


def xml(policy, rules, inputs=("amount",), outputs=("result",), aggregation="", values="", default=""):
    heads = "".join(
        f'<input id="i{n}" label="{name}"><inputExpression><text>{escape(name)}</text></inputExpression></input>'
        for n, name in enumerate(inputs)
    )
    order = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    other = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    heads += "".join(f'<output id="o{n}" name="{name}">{order}{other}</output>' for n, name in enumerate(outputs))
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row[: len(inputs)])
        + "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in row[len(inputs) :])
        + "</rule>"
        for row in rules
    )
    added = f' aggregation="{aggregation}"' if aggregation else ""
    table = f'<decisionTable hitPolicy="{policy}"{added}>{heads}{rows}</decisionTable>'
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">'
    return f'{head}<decision id="d" name="D">{table}</decision></definitions>'.encode()


def table(policy, rules, **more):
    return parse_decisions(xml(policy, rules, **more))["d"]


@pytest.mark.parametrize(
    ("cell", "amount", "holds"),
    [
        ("-", 1, True), ("", None, True), ("5", 5, True), ("5", 6, False), ("5", Decimal("5.0"), True), ("1, 2, 3", 2, True),
        ("1,2,3", 4, False),
        ('"a","b"', "b", True), ('"a, b"', "a, b", True), ("not(1, 2)", 3, True), ("not(1, 2)", 2, False),
        ('not("a")', "a", False),
        ("[5..10]", 5, True), ("[5..10]", 10, True), ("(5..10)", 5, False), ("]5..10[", 10, False), ("[5..10)", 10, False),
        ("[5..10], 20", 20, True),
        ("< 5", 4, True), ("< 5", 5, False), (">= 5", 5, True), ("!= 5", 4, True), ("= 5", 5, True), ("== 5", 5, True),
        ("< 5", None, False), ("[5..10]", None, False), ("null", None, True), ("not(null)", 1, True), ("not(null)", None, False),
        ("? % 2 == 0", 4, True), ("? > limit", 11, True), ("? > limit", 9, False), ("len(?) > 2", "abc", True),
        ('"?"', "?", True),
        ("limit", 10, True), ("[limit..limit * 2]", 15, True), ("allowed", "x", True), ("allowed", "z", False),
        ("limit > 5", 1, True),
        ("true", True, True), ("false", True, False), ("true", 1, True), ('< date("2026-01-02")', date(2026, 1, 1), True),
        ("[1.5..2.5]", 2.0, True), ("not(< 5)", 4, False), ("not(? > 5) or (? == 7)", 7, True),
        ('"it\'s, (odd"', "it's, (odd", True),
    ],
)  # fmt: skip
def test_a_cell_holds_or_not(cell, amount, holds):
    decision = table("FIRST", [(cell, "1"), ("-", "0")])
    assert decision.findings() == []
    assert decision.decide({"amount": amount, "limit": 10, "allowed": ["x", "y"]}) == {"result": int(holds)}


SIZES = [("< 5", '"s"'), ("< 50", '"m"'), ("-", '"l"')]


def test_first_takes_the_first_rule_that_holds():
    assert table("FIRST", SIZES).decide({"amount": 7}) == {"result": "m"}


def test_unique_refuses_two_rules_that_hold_and_names_them():
    with pytest.raises(ExpressionFailed, match="2, 3"):
        table("UNIQUE", SIZES).decide({"amount": 7})


def test_unique_is_the_policy_when_none_is_said():
    assert parse_decisions(xml("FIRST", SIZES).replace(b' hitPolicy="FIRST"', b""))["d"].policy == "UNIQUE"


def test_any_takes_equal_answers_and_refuses_different_ones():
    assert table("ANY", [("< 9", '"a"'), ("< 8", '"a"')]).decide({"amount": 7}) == {"result": "a"}
    with pytest.raises(ExpressionFailed, match="1, 2"):
        table("ANY", [("< 9", '"a"'), ("< 8", '"b"')]).decide({"amount": 7})


def test_priority_takes_the_answer_that_stands_first_among_the_values():
    explained = table("PRIORITY", SIZES, values='"l", "m", "s"').decide_explained({"amount": 3})
    assert (explained.result, explained.rules) == ({"result": "l"}, (3,))


def test_output_order_lists_by_the_values_and_rule_order_by_the_rules():
    assert _column(table("OUTPUT ORDER", SIZES, values='"l", "m", "s"')) == ["l", "m", "s"]
    assert _column(table("RULE ORDER", SIZES)) == ["s", "m", "l"]
    assert _column(table("COLLECT", SIZES)) == ["s", "m", "l"]


def _column(decision):
    return [row["result"] for row in decision.decide({"amount": 3})]


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_collect_adds_up(aggregation, expected):
    rules = [("-", "1"), ("-", "2"), ("-", "3"), ("> 100", "4")]
    assert table("COLLECT", rules, aggregation=aggregation).decide({"amount": 3}) == {"result": expected}


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 0), ("COUNT", 0), ("MIN", None)])
def test_collect_of_nothing(aggregation, expected):
    assert table("COLLECT", [("> 9", "1")], aggregation=aggregation).decide({"amount": 3}) == {"result": expected}


def test_no_rule_gives_nothing_or_the_default():
    assert table("FIRST", [("< 1", "1")]).decide({"amount": 5}) == {"result": None}
    assert table("FIRST", [("< 1", "1")], default='"other"').decide({"amount": 5}) == {"result": "other"}


def test_several_inputs_and_outputs_and_computed_answers():
    decision = table(
        "UNIQUE",
        [("< 5", '"x"', "amount * 2", '"low"'), (">= 5", "-", "0", "")],
        inputs=("amount", "kind"),
        outputs=("fee", "band"),
    )
    assert decision.decide({"amount": 4, "kind": "x"}) == {"fee": 8, "band": "low"}
    explained = decision.decide_explained({"amount": 6, "kind": "x"})
    assert (explained.result, explained.rules, explained.inputs) == ({"fee": 0, "band": None}, (2,), {"amount": 6, "kind": "x"})


def test_a_collected_answer_becomes_one_list_per_output_in_the_data():
    decision = table("COLLECT", [("-", '"a"', "1"), ("-", '"b"', "2")], outputs=("name", "n"))
    assert decision.as_data(decision.decide({"amount": 1})) == {"name": ["a", "b"], "n": [1, 2]}


def test_a_missing_input_is_named():
    with pytest.raises(ExpressionFailed, match="amount"):
        table("FIRST", SIZES).decide({})


def test_bad_cells_are_found_with_rule_and_column():
    decision = table("UNIQUE", [("< 5", "a.b()"), ("import os", "1"), ("5..", '__import__("os")')])
    assert [(finding.rule, finding.column) for finding in decision.findings()] == [
        (1, "result"), (2, "amount"), (3, "amount"), (3, "result"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "more"),
    [
        ("BEST", {}), ("COLLECT", {"aggregation": "AVG"}), ("COLLECT", {"aggregation": "SUM", "outputs": ("a", "b")}),
        ("FIRST", {"inputs": ("a b",)}),
        ("FIRST", {"outputs": ("two words",)}), ("PRIORITY", {}), ("FIRST", {"outputs": ()}),
    ],
)  # fmt: skip
def test_a_bad_head_is_found(policy, more):
    assert any(finding.rule is None for finding in table(policy, [], **more).findings())


def test_a_cell_of_a_million_characters_is_refused_quickly():
    begun = time.process_time()
    assert [finding.rule for finding in table("FIRST", [("[" + "." * 1_000_000, "1")]).findings()] == [1]
    assert time.process_time() - begun < 1


def test_a_rule_with_too_few_cells_is_found():
    assert [finding.rule for finding in table("FIRST", [("1",)]).findings()] == [1]


def test_several_decisions_may_share_a_file():
    file = xml("FIRST", SIZES).replace(
        b"</definitions>", xml("FIRST", SIZES).split(b'/MODEL/">')[1].replace(b'id="d"', b'id="e"')
    )
    assert set(parse_decisions(file)) == {"d", "e"}


@pytest.mark.parametrize("file", [b"", b"<a>", b"<!DOCTYPE d [<!ENTITY x 'y'>]><definitions>&x;</definitions>"])
def test_files_that_are_not_plain_xml_are_refused(file):
    with pytest.raises(FileRefused):
        parse_decisions(file)


@pytest.mark.parametrize(
    "file",
    [
        b"<a/>",
        b"<definitions/>",
        b'<definitions><decision id="x"/></definitions>',
        xml("FIRST", SIZES).replace(b'<decision id="d"', b"<decision"),
    ],
)
def test_files_without_usable_tables_are_refused(file):
    with pytest.raises(DecisionsRefused):
        parse_decisions(file)


def test_a_table_of_a_thousand_rules_decides_quickly():

    decision = table("UNIQUE", [(f"[{n * 10}..{n * 10 + 9}]", str(n)) for n in range(1000)])
    decision.decide({"amount": 5})
    begun = time.process_time()
    assert decision.decide({"amount": 9995}) == {"result": 999}
    assert time.process_time() - begun < 1


FEEL_CELLS = [
    ("not([1..5])", 6, True), ("not([1..5])", 3, False), ("? in [1..5)", 5, False), ("? in (1..5]", 5, True),
    ("? in (< 2, > 8)", 9, True), ("? in (< 2, > 8)", 5, False), ("? between 1 and 5", 5, True), ("? = 5 or ? = 7", 7, True),
    ("limit = ?", 10, True), ('contains(?, "合同")', "买卖合同", True), ('starts with(?, "沪")', "沪0115", True),
    ('ends with(?, "15")', "沪0116", False), ('upper case(?) = "AB"', "ab", True), ("string length(?) > 2", "abc", True),
    ("list contains(allowed, ?)", "x", True), ("list contains(allowed, ?)", "z", False), ("? in allowed", "y", True),
    ("if limit > 5 then ? > 1 else ? > 100", 2, True), ("?.day = 31", date(2026, 1, 31), True),
    ('< date("2026-01-31") + duration("P1M")', date(2026, 2, 27), True),
    ('< date("2026-01-31") + duration("P1M")', date(2026, 2, 28), False), ('>= @"2026-01-31"', date(2026, 1, 31), True),
    ('[date("2026-01-01")..date("2026-12-31")]', date(2026, 6, 1), True), ('? - date("2026-01-01") > duration("P9D")',
     date(2026, 1, 10), False), ("place.court = ?", "沪0115", True), ("?.court = place.court", {"court": "沪0115"}, True),
    ("] limit .. limit * 2 [", 15, True), ("? + 0.1 = 0.3", Decimal("0.2"), True), ("count(allowed) = ?", 2, True),
    ("[if limit > 5 then 1 else 2 .. 5]", 1, True), ("?.phone = null", {"court": "沪0115"}, True),
    # lists: a list equals a list, or is one of a list of lists
    ("[1, 2]", [1, 2], True), ("[1, 2]", [2, 1], False), ("[1, 2]", 2, True), ("[]", [], True), ("[1, 2], [3]", [3], True),
    ("[[1, 2], [3]]", [1, 2], True), ("[[1, 2], [3]]", 3, False), ("? = [1, 2]", [1, 2], True),
    ("? = pairs", [[1, 2], [3]], True),
    ("? in pairs", [3], True), ("? in pairs", 3, False), ("? in [[1, 2], [3]]", [1, 2], True),
    ("list contains(pairs, ?)", [1, 2], True), ("list contains(?, 3)", [1, 3], True), ("list contains(?, [3])", [1, 3], False),
    ("allowed", ["x", "y"], True), ("not([1, 2])", [1, 2], False), ("not([1, 2])", [3], True), ("count(?) = 2", [1, 2], True),
    ("sum(?) in [3..5]", [1, 2], True), ("? in [true, false]", True, True), ("[true, false]", False, True),
    # true is not 1
    ("[1, 2]", True, False), ("? in [1, 2]", True, False), ("? = 1", True, False), ("? != 1", True, True),
    # null: equal only to itself, in no order with anything, and what is asked of it is null
    ("null", None, True), ("null", 0, False), ("? = null", None, True), ("? != null", None, False), ("not(null)", 3, True),
    ("not(null)", None, False), ("< 5", None, False), ("not(< 5)", None, False), ("[1..5]", None, False),
    ("not([1..5])", None, False), ("? > 5", None, False), ("? between 1 and 5", None, False), ("? in (< 2, > 8)", None, False),
    ("not(? between 1 and 5)", None, False), ("< nothing", 5, False), ("? + 1 > 2", None, False), ("? + 1 = null", None, True),
    ("? > 5 or limit = 10", None, True), ("? > 5 and limit = 9", None, False), ("not(? > 5 and limit = 9)", None, True),
    ('contains(?, "合同")', None, False), ('contains(nothing, "x") or ? = 1', 1, True), ('not("a")', None, True),
    ('not("a", "b")', "b", False), ("if ? > 5 then true else limit = 10", None, True), ("? in allowed", None, False),
    ("?.court = null", None, True), ("-? < 0", None, False), ('"a", null', None, True),
    ('starts with(?, "沪") = null', None, True), ("string length(?) > 1", None, False), ("? < 3, null", None, True),
    ("? between 1 and 5 and limit = 10", 3, True), ("limit between ? and ? + 9", 1, True),
    ('? between date("2026-01-01") and date("2026-12-31")', date(2026, 6, 1), True), ('? in ["a".."c"]', "b", True),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value", "holds"), FEEL_CELLS)
@pytest.mark.parametrize("says", ["", ' expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"'])
def test_a_cell_may_be_written_in_feel(cell, value, holds, says):
    told = xml("FIRST", [(cell, "1"), ("-", "0")]).replace(b"<definitions ", f"<definitions{says} ".encode())
    decision = parse_decisions(told)["d"]
    assert decision.findings() == []
    names = {"amount": value, "limit": 10, "allowed": ["x", "y"], "word": "xyz", "place": {"court": "沪0115"},
             "pairs": [[1, 2], [3]], "nothing": None}  # fmt: skip
    assert decision.decide(names) == {"result": int(holds)}


def test_answers_and_inputs_may_be_written_in_feel():
    decision = table("UNIQUE", [("> 5", 'if amount > 50 then "big" else string(place.court)')], inputs=("case.amount * 2",))
    assert decision.findings() == []
    assert decision.decide({"amount": 7, "case": {"amount": 3}, "place": {"court": "沪0115"}}) == {"result": "沪0115"}


@pytest.mark.parametrize(("cell", "told"), [
    ("some x in allowed satisfies x = 1", "some"), ("allowed[1] = ? in x", "[…]"), ('matches(?, "a+") = true', "matches"),
    ("time(?) = 1", "time"), ("2 ** 3 = ?", "**"), ("day of week(?) = 1", "day of week"), ("for x in y return x", "for"),
    ("1 < ? < 5 = true", ""), ("a..b", ""), ("not(1..5)", ""), ("? in", ""), ("a b", ""), ("if x then y", ""),
    ("(" * 60 + "? = 1" + ")" * 60, ""), ("?.", ""), ("{a: }", ""), ("@5", ""), ("between 1 and 2", ""),
])  # fmt: skip
def test_what_feel_says_and_we_do_not_is_refused_by_name(cell, told):
    [finding] = table("FIRST", [(cell, "1")]).findings()
    assert finding.rule == 1 and told in str(finding)


def test_a_table_that_says_feel_is_read_as_feel_only_and_other_languages_are_refused():
    says = xml("FIRST", [("? in allowed[0]", "1")])
    assert parse_decisions(says)["d"].findings() == []
    in_feel = says.replace(b"<definitions ", b'<definitions expressionLanguage="FEEL" ')
    assert "[…]" in str(parse_decisions(in_feel)["d"].findings()[0])
    in_juel = says.replace(b"<inputEntry>", b'<inputEntry expressionLanguage="juel">')
    assert "juel" in str(parse_decisions(in_juel)["d"].findings()[0])


def test_a_table_tells_which_functions_it_calls_and_where():
    decision = table("FIRST", [('open(?) > ("a")', "str(days(1))"), ("not(vars(?))", "")], inputs=("len(amount)",))
    assert decision.calls() == [
        (None, "len(amount)", "len"), (1, "len(amount)", "open"), (1, "result", "days"), (1, "result", "str"),
        (2, "len(amount)", "vars"),
    ]
