"""Why a court does not accept or does not confirm: coded grounds with their article, item and the words of the ruling.

CPL-Interp 355 (not accepted; found after acceptance: rejected) and 358 (rejected); CPL 205 (out of the term); Online-Med 23.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import Invalid, problem
from engine.i18n import _

TABLE = Path(__file__).with_name("tables") / "grounds.toml"


class UnknownGround(Invalid):
    message = _("“%(code)s” is not a ground a court can rule on.")


@dataclass(frozen=True)
class Ground:
    """One ground: `article` is 355, 358 or term; `text` is what the ruling says."""

    code: str
    article: str
    text: str
    en: str
    source: str
    item: str = ""


def get(code: str) -> Ground:
    """A ground by its code. Raises UnknownGround."""
    if code not in every():
        raise UnknownGround(code=code)
    return every()[code]


@cache
def every() -> dict[str, Ground]:
    """All grounds, in the order of the articles."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {code: Ground(code, **row) for code, row in rows.items()}


class GroundsFound(Invalid):
    """An agreement is confirmed only if nothing stands against it (CPL 206; CPL-Interp 358)."""

    message = _("Grounds against the confirmation are ticked: reject the application, or take them back.")


def check(answers: Mapping) -> None:
    """What the judge ticked and what the judge decides do not contradict each other. Raises GroundsFound."""
    ticked = answers.get("grounds_355") or answers.get("grounds_358") or answers.get("suspected")
    if answers.get("decision") == "confirmed" and ticked:
        raise GroundsFound(problems=[problem("/decision", "grounds", GroundsFound.message)])


def said(code: str, words: str) -> dict:
    """A ground as the ruling prints it: the table's words, the court's own after them, and the item it rests on."""
    words = words.strip().rstrip("。")
    if not code:
        return {"ground": words} if words else {}
    ground = get(code)
    told = {"ground": "：".join(filter(None, (ground.text, words))), "ground_article": ground.article}
    return told | {"ground_item": ground.item} if ground.item else told
