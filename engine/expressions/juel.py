"""JUEL, the language of Camunda 7 files (`${amount > 100 && !empty name}`), written in ours when a file is taken in."""

import json
import re
from collections.abc import Mapping

from engine.expressions.foreign import CannotBeRead, Reader
from engine.expressions.language import compile_expression

_EMBEDDED = re.compile(r"[$#]\{((?:[^{}\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*)\}")
_OPENING = re.compile(r"[$#]\{")
_ASKED = {"getVariable": "value", "hasVariable": "known"}
_METHODS = {  # what texts, lists and maps answer; (name, arguments) → the same in our language
    ("equals", 1): "({0} == {1})", ("equalsIgnoreCase", 1): "(lower({0}) == lower({1}))", ("toString", 0): "str({0})",
    ("size", 0): "len({0})", ("length", 0): "len({0})", ("isEmpty", 0): "(len({0}) == 0)",
    ("contains", 1): "({1} in {0})", ("containsKey", 1): "({1} in {0})", ("startsWith", 1): "starts_with({0}, {1})",
    ("endsWith", 1): "ends_with({0}, {1})", ("toLowerCase", 0): "lower({0})", ("toUpperCase", 0): "upper({0})",
}  # fmt: skip
_ENGINE = frozenset({"execution", "task"})  # names of the other engine itself, never data
_ALSO_TEXT = re.compile(r'"(?:true|false|-?\d+)"\Z')
NAMES = {"nrOfInstances": "instances", "nrOfCompletedInstances": "completed", "nrOfActiveInstances": "active",
         "loopCounter": "loop_counter"}  # fmt: skip
_EQUAL = {"==": "==", "eq": "==", "!=": "!=", "ne": "!="}
_ORDER = {"<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="}


def from_juel(text: str, names: Mapping[str, str] | None = None) -> str:
    """A text of such a file in our language, checked: an expression, a plain text, or a text with values in it.

    `names` are those of data that are called otherwise here.

    Raises ExpressionRefused, which names what it is that cannot be said here.
    """
    parts, last = [], 0
    for found in _EMBEDDED.finditer(text):
        parts += [_plain(text[last : found.start()]), Juel(found[1], names).whole()]
        last = found.end()
    parts = [part for part in [*parts, _plain(text[last:])] if part]
    written = parts[0] if len(parts) == 1 else " + ".join(part if part[0] == '"' else f"str({part})" for part in parts)
    compile_expression(written)
    return written


def is_juel(text: str) -> bool:
    """Whether anything in a text is to be worked out."""
    return bool(_EMBEDDED.search(text))


def _plain(text: str) -> str:
    if _OPENING.search(text):
        raise CannotBeRead(text=text[:80], language=Juel.language)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"' if text else ""


class Juel(Reader):
    """Reads what stands between `${` and `}`."""

    language = "JUEL"
    tokens = re.compile(
        r"\s+|(?P<quoted>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<number>\d+(?:\.\d+)?|\.\d+)"
        r"|(?P<word>[^\W\d]\w*)|(?P<sign>&&|\|\||<=|>=|==|!=|[-+*/%!<>?:.,()\[\]])"
    )
    levels = (
        {"||": "or", "or": "or"}, {"&&": "and", "and": "and"}, _EQUAL, _ORDER, {"+": "+", "-": "-"},
        {"*": "*", "/": "/", "div": "/", "%": "%", "mod": "%"},
    )  # fmt: skip

    def __init__(self, source: str, names: Mapping[str, str] | None = None):
        self.names = {**NAMES, **(names or {})}
        super().__init__(source)

    def expression(self) -> str:
        self.deeper()
        written = self.level(0)
        if self.take("?"):
            yes = self.expression()
            self.expect(":")
            written = f"({yes} if {written} else {self.expression()})"
        self.depth -= 1
        return written

    def joined(self, sign: str, parts: list[str]) -> str:
        """There `flag == 'true'` holds for true itself too: what is compared with such a text is compared as a text."""
        if sign in ("==", "!=") and any(_ALSO_TEXT.match(each) for each in parts):
            parts = [each if each[0] == '"' else f"str({each})" for each in parts]
        return super().joined(sign, parts)

    def unary(self) -> str:
        self.deeper()
        written = self.prefixed()
        self.depth -= 1
        return written

    def prefixed(self) -> str:
        if self.take("!", "not"):
            return f"(not {self.unary()})"
        if self.take("-"):
            return f"(-{self.unary()})"
        if self.take("empty"):
            return f'({self.unary()} in [null, "", [], {{}}])'
        return self.after(self.value())

    def after(self, written: str) -> str:
        while self.text in (".", "["):
            if self.take("["):
                written = f"{written}[{self.expression()}]"
                self.expect("]")
                continue
            self.next()
            if self.kind != "word" or self.text.startswith("_"):
                raise self.odd()
            name = self.next()
            if self.take("("):
                written = self.asked(written, name)
            elif written in _ENGINE:
                raise self.not_here(f"{written}.{name}")
            else:
                written = f'get({written}, "{name}")'
        return written

    def asked(self, of: str, name: str) -> str:
        """`execution.getVariable("x")` is a question for data; what asks no value is a program and refused by name."""
        given = self.arguments()
        if of == "execution" and name in _ASKED and len(given) == 1:
            asked = given[0].strip('"')
            return f"{_ASKED[name]}({json.dumps(self.names[asked]) if asked in self.names else given[0]})"
        if of not in _ENGINE and (name, len(given)) in _METHODS:
            return _METHODS[name, len(given)].format(of, *given)
        raise self.not_here(f"{of}.{name}()")

    def value(self) -> str:
        match self.kind:
            case "number":
                number = self.next()
                return f"0{number}" if number.startswith(".") else number.lstrip("0") or "0" if number.isdigit() else number
            case "quoted":
                return self.quoted()
            case "word":
                word = self.next()
                if self.take("("):
                    return f"{word}({', '.join(self.arguments())})"
                return self.constants.get(word) or self.names.get(word, word)
        self.expect("(")
        written = self.expression()
        self.expect(")")
        return f"({written})"
