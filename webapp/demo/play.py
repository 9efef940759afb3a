"""Play many cases to their ends: a court sends referrals, scripted people do the rest through the same pages as everybody."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.access.models import Role
from engine.cases.models import Case, CaseLink, Referral
from engine.db import db, transaction
from engine.workflow.models import UserTask
from webapp.demo import casting, days, handing_in
from webapp.demo.bell import Bell
from webapp.demo.destinies import DESTINIES
from webapp.demo.people import PEOPLE
from webapp.demo.players import Parties, Staff
from webapp.demo.script import Script
from webapp.peers.court.setup import Setup

QUIET_SECONDS = 45  # nothing moved for so long: what is open waits for something the script does not do
LOOK_SECONDS, RING_SECONDS = 2.0, 0.4  # between two looks at how far the cases are; at what is open
PARTY_THREADS = 8  # most of their time they wait for a code
ACTING = {Role.COORDINATOR, Role.MEDIATOR, Role.INSTITUTION_HANDLER, Role.INSTITUTION_APPROVER, Role.CLERK, Role.JUDGE}


@dataclass(frozen=True)
class Addresses:
    """Where everybody is."""

    web: str
    court: str
    sink: str


class Play:
    """One performance."""

    def __init__(
        self, addresses: Addresses, setup: Setup, seed: int, say: Callable[[str], None],
        institutions: dict[str, handing_in.Client] | None = None,
    ):
        self.addresses, self.setup, self.seed, self.say = addresses, setup, seed, say
        self.script, self.told, self.stopping, self.bell = Script(seed), Counter(), threading.Event(), Bell()
        self.keep: dict[str, str] = {}
        self._ids: dict[str, int] = {}  # number → id of the cases of the play
        self.aged: set[int] = set()  # cases for which days were made to pass
        self.institutions, self.refusals = institutions or {}, []

    def hand_in(self, count: int) -> list[str]:
        """A court's system sends one by one and as a batch, institutions' without a court; the references of all."""
        referrals, own = handing_in.shares(self.seed, count, bool(self.institutions))
        half = count // 2
        handing_in.send_one_by_one(self.addresses.court, referrals[:half])
        self._send_batch(referrals[half:])
        if self.institutions:
            self.refusals += handing_in.apply(self.institutions, own, self.seed)
        self._await_the_single_ones()
        return [each["external_ref"] for each in [*referrals, *own] if isinstance(each.get("external_ref"), str)]

    def _send_batch(self, referrals: list[dict]) -> None:
        client = handing_in.court_client(self.addresses.web, self.setup)
        answer = client.post("referrals/batch", referrals, f"play-{self.seed}-{len(referrals)}", timeout=600)
        answer.raise_for_status()

    def _await_the_single_ones(self) -> None:
        handing_in.await_sent(self.addresses.court)

    def cases_of(self, references: list[str]) -> list[int]:
        """The cases that the referrals became."""
        with transaction(write=False):
            return list(db.session.scalars(select(Referral.case_id).where(Referral.external_ref.in_(references))))

    def cast(self, case_ids: list[int]) -> None:
        """Deal the cases their destinies, so that every way is gone."""
        with transaction(write=False):
            self.script.parts = casting.cast(db.session.scalars(select(Case).where(Case.id.in_(case_ids))), self.seed)

    def perform(self, case_ids: list[int], until: Callable[[list[int]], bool] | None = None, longest: float = 3600) -> None:
        """Let everybody work until the cases are closed (or `until` says so), or nothing moves any more.

        A case that another organisation takes over becomes one of `case_ids`.
        """
        self._belong(case_ids)
        players = self._players()
        for player in players:
            player.start()
        began = moved = time.monotonic()
        last = None
        while time.monotonic() - began < longest:
            self._ring(LOOK_SECONDS)
            self._follow_transfers(case_ids)
            self._let_days_pass()
            state = self._state(case_ids)
            if state != last:
                last, moved = state, time.monotonic()
                self.say(f"{time.monotonic() - began:6.0f} s  closed {state[0]} of {len(case_ids)}, tasks done {state[1]}")
            if state[0] == len(case_ids) or (until and until(case_ids)) or time.monotonic() - moved > QUIET_SECONDS:
                break
        self.stopping.set()
        for player in players:
            player.join(timeout=30)
        self.failures = [failure for player in players for failure in player.failures]

    def _ring(self, seconds: float) -> None:
        """Tell everybody what is asked of them, for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.bell.hear()
            time.sleep(RING_SECONDS)

    def _belong(self, case_ids: list[int]) -> None:
        with transaction(write=False):
            rows = db.session.execute(select(Case.number, Case.id).where(Case.id.in_(case_ids))).all()
        self.script.only, self._ids = {number for number, _id in rows}, dict(map(tuple, rows))

    def _follow_transfers(self, case_ids: list[int]) -> None:
        """Whoever takes over a case of the play plays on."""
        with transaction(write=False):
            found = set(db.session.scalars(select(CaseLink.other_id).where(CaseLink.case_id.in_(case_ids)))) - set(case_ids)
            if found:
                self.script.parts |= casting.cast_again(db.session.scalars(select(Case).where(Case.id.in_(found))))
        if found:
            case_ids += sorted(found)
            self._belong(case_ids)

    def _let_days_pass(self) -> None:
        """For cases that wait for what nobody does: until the next thing is due, and so on until the clock has decided."""
        for number, case_id in self._ids.items():
            undone = DESTINIES[self.script.destiny(number)].undone
            is_waited_for = self.script.errands.is_waited_for(number)
            if undone and not is_waited_for and number not in self.keep and days.stands_at(case_id, undone):
                days.pass_until_due(case_id)
                self.aged.add(case_id)

    def ended_otherwise(self, case_ids: list[int]) -> list[str]:
        """Closed cases with another outcome than their people wanted."""
        query = select(Case.number, Case.regime, Case.outcome).where(Case.id.in_(case_ids), Case.closed_at.is_not(None))
        with transaction(write=False):
            ended = db.session.execute(query.order_by(Case.number)).all()
        return [f"case {number} ({regime}) ended with {outcome}, its people wanted {destiny}"
                for number, regime, outcome in ended
                if outcome not in DESTINIES[destiny := self.script.destiny(number)].outcomes]

    def _players(self) -> list:
        rest = (self.script, self.addresses.web, self.stopping, self.told, self.keep, self.bell)
        staff = [Staff(person.login, *rest) for person in PEOPLE if person.role in ACTING]
        return staff + [Parties(self.addresses.sink, (share, PARTY_THREADS), *rest) for share in range(PARTY_THREADS)]

    def _state(self, case_ids: list[int]) -> tuple[int, int]:
        with transaction(write=False):
            closed = db.session.scalar(select(func.count(Case.id)).where(Case.id.in_(case_ids), Case.closed_at.is_not(None)))
            done = db.session.scalar(
                select(func.count(UserTask.id)).where(UserTask.case_id.in_(case_ids), UserTask.status == "done")
            )
            return closed, done
