"""FEEL, the language of the DMN standard, as far as decision tables need it: written in our own language, or refused by name."""

import re
from functools import lru_cache

from engine.expressions.errors import ExpressionRefused
from engine.expressions.foreign import CannotBeRead, Reader
from engine.expressions.language import Expression, compile_expression

FUNCTIONS = {
    "date and time": "moment", "string length": "len", "upper case": "upper", "lower case": "lower", "starts with": "starts_with",
    "ends with": "ends_with", "count": "len", "number": "decimal", "string": "str", "round half up": "round", "get value": "get",
    "list contains": "has",
}
MANY_WORDS = [*(each for each in FUNCTIONS if " " in each), "years and months duration", "day of week",
              "day of year", "month of year", "week of year", "substring before", "substring after", "index of",
              "distinct values", "insert before", "list replace", "round half down", "round up", "round down", "get entries",
              "string join"]  # fmt: skip
STRANGE = frozenset({"some", "every", "for", "function", "instance", "time", "matches", "replace", "is"})
_ORDER = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "==", "==": "==", "!=": "!="}
_PHRASES = "|".join(each.replace(" ", r"\s+") for each in MANY_WORDS)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


@lru_cache(maxsize=4096)
def compile_feel(source: str) -> Expression:
    """A FEEL expression, ready to be evaluated; raises ExpressionRefused."""
    return compile_expression(Feel(source).whole()).written_as(source.strip()).letting_null()


def compile_value(source: str) -> Expression:
    """A text of a decision table: in our language, or in FEEL where ours cannot read it."""
    try:
        return compile_expression(source)
    except ExpressionRefused as refusal:
        try:
            return compile_feel(source)
        except CannotBeRead:
            raise refusal from None


class Feel(Reader):
    """Reads FEEL. What our values cannot say (filters, loops, times of day) is refused, never taken for something else."""

    language = "FEEL"
    tokens = re.compile(
        r"\s+|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<number>\d+(?:\.\d+)?|\.\d+)"
        rf"|(?P<phrase>{_PHRASES})(?=\s*\()"
        r"|(?P<word>[^\W\d]\w*)|(?P<sign>\.\.|<=|>=|!=|==|\*\*|[-+*/%()\[\]{}<>=,.:@?])"
    )
    ends_range = False  # a "[" after a value may close a range: `]1..5[`
    levels = ({"or": "or"}, {"and": "and"}, _ORDER, {"+": "+", "-": "-"}, {"*": "*", "/": "/", "%": "%"})

    def level(self, number: int) -> str:
        return self.comparison() if number == 2 else super().level(number)

    def comparison(self) -> str:
        written = self.level(3)
        if sign := self.take(*_ORDER):
            written = f"({written} {_ORDER[sign]} {self.level(3)})"
            if self.text in _ORDER:
                raise self.odd()  # a row of comparisons means one thing here and another there
        while self.text in ("between", "in"):
            written = self.between(written) if self.take("between") else self.member(written)
        return written

    def between(self, value: str) -> str:
        low = self.level(3)
        self.expect("and")
        return f"({low} <= {value} <= {self.level(3)})"

    def member(self, value: str) -> str:
        self.expect("in")
        if not self.take("("):
            return self.test(value)
        if self.text in (*_ORDER, "[", "]"):
            tests = [self.test(value)]
        else:
            first = self.level(3)
            if self.take(".."):
                return self.range(value, "<", first)
            tests = [f"({value} == {first})"]
        while self.take(","):
            tests.append(self.test(value))
        self.expect(")")
        return f"({' or '.join(tests)})"

    def test(self, value: str) -> str:
        """One test of a value: a comparison, a range, a list, or a value to equal."""
        if sign := self.take(*_ORDER):
            return f"({value} {_ORDER[sign]} {self.level(3)})"
        if opening := self.take("[", "]", "("):
            first = self.expression()
            if self.take(".."):
                return self.range(value, "<=" if opening == "[" else "<", first)
            if opening == "[":
                rest = self.arguments("]") if self.take(",") else self.expect("]") or []
                return f"one_of({value}, [{', '.join([first, *rest])}])"
            raise self.odd()
        name = self.kind in ("word", "phrase")
        wanted = self.unary()
        return f"one_of({value}, {wanted})" if name else f"({value} == {wanted})"

    def range(self, value: str, low: str, first: str) -> str:
        self.ends_range, before = True, self.ends_range
        last, closing = self.level(3), self.take("]", ")", "[")
        self.ends_range = before
        if not closing:
            raise self.odd()
        return f"({first} {low} {value} {'<=' if closing == ']' else '<'} {last})"

    def unary(self) -> str:
        return f"(-{self.after(self.value())})" if self.take("-") else self.after(self.value())

    def after(self, written: str) -> str:
        """What follows a value: `.part`, a key in quotes; filters and positions count from one in FEEL and are refused."""
        while self.text in (".", "[", "**"):
            if self.take("**"):
                raise self.not_here("**")
            if self.take("."):
                if self.kind != "word" or self.text.startswith("_"):
                    raise self.odd()
                written = f'get({written}, "{self.next()}")'
                continue
            if self.ends_range:
                break
            self.next()
            if self.kind != "quoted":
                raise self.not_here("[…]")
            written = f"{written}[{self.quoted()}]"
            self.expect("]")
        return written

    def value(self) -> str:
        match self.kind:
            case "number":
                number = self.next()
                return f"0{number}" if number.startswith(".") else number.lstrip("0") or "0" if number.isdigit() else number
            case "quoted":
                return self.quoted()
            case "word" | "phrase":
                return self.word()
        if self.take("?"):
            return "cell_input"
        if self.take("@"):
            return self.dated()
        if self.take("("):
            written = self.expression()
            if self.text == "..":
                raise self.not_here("..")
            self.expect(")")
            return f"({written})"
        if self.take("["):
            return f"[{', '.join(self.arguments(']'))}]"
        if self.take("{"):
            return self.context()
        raise self.odd()

    def word(self) -> str:
        kind, word = self.kind, " ".join(self.next().split())
        if word in self.constants:
            return self.constants[word]
        if word == "if":
            return self.choice()
        if word in STRANGE and (word != "time" or self.text == "("):
            raise self.not_here(word)
        if word in ("then", "else", "and", "or", "in", "between", "return", "satisfies"):
            raise self.odd()
        return self.call(word) if self.take("(") else word if kind == "word" else self.expect("(") or ""

    def choice(self) -> str:
        asked = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return f"({yes} if {asked} else {self.expression()})"

    def call(self, name: str) -> str:
        given = self.arguments()
        if name == "not" and len(given) == 1:
            return f"(not {given[0]})"
        if " " in name and name not in FUNCTIONS:
            raise self.not_here(f"{name}()")
        return f"{FUNCTIONS.get(name, name)}({', '.join(given)})"

    def dated(self) -> str:
        """`@"2026-01-31"`: what it is shows in its letters."""
        if self.kind != "quoted":
            raise self.odd()
        text = self.quoted()
        inner = text[1:-1]
        kind = "duration" if inner.lstrip("-").startswith("P") else "date" if _DAY.match(inner) else "moment"
        return f"{kind}({text})"

    def context(self) -> str:
        entries = []
        while not self.take("}"):
            if entries:
                self.expect(",")
            if self.kind not in ("word", "quoted"):
                raise self.odd()
            key = self.quoted() if self.kind == "quoted" else f'"{self.next()}"'
            self.expect(":")
            entries.append(f"{key}: {self.expression()}")
        return f"{{{', '.join(entries)}}}"
