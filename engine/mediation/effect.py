"""When an agreement takes effect, and how it binds: variants of the law, by the kind of organisation and the way of signing."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from engine.cases.models import Case
from engine.db import db
from engine.deadlines.terms import Words
from engine.documents.models import Signature
from engine.mediation.models import OrganisationProfile

TABLE = Path(__file__).with_name("tables") / "effect.toml"
WAYS = ("online", "offline")


@dataclass(frozen=True)
class Rule:
    """Whose signatures it takes, and what the agreement says of it."""

    id: str
    takes: tuple[str, ...]
    words: Words
    article: Words
    force: Words

    @property
    def binds(self) -> dict[str, str]:
        """How the agreement binds, for the papers that say so."""
        return {"force": self.force.zh, "force_en": self.force.en}


def rule_for(case: Case, signed: str = "online") -> Rule:
    """The rule for a case's organisation; one without a profile counts as an invited organisation."""
    profile = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
    kind = profile.kind if profile else "invited"
    return next(rule for rule, row in _table() if kind in row["organisations"] and signed in row["signed"])


def rule_stated(stated: str, signed: str) -> Rule:
    """The rule that a frozen agreement states, for the way it was signed: the organisation's kind may have changed since."""
    kinds_then = next(set(row["organisations"]) for rule, row in _table() if rule.id == stated)
    return next(rule for rule, row in _table() if kinds_then & set(row["organisations"]) and signed in row["signed"])


def moment(rule: Rule, signatures: list[Signature]) -> datetime | None:
    """The moment of the last signature that the rule takes; None as long as one kind of them is missing altogether."""
    if not set(rule.takes) <= {one.kind for one in signatures}:
        return None
    return max(one.signed_at for one in signatures if one.kind in rule.takes)


def kinds() -> tuple[str, ...]:
    """The kinds of organisation that the table knows."""
    return tuple(dict.fromkeys(kind for _rule, row in _table() for kind in row["organisations"]))


@cache
def _table() -> list[tuple[Rule, dict]]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    told = ("words", "article", "force")
    return [(Rule(name, tuple(row["takes"]), *(Words(**row[each]) for each in told)), row) for name, row in rows.items()]
