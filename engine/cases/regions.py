"""Regions by their code (GB/T 2260): two digits each for the province, the city and the county."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("tables") / "provinces.toml"


@cache
def provinces() -> Mapping[str, Mapping[str, str]]:
    """Each province's names by language, by the first two digits of its codes."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def name(code: str, language: str) -> str:
    """A code with the name of its province; empty stays empty."""
    province = provinces().get(code[:2])
    return f"{province['en' if language.startswith('en') else 'zh']} {code}" if province else code


def prefix(text: str) -> str:
    """The beginning of the codes of a place: of a province by its name, or the two, four or six digits themselves.

    Raises ValueError for what is no place.
    """
    for code, names in provinces().items():
        if text in names.values():
            return code
    if not (text.isascii() and text.isdigit() and len(text) in (2, 4, 6) and text[:2] in provinces()):
        raise ValueError(text)
    return text
