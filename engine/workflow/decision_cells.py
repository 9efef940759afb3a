"""Cells of a decision table: FEEL's unary tests, each turned once into expressions of our own language."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.expressions import Expression, ExpressionRefused, Meter, compile_expression, compile_value
from engine.i18n import _

INPUT = "cell_input"  # what `?` stands for
MAX_CHARACTERS = 2_000
Compile = Callable[[str], Expression]

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NOT = re.compile(r"not\s*\((.*)\)\Z", re.DOTALL)
_RANGE = re.compile(r"([\[(\]])(.*?)\.\.(.*)([\])\[])\Z", re.DOTALL)
_PREFIX = re.compile(r"(<=|>=|==|!=|<|>|=)(?!=)(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Test:
    """A test of one input value, with the functions it calls; None says that nobody can tell, since something is null."""

    holds: Callable[[object, Mapping, Mapping, Meter], bool | None]
    calls: frozenset[str] = frozenset()

    def __call__(self, value, names: Mapping, functions: Mapping, meter: Meter) -> bool | None:
        return self.holds(value, names, functions, meter)


def compile_test(text: str, compile: Compile = compile_value) -> Test:
    """A test of one input value; raises `ExpressionRefused`. `compile` reads what stands between the signs of a test."""
    text = text.strip()
    if len(text) > MAX_CHARACTERS:
        raise ExpressionRefused(_("The expression is too long."))
    if text in ("", "-"):
        return Test(lambda value, names, functions, meter: True)
    negated = _NOT.match(text)
    if negated and _closes_at_end(text):
        inner = _any_of(negated[1], compile)
        return Test(lambda value, names, functions, meter: _not(inner(value, names, functions, meter)), inner.calls)
    return _any_of(text, compile)


def _closes_at_end(text: str) -> bool:
    """Whether `not(` and the last `)` belong together: `not(a) or (b)` is an expression, not a negated list."""
    depth = 0
    bare = _STRING.sub(lambda found: " " * len(found[0]), text)
    for position, letter in enumerate(bare):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and letter == ")":
            return position == len(bare) - 1
    return False


def _any_of(text: str, compile: Compile) -> Test:
    tests = [_one(part, compile) for part in split(text)]
    if not tests:
        raise ExpressionRefused(_("There is no expression."))
    calls = frozenset().union(*(test.calls for test in tests))
    return Test(lambda value, names, functions, meter: _any(test(value, names, functions, meter) for test in tests), calls)


def _not(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _any(tests: Iterable[bool | None]) -> bool | None:
    answer = False
    for holds in tests:
        if holds:
            return True
        answer = None if holds is None else answer
    return answer


def split(text: str) -> list[str]:
    """The parts between commas that stand outside quotes and brackets."""
    parts, start, depth = [], 0, 0
    bare = _STRING.sub(lambda found: " " * len(found[0]), text)
    for position, letter in enumerate(bare):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _one(part: str, compile: Compile) -> Test:
    span, prefix = _RANGE.match(part), _PREFIX.match(part)
    if span:
        low = "<=" if span[1] == "[" else "<"
        high = "<=" if span[4] == "]" else "<"
        return _holds(compile(f"({span[2]}) {low} {INPUT} and {INPUT} {high} ({span[3]})").written_as(part))
    if prefix:
        operator = "==" if prefix[1] == "=" else prefix[1]
        return _holds(compile(f"{INPUT} {operator} ({prefix[2]})").written_as(part))
    asked = _with_input(part)
    return _holds(compile(asked).written_as(part)) if asked != part else _equals(compile(part))


def _with_input(part: str) -> str:
    """The text with every `?` outside quotes replaced by the name of the input."""
    pieces, last = [], 0
    for found in _STRING.finditer(part):
        pieces += [part[last : found.start()].replace("?", INPUT), found[0]]
        last = found.end()
    return "".join([*pieces, part[last:].replace("?", INPUT)])


def _holds(expression: Expression) -> Test:
    asked = expression.letting_null()

    def test(value, names, functions, meter):
        holds = asked.evaluate({**names, INPUT: value}, functions, meter)
        return None if holds is None else bool(holds)

    return Test(test, expression.calls)


def _equals(expression: Expression) -> Test:
    """The input is this value, or one of this list; a condition without `?` holds or does not."""

    def test(value, names, functions, meter):
        wanted = expression.evaluate(names, functions, meter)
        if not isinstance(wanted, list | tuple) and isinstance(wanted, bool) != isinstance(value, bool):
            return wanted is True and value is not None
        return _ONE_OF.evaluate({INPUT: value, "wanted": wanted}, {}, meter)

    return Test(test, expression.calls)


_ONE_OF = compile_expression(f"one_of({INPUT}, wanted)")
