"""How disputes come to a play: a court's system one by one and as a batch, an institution's system without a court."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from webapp.peers.court.setup import Setup
from webapp.peers.referral_samples import make

COURT = "沪0115"
INSTITUTION = "JHYH"
INSTITUTION_FILE = "institution.json"  # in the folder of the neighbours: the credentials of that institution's system
EVERY_OWN = 4  # so many disputes, and one of them comes without a court


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


def institution_client(web: str, folder: Path) -> Client | None:
    """The system of an institution; None in a demo world that was made without."""
    try:
        told = json.loads((folder / INSTITUTION_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Client(web, told["client_id"], told["client_secret"])


def shares(seed: int, count: int, with_own: bool) -> tuple[list[dict], list[dict]]:
    """The disputes the court sends, and those that come without a court; the faulty ones are all the court's."""
    referrals, faults = make(seed=seed, count=count)
    faulty = {fault.row for fault in faults}
    for referral in referrals:
        if isinstance(referral.get("external_ref"), str) and referral["external_ref"].strip():
            referral["external_ref"] = f"S{seed}-{referral['external_ref']}"
    good = [row for row, referral in enumerate(referrals, 1) if row not in faulty and not referral.get("docket")]
    own = set(good[::EVERY_OWN]) if with_own else set()
    return ([each for row, each in enumerate(referrals, 1) if row not in own],
            [_without_court(each) for row, each in enumerate(referrals, 1) if row in own])


def _without_court(referral: dict) -> dict:
    return referral | {"court_number": None, "organisation": "BJJR"}


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


def apply(client: Client, applications: list[dict], seed: int) -> Iterator[str]:
    """Send each to a mediation organisation; yields why one was refused."""
    for number, application in enumerate(applications):
        answer = client.post("applications", application, f"play-own-{seed}-{number:04}")
        if answer.status_code >= 500:
            answer.raise_for_status()
        if answer.status_code >= 400:
            yield f"application {application['external_ref']}: {answer.text[:200]}"
