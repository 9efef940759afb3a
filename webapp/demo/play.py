"""Play many cases to their ends: a court sends referrals, scripted people do the rest through the same pages as everybody."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import requests
from sqlalchemy import func, select

from engine.access.models import Role
from engine.cases.models import Case, Referral
from engine.db import db, transaction
from engine.workflow.models import UserTask
from webapp.demo.people import PEOPLE
from webapp.demo.players import Parties, Staff
from webapp.demo.script import Script
from webapp.peers.court.setup import Court, Setup
from webapp.peers.referral_samples import make

COURT = "沪0115"
QUIET_SECONDS = 45  # nothing moved for so long: what is open waits for something the script does not do
PARTY_THREADS = 3
ACTING = {Role.COORDINATOR, Role.MEDIATOR, Role.INSTITUTION_HANDLER, Role.CLERK, Role.JUDGE}


@dataclass(frozen=True)
class Addresses:
    """Where everybody is."""

    web: str
    court: str
    sink: str


class Play:
    """One performance."""

    def __init__(self, addresses: Addresses, setup: Setup, seed: int, say: Callable[[str], None]):
        self.addresses, self.setup, self.seed, self.say = addresses, setup, seed, say
        self.script, self.told, self.stopping = Script(seed), Counter(), threading.Event()
        self.keep: dict[str, str] = {}
        self.refused = 0

    def hand_in(self, count: int) -> list[str]:
        """Half of the referrals one by one by the court's system, half as a batch; returns the references of all."""
        referrals, _faults = make(seed=self.seed, count=count)
        for referral in referrals:
            if isinstance(referral.get("external_ref"), str) and referral["external_ref"].strip():
                referral["external_ref"] = f"S{self.seed}-{referral['external_ref']}"
        half = count // 2
        for referral in referrals[:half]:
            requests.post(
                f"{self.addresses.court}/send", json={"referral": referral, "court": COURT}, timeout=30
            ).raise_for_status()
        self._send_batch(referrals[half:])
        self._await_the_single_ones()
        return [referral["external_ref"] for referral in referrals if isinstance(referral.get("external_ref"), str)]

    def _send_batch(self, referrals: list[dict]) -> None:
        court: Court = self.setup.courts[COURT]
        grant = {"grant_type": "client_credentials", "client_id": court.client_id, "client_secret": court.client_secret}
        token = requests.post(f"{self.addresses.web}/api/v1/token", data=grant, timeout=30)
        token.raise_for_status()
        headers = {
            "Authorization": f"Bearer {token.json()['access_token']}",
            "Idempotency-Key": f"play-{self.seed}-{len(referrals)}",
        }
        answer = requests.post(f"{self.addresses.web}/api/v1/referrals/batch", json=referrals, headers=headers, timeout=600)
        answer.raise_for_status()

    def _await_the_single_ones(self) -> None:
        for _attempt in range(600):
            ledger = requests.get(f"{self.addresses.court}/ledger", params={"limit": 1}, timeout=30).json()
            if not ledger["sums"].get("waiting"):
                return
            time.sleep(0.5)

    def cases_of(self, references: list[str]) -> list[int]:
        """The cases that the referrals became."""
        with transaction(write=False):
            return list(db.session.scalars(select(Referral.case_id).where(Referral.external_ref.in_(references))))

    def perform(self, case_ids: list[int], until: Callable[[list[int]], bool] | None = None, longest: float = 3600) -> None:
        """Let everybody work until the cases are closed (or `until` says so), or nothing moves any more."""
        players = self._players()
        for player in players:
            player.start()
        began = moved = time.monotonic()
        last = None
        while time.monotonic() - began < longest:
            state = self._state(case_ids)
            if state != last:
                last, moved = state, time.monotonic()
                self.say(f"{time.monotonic() - began:6.0f} s  closed {state[0]} of {len(case_ids)}, tasks done {state[1]}")
            if state[0] == len(case_ids) or (until and until(case_ids)) or time.monotonic() - moved > QUIET_SECONDS:
                break
            time.sleep(2)
        self.stopping.set()
        for player in players:
            player.join(timeout=30)
        self.failures = [failure for player in players for failure in player.failures]

    def _players(self) -> list:
        rest = (self.script, self.addresses.web, self.stopping, self.told, self.keep)
        staff = [Staff(person.login, *rest) for person in PEOPLE if person.role in ACTING]
        return staff + [Parties(self.addresses.sink, (share, PARTY_THREADS), *rest) for share in range(PARTY_THREADS)]

    def _state(self, case_ids: list[int]) -> tuple[int, int]:
        with transaction(write=False):
            closed = db.session.scalar(select(func.count(Case.id)).where(Case.id.in_(case_ids), Case.closed_at.is_not(None)))
            done = db.session.scalar(
                select(func.count(UserTask.id)).where(UserTask.case_id.in_(case_ids), UserTask.status == "done")
            )
            return closed, done
