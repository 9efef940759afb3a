"""Expressions made by a grammar: right ones come to what plain Python says, nearly right ones are refused or fail plainly."""

import random
from decimal import Decimal

import pytest

from engine.expressions import ExpressionFailed, ExpressionRefused, compile_expression, compile_feel

NAMES = {"a": 3, "b": -7, "c": 12, "zero": 0, "yes": True, "no": False, "word": "调解", "other": "x", "list": [1, 2, 3]}
SPOILERS = [*".();=@#`\\{'\"\x00", "**", "..", ".__class__", "lambda: ", "[0", " for x in ", ":="]


class Grammar:
    """Derives pairs of a text and its value, both in our language and in FEEL; `None` stands for a text that has to fail."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)

    def number(self, depth: int) -> tuple[str, str, Decimal | None]:
        kind = self.chance.choice(["literal", "name", "+", "-", "*", "/", "minus", "choice"]) if depth else "literal"
        match kind:
            case "literal":
                text = self.chance.choice(["0", "1", "2", "10", "0.5", "2.25", "100"])
                return text, text, Decimal(text)
            case "name":
                name = self.chance.choice(["a", "b", "c", "zero"])
                return name, name, Decimal(NAMES[name])
            case "minus":
                ours, feel, value = self.number(depth - 1)
                return f"-({ours})", f"-({feel})", None if value is None else -value
            case "choice":
                asked, yes, no = self.truth(depth - 1), self.number(depth - 1), self.number(depth - 1)
                taken = None if asked[2] is None else (yes if asked[2] else no)[2]
                return f"({yes[0]} if {asked[0]} else {no[0]})", f"(if {asked[1]} then {yes[1]} else {no[1]})", taken
        left, right = self.number(depth - 1), self.number(depth - 1)
        return f"({left[0]}) {kind} ({right[0]})", f"({left[1]}) {kind} ({right[1]})", calculated(kind, left[2], right[2])

    def truth(self, depth: int) -> tuple[str, str, bool | None]:
        kind = self.chance.choice(["name", "compare", "and", "or", "not", "in", "text"]) if depth else "name"
        match kind:
            case "name":
                name = self.chance.choice(["yes", "no", "true", "false"])
                return name, name, name in ("yes", "true")
            case "compare":
                sign = self.chance.choice(["<", "<=", ">", ">=", "==", "!="])
                left, right = self.number(depth - 1), self.number(depth - 1)
                in_feel = "=" if sign == "==" else sign
                return (f"({left[0]}) {sign} ({right[0]})", f"(({left[1]}) {in_feel} ({right[1]}))",
                        compared(sign, left[2], right[2]))
            case "not":
                ours, feel, value = self.truth(depth - 1)
                return f"(not ({ours}))", f"not({feel})", None if value is None else not value
            case "in":
                ours, feel, value = self.number(depth - 1)
                low, high = sorted(self.chance.sample(range(-9, 20), 2))
                value = None if value is None else low <= value < high
                return f"({low} <= ({ours}) < {high})", f"(({feel}) in [{low}..{high}))", value
            case "text":
                part = self.chance.choice(["调", "解", "z"])
                return f'"{part}" in word', f'contains(word, "{part}")', part in NAMES["word"]
        left, right = self.truth(depth - 1), self.truth(depth - 1)
        value = left[2] if left[2] is None or left[2] is (kind == "or") else right[2]
        return f"(({left[0]}) {kind} ({right[0]}))", f"(({left[1]}) {kind} ({right[1]}))", value


def calculated(sign, left, right):
    if left is None or right is None or sign == "/" and right == 0:
        return None
    value = {"+": left + right, "-": left - right, "*": left * right, "/": left / right if right else None}[sign]
    return value if abs(value) < 10**15 else None


def compared(sign, left, right):
    if left is None or right is None:
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "==": left == right,
            "!=": left != right}[sign]


@pytest.mark.parametrize("seed", range(10))
def test_what_the_grammar_derives_comes_to_what_plain_python_says(seed):
    grammar = Grammar(seed)
    for _each in range(100):
        derive = grammar.chance.choice([grammar.number, grammar.truth])
        ours, feel, expected = derive(grammar.chance.randint(1, 5))
        for compile_text, text in ((compile_expression, ours), (compile_feel, feel)):
            try:
                assert compile_text(text).evaluate(NAMES) == expected, text
            except ExpressionFailed:
                assert expected is None, text
            except ExpressionRefused:
                assert len(text) > 500, text


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("seed", range(10))
def test_what_is_nearly_right_is_refused_or_fails_or_gives_a_plain_value(seed):
    grammar = Grammar(seed + 1000)
    for _each in range(100):
        ours, feel, _value = grammar.truth(grammar.chance.randint(1, 4))
        for compile_text, text in ((compile_expression, ours), (compile_feel, feel)):
            place = grammar.chance.randrange(len(text) + 1)
            spoilt = text[:place] + grammar.chance.choice(SPOILERS) + text[place + grammar.chance.randrange(3):]
            try:
                value = compile_text(spoilt).evaluate(NAMES)
            except (ExpressionRefused, ExpressionFailed):
                continue
            assert value is None or isinstance(value, bool | int | Decimal | str | list | dict), spoilt
