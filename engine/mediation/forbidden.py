"""What an agreement may not say, as a table of words: what blocks it, and what a court is likely to ask about."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.deadlines.terms import Words

TABLE = Path(__file__).with_name("tables") / "forbidden.toml"


@dataclass(frozen=True)
class Rule:
    """One kind of clause, and how it is recognised."""

    id: str
    blocks: bool
    title: Words
    article: Words
    pattern: re.Pattern


def found(rule: Rule, texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where the texts (place, text) say such a thing: place, and the words."""
    return [(place, match[0]) for place, text in texts for match in [rule.pattern.search("".join(text.split()))] if match]


@cache
def rules() -> list[Rule]:
    """The table, what blocks first."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    read = [Rule(name, row.get("blocks", False), Words(**row["title"]), Words(**row["article"]),
                 re.compile("|".join(f"(?:{one})" for one in row["words"]))) for name, row in rows.items()]
    return sorted(read, key=lambda rule: not rule.blocks)
