"""The courts' outgoing post: an access token per court, every message under its own key, again until it is taken."""

import json
import threading
import time
from urllib.parse import quote

import requests

from webapp.peers.court.ledger import Ledger
from webapp.peers.court.setup import Court, Setup

SECONDS = 10
PAUSES = (1, 2, 5, 15, 60, 300)
FINAL = {400, 401, 403, 404, 409, 410, 413, 415, 422}


class Sender(threading.Thread):
    """Sends what is due, one after the other."""

    def __init__(self, setup: Setup, ledger: Ledger, moods):
        super().__init__(daemon=True, name="sender")
        self.setup, self.ledger, self.moods = setup, ledger, moods
        self.tokens: dict[str, tuple[str, float]] = {}
        self.stopped = threading.Event()
        self._next_referral = time.monotonic()

    def run(self):
        while not self.stopped.is_set():
            self._keep_pace()
            row = self.ledger.due()
            if row is None:
                self.stopped.wait(0.2)
            else:
                self.send(row)

    def _keep_pace(self):
        """Referrals of the file leave by themselves when a pace is set."""
        pace = self.setup.seconds_between
        if pace and time.monotonic() >= self._next_referral:
            self._next_referral = time.monotonic() + pace
            self.give_out(1)

    def give_out(self, count: int) -> int:
        """Put the next referrals of the file into the post; returns how many there were."""
        first = self.ledger.sent_referrals()
        rows = self.setup.referrals[first:first + count]
        for row in rows:
            self.give(row)
        return len(rows)

    def give(self, referral: dict, court: str = "") -> str:
        """Put one referral into the post; returns its key."""
        court = self._court_of(referral, court)
        key = f"referral-{court}-{referral.get('external_ref', '')}"
        self.ledger.send(court, "referral", "/api/v1/referrals", key, referral)
        return key

    def _court_of(self, referral: dict, court: str) -> str:
        """The court a referral names by its case number; else the first one played."""
        number = str(referral.get("court_number") or "")
        named = [code for code in self.setup.courts if code == court or not court and code in number]
        return named[0] if named else next(iter(self.setup.courts))

    def send(self, row: dict) -> None:
        """One try."""
        court = self.setup.courts.get(row["court"]) or next(iter(self.setup.courts.values()))
        try:
            status, text = self._post(court, row)
        except (requests.RequestException, ValueError, KeyError) as error:
            status, text = 0, f"{type(error).__name__}: {error}"
        done = 200 <= status < 300 or status in FINAL and row["tries"] >= (1 if status == 401 else 0)
        if status == 401:
            self.tokens.pop(court.code, None)
        self.ledger.answered(row, status, text, None if done else PAUSES[min(row["tries"], len(PAUSES) - 1)])

    def _post(self, court: Court, row: dict) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self._token(court)}", "Idempotency-Key": in_header(row["key"])}
        address, body = self.setup.base_url + row["path"], json.loads(row["body"])
        if row["kind"] != "referral" and self.moods.take("wrong"):
            requests.post(address, json={"name": "confirmation_ruled", "message_id": "x", "payload": {"decision": "maybe"}},
                          headers=headers | {"Idempotency-Key": f"wrong-{in_header(row['key'])}"}, timeout=SECONDS)
        answer = requests.post(address, json=body, headers=headers, timeout=SECONDS)
        if self.moods.take("duplicate"):
            again = requests.post(address, json=body, headers=headers, timeout=SECONDS)
            return answer.status_code, f"{answer.text[:900]}\nagain: {again.status_code} {again.text[:900]}"
        return answer.status_code, answer.text

    def _token(self, court: Court) -> str:
        known = self.tokens.get(court.code)
        if known and known[1] > time.monotonic():
            return known[0]
        answer = requests.post(f"{self.setup.base_url}/api/v1/token", timeout=SECONDS, data={
            "grant_type": "client_credentials", "client_id": court.client_id, "client_secret": court.client_secret})
        answer.raise_for_status()
        told = answer.json()
        self.tokens[court.code] = told["access_token"], time.monotonic() + float(told.get("expires_in", 60)) - 30
        return told["access_token"]


def in_header(key: str) -> str:
    """A key as a header may carry it: ASCII only."""
    return quote(key, safe="")
