"""What a document says, gathered from the register as plain text: the facts each template asks for in its head."""

from datetime import date

from engine import clock
from engine.cases.models import Case
from engine.documents import facts_by_template, particulars, templates
from engine.documents.parties import SIDES, organisation, parties_of, party
from engine.documents.wording import on_day
from engine.mediation import panel

REGIMES = {"A": "delegated", "B": "entrusted", "C": "own"}
ALL_MEDIATORS_SIGN = ("agreement", "undisputed_facts")  # 在线调解规则第十九条、第十八条
LABELS = {"party": "（签名）", "mediator": "调解员（签名）", "organisation": "调解组织（印章）", "court": "人民法院（院印）"}


def of(template: str, case: Case, number: str, verify: dict, day: date | None = None, reason: str = "", **more) -> dict:
    """The facts of a document about a case. `verify` is the address and code printed on it; `more` is said as it is."""
    told = {
        "organisation": organisation(case.organisation),
        "number": number,
        "date": (day or clock.today()).isoformat(),
        "verify": verify,
        "case": register(case),
        "parties": [party(person) for person in parties_of(case)],
    }
    if case.organisation and case.organisation.phone:
        told["contact"] = {"name": case.organisation.name, "phone": case.organisation.phone}
    if case.mediator:
        told["mediator"] = {"name": panel.names(case)}
    told |= facts_by_template.of(template, case, reason) | more
    if "signers" not in told:
        told["signers"] = signers(template, case)
    return particulars.printed(template, told)


def register(case: Case) -> dict:
    """The case as a document's head names it."""
    told = {
        "number": case.organisation_number or case.number, "regime": REGIMES[case.regime], "cause": case.cause,
        "court": case.court.name if case.court else "", "court_en": case.court.name_en if case.court else "",
        "court_number": case.court_number, "received": on_day(case.received_at),
    }
    return {key: value for key, value in told.items() if value}


def signers(template: str, of_case: Case) -> list[dict]:
    """The places to sign, in order, as the template's head lists them."""
    places = []
    for pattern in templates.find(template).signers:
        match pattern:
            case "party_*":
                places += party_places(of_case)
            case "mediator":
                places.append(place("mediator", of_case.mediator.name if of_case.mediator else ""))
                beside = panel.members(of_case.id) if template in ALL_MEDIATORS_SIGN else []
                places += [place("mediator", one.name, f"mediator_{at}") for at, one in enumerate(beside, start=2)]
            case "organisation":
                places.append(place("organisation", organisation(of_case.organisation)["name"]))
            case "court":
                places.append(place("court", of_case.court.name if of_case.court else ""))
    return [one for one in places if one["name"]]


def party_places(case: Case) -> list[dict]:
    """One place for each party: party_1, party_2 …"""
    return [
        {"field": f"party_{number}", "label": SIDES[person.side] + LABELS["party"], "name": person.name}
        for number, person in enumerate(parties_of(case), start=1)
    ]


def place(kind: str, name: str, field: str = "") -> dict:
    """A place for a mediator, an organisation or a court."""
    return {"field": field or kind, "label": LABELS[kind], "name": name}


def field_of(case: Case, participant_id: int) -> str | None:
    """The signature field of a party."""
    for number, person in enumerate(parties_of(case), start=1):
        if person.id == participant_id:
            return f"party_{number}"
    return None

