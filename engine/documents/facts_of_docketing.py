"""What the court's papers say on a suit that delegated mediation did not settle: docketed, something is missing, not accepted."""

from engine import clock
from engine.access.models import Body
from engine.cases.models import Case
from engine.courts import docketed
from engine.courts.models import CourtApplication
from engine.documents import docket_facts, facts
from engine.documents.facts_of_claims import court_paper
from engine.documents.wording import on_day

TEMPLATES = {"docketed": "docketing_notice", "supplement": "docketing_notice", "not_accepted": "procedure_ruling"}

UNWILLING = ("O08", "O10", "O15")  # somebody did not agree, or no longer


def paper(case: Case, application: CourtApplication, court: Body, which: str, text: str, until: str, reason: str) -> dict:
    """One of the three: the ruling with its reason, or a notice with what it asks for."""
    signed = {"court": court.name, "court_en": court.name_en, "signers": [facts.place("court", court.name)]}
    plaintiffs = "、".join(person.name for person in facts.parties_of(case) if person.side == "applicant")
    if which == "not_accepted":
        return signed | court_paper(case, {}, None, reason, application) | {
            "ruling": "suit_not_accepted", "creditor": plaintiffs, "claims": [claim["text"] for claim in case.claims]}
    told = signed | {"kind": which, "sides": docket_facts.sides(case), "ended": on_day(case.concluded_at or clock.now())}
    if (begun := _begun(case)) is not None:
        told["begun"] = begun
    if which == "docketed":
        fee = docketed.filing_fee(case)
        return told | {"docketed": clock.today().isoformat(), "fee": docket_facts.money(fee), "amount": f"{case.amount:,.2f}"}
    return told | {key: value for key, value in (("text", text), ("until", until)) if value}


def _begun(case: Case) -> str | None:
    """Why no mediation began, if none did: somebody was unwilling, or no organisation accepted the case."""
    if case.accepted_at is None:
        return "unwilling" if case.outcome in UNWILLING else "no"
    return "unwilling" if case.outcome == "O08" else None
