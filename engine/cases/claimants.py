"""Is the claimant a consumer, a business or an institution: decided at intake by the table, and what hangs on it."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("tables") / "claimants.toml"
TOLD = ("consumer", "business")  # what a sender may say of a natural person


@dataclass(frozen=True)
class Claimant:
    """One kind of claimant."""

    key: str
    zh: str
    en: str
    article: dict
    consumer_rules: bool  # the fast track for small disputes, the consumer's routes
    commercial_mediation: bool  # may fall under the commercial-mediation regulation
    since: date | None = None

    def is_commercial_on(self, day: date) -> bool:
        """Does the commercial-mediation regulation apply to disputes of this kind on a day?"""
        return self.commercial_mediation and (self.since is None or day >= self.since)


def may_go_to(claimant: str, kind: str) -> bool:
    """May an organisation of this kind take the case? A commercial one takes no consumers' disputes (《商事调解条例》)."""
    return kind != "commercial" or every()[claimant].commercial_mediation


@cache
def every() -> dict[str, Claimant]:
    """All kinds, in the order in which they are tried."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {key: Claimant(key, row["title"]["zh"], row["title"]["en"], row["article"], row["consumer_rules"],
                          row["commercial_mediation"], row.get("since")) for key, row in rows.items()}


def decide(parties: list[dict], told: str = "") -> str:
    """Which kind the applicants of a referral are: an institution of the platform, a business, or a consumer."""
    own = [one for one in parties if one.get("side") == "applicant"]
    if any(one.get("body") for one in own):
        return "institution"
    if any(one.get("kind") == "legal" for one in own):
        return "business"
    return told if told in TOLD else "consumer"
