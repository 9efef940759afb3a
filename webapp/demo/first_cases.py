"""The cases a newcomer finds: a handful, played with scripted people and left standing at different stages."""

import time

import requests
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import UserTask
from webapp.demo.play import Play

COUNT = 12
PATIENCE_SECONDS = 60
ANY_CASE = ["accept_referral", "assign_mediator", "answer_invitation", "plan_session", "hold_session"]
AGREEING = ["draft_agreement", "sign_agreement", "seal_agreement", "join_application", "note_performance"]
AGREED = {"full", "partial", "on_the_spot", "two_sessions"}


def exist() -> bool:
    """Is there a case already?"""
    with transaction(write=False):
        return db.session.scalar(select(Case.id).limit(1)) is not None


def make(play: Play) -> int:
    """Let the court send a few referrals and people work on them until each stands where it should; answers how many."""
    requests.post(f"{play.addresses.court}/send", json={"count": COUNT}, timeout=30).raise_for_status()
    numbers = _arrived()
    play.keep.update(places(play, sorted(numbers)))
    play.perform(list(numbers.values()), until=lambda _ids: all_stand(play.keep, numbers), longest=PATIENCE_SECONDS)
    return len(numbers)


def _arrived() -> dict[str, int]:
    """Number → id of the cases, once the court's referrals have all come or no more come."""
    found: dict[str, int] = {}
    for _attempt in range(60):
        with transaction(write=False):
            found = dict(db.session.execute(select(Case.number, Case.id)).all())
        if len(found) >= COUNT:
            break
        time.sleep(0.5)
    return found


def places(play: Play, numbers: list[str]) -> dict[str, str]:
    """At which task each case is to stand: late ones only for cases that come so far; two run to their ends."""
    early, late = list(ANY_CASE), list(AGREEING)
    kept = {}
    for number in numbers[:-2]:
        agrees = play.script.destiny(number) in AGREED
        if agrees and late:
            kept[number] = late.pop(0)
        elif early:
            kept[number] = early.pop(0)
    return kept


def all_stand(kept: dict[str, str], numbers: dict[str, int]) -> bool:
    """Has every case reached its task, or its end?"""
    with transaction(write=False):
        open_tasks = db.session.execute(select(UserTask.case_id, UserTask.element).where(UserTask.status == "open")).all()
        closed = set(db.session.scalars(select(Case.id).where(Case.closed_at.is_not(None))))
    standing = set(map(tuple, open_tasks))
    return all(case_id in closed or (case_id, kept.get(number)) in standing for number, case_id in numbers.items())
