"""Whom a complaint cost the register: struck off by the court that sent the case, or dismissed by the organisation."""

from collections.abc import Mapping

from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation import mediators
from engine.mediation.models import MediatorProfile
from engine.workflow import trace
from engine.workflow.models import TraceEntry

MEASURES = ("removal", "dismissed")
STRUCK_OFF, RELEASED = "mediator_struck_off", "mediator_released"


class ReplacementRests(Conflict):
    """One decision after the other about who mediates: the later one would send away whoever took over meanwhile."""

    message = _("It is being decided already whether the mediator of this case goes on, or who takes over. "
                "A removal can be decided once that is settled.")


def check(case_id: int, answers: Mapping) -> None:
    """Raise ReplacementRests when a mediator would be struck off whose going on is being decided already."""
    takes_away = answers.get("measure") in MEASURES and db.session.get(Case, case_id).mediator_id is not None
    if takes_away and mediators.is_in_question(case_id):
        raise ReplacementRests()


def strike_off(case: Case, user_id: int, measure: str) -> bool:
    """Do what was decided: `removal` or `dismissed`. Says whether this case needs another mediator because of it.

    It does not when that was said before: of two decisions about the same mediator the second has nothing left to replace.
    The caller holds the case's lock. Basis: 特邀调解规定第二十八条, 在线调解规则第二十九条; 人民调解法第十五条.
    """
    profile = locked(MediatorProfile, user_id) if db.session.get(MediatorProfile, user_id) is not None else None
    if profile is None:
        return False
    if measure == "dismissed":
        profile.is_active = False
    elif case.court is not None and case.court.code not in profile.struck_off:
        profile.struck_off = [*profile.struck_off, case.court.code]
    is_new = not _is_leaving(case.id, user_id)
    trace.write(None, STRUCK_OFF, "system", case_id=case.id, user=user_id, measure=measure)
    db.session.flush()
    return is_new and case.mediator_id == user_id and case.concluded_at is None


def _is_leaving(case_id: int, user_id: int) -> bool:
    """Was this mediator struck off in this case already, and has not left it since?"""
    told = select(TraceEntry.event, TraceEntry.detail).where(
        TraceEntry.case_id == case_id, TraceEntry.event.in_((STRUCK_OFF, RELEASED))).order_by(TraceEntry.id)
    events = [event for event, detail in db.session.execute(told) if detail.get("user") == user_id]
    return events[-1:] == [STRUCK_OFF]
