"""Why institutions do not take part in mediation: a list of reasons with codes, and how often each was given.

A bank or insurer may not refuse without good reason (CP-Measures 2022, Art. 16); a consumer need give none.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, func, select

from engine.access.models import Participant
from engine.db import db
from engine.mediation.models import Consent

TABLE = Path(__file__).with_name("tables") / "declining.toml"
FIELD = "reason_code"  # of the form that answers the invitation


@dataclass(frozen=True)
class Reason:
    """One reason: commonly taken for a good one, or not."""

    code: str
    zh: str
    en: str
    is_good: bool

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@cache
def reasons() -> dict[str, Reason]:
    """All of them, in the order in which they are offered."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["reasons"]
    return {code: Reason(code, row["zh"], row["en"], row["good"]) for code, row in rows.items()}


def counts(*conditions: ColumnElement[bool]) -> dict[str, int]:
    """How many invitations were declined for each reason; a party's last answer counts. Conditions on Consent, Participant."""
    last = select(func.max(Consent.id)).where(Consent.subject == "mediation").group_by(Consent.participant_id)
    rows = db.session.execute(select(Consent.reason_code, func.count()).join(
        Participant, Participant.id == Consent.participant_id).where(
        Consent.id.in_(last), Consent.is_given.is_(False), Consent.reason_code != "", *conditions).group_by(Consent.reason_code))
    return in_order(Counter({code: number for code, number in rows}))


def in_order(found: Counter) -> dict[str, int]:
    """The counts in the order of the list."""
    return {code: found[code] for code in [*reasons(), *sorted(set(found) - set(reasons()))] if found[code]}


def of_cases(case_ids: Iterable[int], bodies: Iterable[int]) -> dict[int, Reason]:
    """Why these institutions declined in each of the cases; absent where they did not."""
    rows = db.session.execute(select(Consent.case_id, Consent.reason_code, Consent.is_given).join(
        Participant, Participant.id == Consent.participant_id).where(
        Consent.case_id.in_(list(case_ids)), Participant.body_id.in_(list(bodies)), Consent.subject == "mediation"
    ).order_by(Consent.id))
    last = {case_id: "" if given else code for case_id, code, given in rows}
    return {case_id: reasons()[code] for case_id, code in last.items() if code in reasons()}
