"""Characters the typeface does not have: written as their code point, so that nothing is lost and nothing fails."""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import typst

T = TypeVar("T")
NOT_IN_FONT = re.compile(r'the text `?"(.*?)"`? could not be displayed', re.S)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
INVISIBLE = ("Cc", "Cf")
MOST = 50


def spelled_out(facts: dict, compiled: Callable[[str], T]) -> T:
    """What `compiled` makes of the facts as JSON; rare characters become 〔U+20BB7〕, control characters vanish."""
    for _attempt in range(MOST):
        try:
            return compiled(json.dumps(facts, ensure_ascii=False, default=_refused_type))
        except typst.TypstError as error:
            spelled = _spell(facts, _not_in_font(error.message))
            if spelled == facts:
                raise
            facts = spelled
    return compiled(json.dumps(facts, ensure_ascii=True))


def _not_in_font(message: str) -> str:
    found = NOT_IN_FONT.search(message)
    return ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), found.group(1)) if found else ""


def _spell(value, rare: str):
    match value:
        case str():
            return "".join(_code_point(character) if character in rare else character for character in value)
        case list():
            return [_spell(item, rare) for item in value]
        case dict():
            return {key: _spell(item, rare) for key, item in value.items()}
    return value


def _code_point(character: str) -> str:
    return "" if unicodedata.category(character) in INVISIBLE else f"〔U+{ord(character):04X}〕"


def _refused_type(value):
    raise TypeError(f"facts are text, lists and dictionaries, not {type(value).__name__}: format numbers and dates first")
