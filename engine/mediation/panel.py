"""Several mediators under a chair, where a case is major, complex or special (特邀调解规定第十三条; 在线调解规则第十一条).

The chair is the case's mediator, chosen or designated as ever, and leads: sessions, drafts, reports are the chair's. The others
sit with them: they see the case as the chair does, come to its sessions, disclose what stands against them, may be objected to
one by one, and sign the agreement, which all mediators sign (在线调解规则第十九条). Who leaves sees nothing of it any more.
"""

from sqlalchemy import select

from engine.access.models import Participant, Side
from engine.cases.models import Case
from engine.db import db
from engine.documents.models import Document
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation import mediators
from engine.workflow import trace

ROLE, CHAIR = "co_mediator", "（首席调解员）"
MOST = 4  # beside the chair


class SitsAlready(mediators.MediatorUnfit):
    message = _("%(mediator)s mediates this case already.")


class PanelFull(mediators.MediatorUnfit):
    message = _("There are %(most)s mediators beside the chair already.")


class NotOnPanel(Conflict):
    message = _("This person does not sit beside the chair.")


def members(case_id: int) -> list[Participant]:
    """Who sits beside the chair, in the order in which they came."""
    return list(db.session.scalars(select(Participant).where(
        Participant.case_id == case_id, Participant.role == ROLE, Participant.is_current).order_by(Participant.id)))


def seats_of(user_id: int):
    """The query of the cases in which somebody sits beside the chair."""
    return select(Participant.case_id).where(Participant.user_id == user_id, Participant.role == ROLE, Participant.is_current)


def sits(case_id: int, user_id: int | None) -> bool:
    """Does somebody sit beside the chair?"""
    return user_id is not None and any(one.user_id == user_id for one in members(case_id))


def everybody(case: Case) -> list[dict]:
    """The chair and the others, for diagrams: id and name."""
    chair = [{"id": case.mediator_id, "name": case.mediator.name}] if case.mediator else []
    beside = [one for one in case.participants if one.role == ROLE and one.is_current]  # read already: asked at every step
    return chair + [{"id": one.user_id, "name": one.name} for one in beside]


def names(case: Case) -> str:
    """As papers name them: the chair first where there are several."""
    told = [one["name"] for one in everybody(case)]
    return "、".join([told[0] + CHAIR, *told[1:]]) if len(told) > 1 and case.mediator else "、".join(told)


def join(case: Case, user_id: int, accepted: bool = False) -> Participant:
    """Somebody sits beside the chair. The caller holds the case's lock. Raises what is a MediatorUnfit.

    `accepted`: what stands against it was disclosed, and every party said yes (在线调解规则第十三条).
    """
    profile = mediators.check_fit(case, user_id, accepted)
    if user_id == case.mediator_id or sits(case.id, user_id):
        raise SitsAlready(mediator=profile.user.name)
    if len(members(case.id)) >= MOST:
        raise PanelFull(most=MOST)
    seat = db.session.scalar(select(Participant).where(
        Participant.case_id == case.id, Participant.role == ROLE, Participant.user_id == user_id))
    if seat is None:
        seat = Participant(case_id=case.id, side=Side.NEUTRAL, role=ROLE, kind="natural", name=profile.user.name, user_id=user_id)
        db.session.add(seat)
    seat.is_current = True
    mediators.pass_on_tasks(case, None, user_id)
    db.session.flush()
    trace.write(None, "co_mediator_joined", "system", case_id=case.id, participant=seat.id)
    return seat


def leave(case: Case, user_id: int) -> Participant:
    """Somebody sits beside the chair no more, and sees nothing of the case any more. Raises NotOnPanel."""
    seat = next((one for one in members(case.id) if one.user_id == user_id), None)
    if seat is None:
        raise NotOnPanel()
    seat.is_current = False
    mediators.pass_on_tasks(case, user_id, None)
    db.session.flush()
    trace.write(None, "co_mediator_left", "system", case_id=case.id, participant=seat.id)
    return seat


def field_of(case: Case, user_id: int | None, document: Document) -> str | None:
    """The place on a paper where this mediator signs: who came for somebody who left signs in the place that is still empty."""
    if user_id is not None and user_id == case.mediator_id:
        return "mediator"
    sitting = [one.user_id for one in members(case.id)]
    if user_id not in sitting:
        return None
    signed = {signature.field for signature in document.signatures}
    empty = [field for field in document.signature_fields if field.startswith("mediator_") and field not in signed]
    own = f"mediator_{sitting.index(user_id) + 2}"
    return own if own in empty else next(iter(empty), None)
