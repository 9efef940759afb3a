"""JUEL of Camunda 7 files, written in our language: what it comes to, and what is refused by name."""

from decimal import Decimal

import pytest

from engine.expressions import ExpressionRefused, compile_expression
from engine.expressions.juel import from_juel, is_juel

NAMES = {"amount": 1500, "name": "", "party": {"age": 30, "tags": ["a", "b"]}, "ok": True, "none": None}


@pytest.mark.parametrize(("text", "value"), [
    ("${amount > 1000}", True), ("#{amount gt 1000 and ok}", True), ("${amount == 1500 && !empty party}", True),
    ("${empty name || false}", True),
    ("${not ok or amount le 1}", False), ("${party.age + 1}", 31), ("${party['age'] ge 30}", True),
    ("${party.tags[1]}", "b"),
    ("${ok ? 'yes' : 'no'}", "yes"), ("${amount mod 7 ne 2}", False), ("${amount div 1000}", Decimal("1.5")),
    ('Hello ${party.tags[0]}: ${amount}!', "Hello a: 1500!"), ("plain \"text\" \\n", 'plain "text" \\n'),
    ("${execution.getVariable('none')}", None), ("${execution.hasVariable('missing')}", False), ("${party.phone == null}", True),
    ("${!(amount < 5) && (name eq '' || ok)}", True), ("${'it\\'s \"}\"'}", 'it\'s "}"'), ("${-amount + -1}", -1501),
    ("${ok == 'true' && amount eq '1500' && 'false' != ok}", True), ("${execution.getVariable('none') == 'true'}", False),
    ("${party.tags.contains('b') and party.tags.size() > 1}", True), ("${name.isEmpty() || name.length() > 3}", True),
    ("${'Abc'.toLowerCase().startsWith('ab') && 'x'.equals('x')}", True), ("${party.containsKey('age')}", True),
    ("${'a'.equalsIgnoreCase('A') ? amount.toString() : '{0}'}", "1500"),
    ("${ok ? amount > 1 ? 'b' : 'c' : 'd'}", "b"), ("${007}", 7), ("", None),
])  # fmt: skip
def test_juel_comes_to_the_same_in_our_language(text, value):
    if not text:
        with pytest.raises(ExpressionRefused):
            from_juel(text)
        return
    assert compile_expression(from_juel(text)).evaluate(NAMES) == value


@pytest.mark.parametrize(("text", "told"), [
    ("${execution.setVariable('a', 1)}", "execution.setVariable()"), ("${bean.run()}", "bean.run()"),
    ("${execution.processBusinessKey == 'a'}", "execution.processBusinessKey"), ("${task.toString()}", "task.toString()"),
    ("${party.tags.contains('a', 'b')}", "contains()"),
    ("${''.getClass().forName('java.lang.Runtime')}", "getClass()"), ("${a b}", "JUEL"), ("${}", "JUEL"), ("${a ? b}", "JUEL"),
    ("${1 +}", "JUEL"), ("${_x}", "_x"), ("${a", "JUEL"), ("a #{b ${c}", "JUEL"),
    ("${" + "(" * 50 + "a" + ")" * 50 + "}", "too long"), ("${" + "!" * 900 + "a}", "too long"),
    ("${a; b}", "JUEL"), ("${a = 1}", "JUEL"), ("${`a`}", "JUEL"), ("${x -> x}", "JUEL"),
])  # fmt: skip
def test_what_is_a_program_is_refused_by_name(text, told):
    with pytest.raises(ExpressionRefused, match=told.replace("(", r"\(").replace(")", r"\)")):
        from_juel(text)


def test_a_text_without_anything_to_work_out_is_plain():
    assert is_juel("a ${b}") and not is_juel("$b {c}") and not is_juel("${a")
