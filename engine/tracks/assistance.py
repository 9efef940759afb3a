"""Who needs help to understand what silence would mean, and whether a helper confirmed that they do (DOMAIN §4.2, §9.10)."""

from collections.abc import Iterable

from engine.access.models import Participant
from engine.cases.models import Case
from engine.documents.facts import parties_of
from engine.mediation import consent

NEEDS = ("visual", "hearing", "speech", "elderly", "reading", "cognitive", "other")


def note(case: Case, rows: Iterable[dict], by: str) -> None:
    """Keep what the mediator found: a party's need on the party, a helper's confirmation as a record of its own."""
    people = {str(person.id): person for person in parties_of(case)}
    for row in rows:
        person = people.get(str(row.get("party")))
        if person is None or row.get("need") not in NEEDS:
            continue
        person.needs = sorted({*person.needs, row["need"]})
        if row.get("helper") and row.get("confirmed"):
            consent.record(person, "assistance", True, str(row["helper"]), "staff", by)


def unassisted(case: Case) -> list[Participant]:
    """Parties with a need whom no helper has confirmed to have understood."""
    helped = consent.latest(case.id, "assistance")
    return [person for person in parties_of(case) if person.needs and person.id not in helped]
