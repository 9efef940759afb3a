"""How disputes come to a play: a court's system one by one and as a batch, institutions' systems without a court."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

import requests

from webapp.demo.world import SMALL_DISPUTE_LIMIT
from webapp.peers.court.setup import Setup
from webapp.peers.referral_samples import Places, disputes, make, people

COURT = "沪0115"
INSTITUTIONS_FILE = "institutions.json"  # in the folder of the neighbours: the credentials of the institutions' systems
UNASKED = {"mediation": None, "e_service": None}


@dataclass(frozen=True)
class Client:
    """A system that uses our API."""

    web: str
    client_id: str
    client_secret: str

    def post(self, path: str, body, key: str, timeout: float = 60) -> requests.Response:
        """Send something under a key."""
        grant = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        token = requests.post(f"{self.web}/api/v1/token", data=grant, timeout=30)
        token.raise_for_status()
        headers = {"Authorization": f"Bearer {token.json()['access_token']}", "Idempotency-Key": key}
        return requests.post(f"{self.web}/api/v1/{path}", json=body, headers=headers, timeout=timeout)


def court_client(web: str, setup: Setup) -> Client:
    """The system of the court that sends."""
    return Client(web, setup.courts[COURT].client_id, setup.courts[COURT].client_secret)


def institution_clients(web: str, folder: Path) -> dict[str, Client]:
    """The systems of institutions by their codes; none in a demo world that was made without."""
    try:
        told = json.loads((folder / INSTITUTIONS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {code: Client(web, one["client_id"], one["client_secret"]) for code, one in told.items()}


def shares(seed: int, count: int, with_own: bool) -> tuple[list[dict], list[dict]]:
    """The disputes the court sends, docketed ones among them, and those that come without a court: a third of the good ones each.

    The faulty ones are all the court's, and so is the first, which one of them repeats.
    """
    referrals, faults = make(seed=seed, count=count, docketed=False)
    faulty = {fault.row for fault in faults}
    good = {row: referral for row, referral in enumerate(referrals, 1) if row not in faulty and row > 1}
    if not any(_has_third(referral) for referral in good.values()):
        good[max(good)]["parties"].append(people.person(Random(seed), "third"))  # whom nobody reaches, in a docketed case
    ways = _dealt(good, "BCA" if with_own else "BA")
    sent = [_docketed(row, referral) if ways.get(row) == "B" else referral
            for row, referral in enumerate(referrals, 1) if ways.get(row) != "C"]
    own = [_without_court(referral) for row, referral in good.items() if ways[row] == "C"]
    for referral in [*sent, *own]:
        if isinstance(referral.get("external_ref"), str) and referral["external_ref"].strip():
            referral["external_ref"] = f"S{seed}-{referral['external_ref']}"
    return sent, own


def _dealt(good: dict[int, dict], ways: str) -> dict[int, str]:
    """Row → way, by turns: first those with a third party, then small disputes of consumers, so that each way has its share."""
    ordered = sorted(good, key=lambda row: (not _has_third(good[row]), not _is_small(good[row])))
    return {row: ways[place % len(ways)] for place, row in enumerate(ordered)}


def _has_third(referral: dict) -> bool:
    return any(party["side"] == "third" for party in referral["parties"])


def _is_small(referral: dict) -> bool:
    """A consumer's small claim against an institution on the platform: what the institutions' promises are for."""
    applicant, *others = referral["parties"]
    return (applicant["kind"] == "natural" and Decimal(referral["amount"]) <= SMALL_DISPUTE_LIMIT
            and any(party["body"] for party in others if party["side"] == "respondent"))


def _docketed(row: int, referral: dict) -> dict:
    """Entrusted with the consent of both sides, as it must be; nobody has asked a third party."""
    for party in referral["parties"]:
        if party["side"] == "third":
            party["consents"]["mediation"] = None
    return disputes.entrusted(referral, row, Places())


def _without_court(referral: dict) -> dict:
    """An institution of the platform brings it to the organisation, and says nothing for the other parties."""
    parties, known = referral["parties"], people.BANKS + people.INSURERS
    sides = sorted((party for party in parties if party["side"] != "third" and party["kind"] == "legal"),
                   key=lambda party: (not party["body"], party["name"] not in known))
    own = sides[0]
    return referral | {"court_number": None, "organisation": "BJJR", "parties": [
        _institution(referral, party) if party is own else party | {"consents": UNASKED, "agents": [], "body": None}
        for party in parties]}


def _of_sector(referral: dict) -> tuple[str, str, str]:
    """The institution of the platform that deals in it: code, name, number."""
    return Places().insurer if referral["sector"] == "insurance" else Places().bank


def _institution(referral: dict, party: dict) -> dict:
    code, name, number = _of_sector(referral)
    return party | {"body": code, "name": name, "id_type": "credit_code", "id_number": number}


def send_one_by_one(court_url: str, referrals: list[dict]) -> None:
    """Have the court's system send them; it does in its own time."""
    for referral in referrals:
        requests.post(f"{court_url}/send", json={"referral": referral, "court": COURT}, timeout=30).raise_for_status()


def await_sent(court_url: str) -> None:
    """Wait until the court's system has nothing more to send."""
    for _attempt in range(600):
        ledger = requests.get(f"{court_url}/ledger", params={"limit": 1}, timeout=30).json()
        if not ledger["sums"].get("waiting"):
            return
        time.sleep(0.5)


def apply(clients: dict[str, Client], applications: list[dict], seed: int) -> Iterator[str]:
    """Let each institution send its own to a mediation organisation; yields why one was refused."""
    for number, application in enumerate(applications):
        answer = clients[_of_sector(application)[0]].post("applications", application, f"play-own-{seed}-{number:04}")
        if answer.status_code >= 500:
            answer.raise_for_status()
        if answer.status_code >= 400:
            yield f"application {application['external_ref']}: {answer.text[:200]}"
