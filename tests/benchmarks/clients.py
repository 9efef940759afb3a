"""The people of the bench: they know from the database what waits for them, so that only work is measured, not asking for it."""

import threading
import time
import zlib
from collections.abc import Callable

import requests
from flask import Flask
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant, Role, User
from engine.db import db, transaction
from engine.inbox.lists import pages
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing import handling
from engine.workflow.models import UserTask
from tests.benchmarks.patience import patiently
from webapp.demo.handing_in import COURT
from webapp.demo.people import PEOPLE
from webapp.demo.play import ACTING, Play
from webapp.demo.players import LINK, Parties, Staff
from webapp.demo.script import Script
from webapp.peers.referral_samples import make

PAUSE_SECONDS = 0.3
PARTIES = 3
FAULTY = 20  # of each sample, however long it is


class Willing(Script):
    """Everybody agrees to everything, so that every case goes the whole way."""

    def destiny(self, case: str) -> str:
        return "full"

    def _join_application(self, case, destiny, side):
        return {"joins": "yes", "truthful": "true"}


class Waiting:
    """What is open now, read in the client's own process."""

    def __init__(self, app: Flask):
        self.app = app

    def for_login(self, login: str) -> list[int]:
        """The tasks this person could complete: their own, then the team's."""
        return patiently(lambda: self._for_login(login))

    def _for_login(self, login: str) -> list[int]:
        with self.app.app_context(), transaction(write=False):
            actor = Actor.of_user(db.session.scalar(select(User).where(User.login == login)))
            return [task.id for view in ("mine", "available") for task in pages.read(actor, Asked(view)).tasks]

    def has_free(self, login: str) -> bool:
        """Has this handler's institution a case that nobody handles?"""
        return patiently(lambda: self._has_free(login))

    def _has_free(self, login: str) -> bool:
        with self.app.app_context(), transaction(write=False):
            return handling.count(Actor.of_user(db.session.scalar(select(User).where(User.login == login)))) > 0

    def telephones(self) -> set[str]:
        """Telephones of the parties that have an open task of their own."""
        return patiently(self._telephones)

    def _telephones(self) -> set[str]:
        with self.app.app_context(), transaction(write=False):
            asked = select(Participant.phone).join(UserTask, UserTask.participant_id == Participant.id)
            return set(db.session.scalars(asked.where(UserTask.status == "open", Participant.body_id.is_(None))))


class Clerk(Staff):
    """Somebody with a log-in who opens only pages of tasks that are there."""

    def __init__(self, waiting: Waiting, login: str, *rest):
        super().__init__(login, *rest)
        self.waiting = waiting

    def turn(self) -> bool:
        if not self.signed_in:
            self.browser.sign_in(self.name)
            self.signed_in = True
        done = False
        if self.role == Role.INSTITUTION_HANDLER and self.waiting.has_free(self.name):
            self._take_cases()
        for task_id in self.waiting.for_login(self.name):
            if self.stopping.is_set():
                break
            done = self._do(f"/inbox/tasks/{task_id}") or done
        return done or self.stopping.wait(PAUSE_SECONDS)


class Party(Parties):
    """A share of the parties, who open their links only when something is asked of them."""

    def __init__(self, waiting: Waiting, *rest):
        super().__init__(*rest)
        self.waiting = waiting

    def turn(self) -> bool:
        done, (mine, all_) = False, self.share
        for telephone in sorted(self.waiting.telephones()):
            if self.stopping.is_set():
                break
            if telephone and zlib.crc32(telephone.encode()) % all_ == mine:
                done = self._answer(telephone) or done
        return done or self.stopping.wait(PAUSE_SECONDS)

    def _run_errand(self, *_told) -> bool:
        return False  # only work is measured

    def _answer(self, telephone: str) -> bool:
        found = [LINK.search(message["text"]) for message in self._messages(telephone)]
        links = dict.fromkeys(link.group() for link in found if link)
        self._links = dict.fromkeys(links, telephone)
        return any([self._follow(link) for link in links])


class DirectPlay(Play):
    """A play of good referrals only, in which nobody looks for work by opening pages."""

    def __init__(self, app: Flask, *rest):
        super().__init__(*rest)
        self.waiting = Waiting(app)

    def refer(self, count: int) -> list[int]:
        """Half one by one by the court's system, half as a batch; the ids of the cases they became."""
        referrals, faulty = make(seed=self.seed, count=max(count + FAULTY, 2 * FAULTY), docketed=False)
        wrong = {fault.row for fault in faulty}
        good = [referral for row, referral in enumerate(referrals, 1) if row not in wrong][:count]
        for referral in good[:count // 2]:
            told = {"referral": referral, "court": COURT}
            requests.post(f"{self.addresses.court}/send", json=told, timeout=30).raise_for_status()
        patiently(lambda: self._send_batch(good[count // 2:]))  # under its key: sent twice, it is one batch
        self._await_the_single_ones()
        return patiently(lambda: self.cases_of([referral["external_ref"] for referral in good]))

    def _ring(self, seconds: float) -> None:
        time.sleep(seconds)  # each of these people asks for themselves

    def _state(self, case_ids: list[int]) -> tuple[int, int]:
        return patiently(lambda: super(DirectPlay, self)._state(case_ids))

    def _players(self) -> list:
        rest = (self.script, self.addresses.web, self.stopping, self.told, self.keep)
        clerks = [Clerk(self.waiting, person.login, *rest) for person in PEOPLE if person.role in ACTING]
        return clerks + [Party(self.waiting, self.addresses.sink, (share, PARTIES), *rest) for share in range(PARTIES)]


def timed(players: list, note: Callable[[str, float], None]) -> list:
    """Have each page these people open noted, with the milliseconds until its answer began."""
    lock = threading.Lock()

    def heard(answer: requests.Response, *_args, **_options):
        with lock:
            note(answer.request.method, answer.elapsed.total_seconds() * 1000)

    for player in players:
        player.browser.session.hooks["response"].append(heard)
    return players
