"""The register of mediators: who could take a case, how busy they are, and who must not (DOMAIN §5.3–5.4)."""

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import contains_eager

from engine import bell, clock
from engine.access import roster
from engine.access.models import Body, Participant, Role, RoleGrant, Side, User
from engine.cases.models import Case, Note
from engine.db import after_commit, db
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation import draws
from engine.mediation.models import MediationSession, MediatorProfile, SessionStatus
from engine.tracks.models import Evaluation
from engine.workflow import trace
from engine.workflow.models import CallStatus, OperationCall, UserTask, WaitStatus

CHANGING = ("signing_mediator", "mediator_change", "disclosure", "assignment")  # processes that settle who mediates


class MediatorUnfit(Conflict):
    """This person must not mediate this case."""


class NotAMediator(MediatorUnfit):
    message = _("This person is not an active mediator of the organisation.")


class StruckOff(MediatorUnfit):
    message = _("%(court)s has struck %(mediator)s off its register.")


class ConflictOfInterest(MediatorUnfit):
    message = _("%(mediator)s once worked for %(party)s.")


class SigningRests(Conflict):
    """Nobody signs under a mediator who may have to go."""

    message = _("It is being decided whether the mediator goes on: signing rests until then.")


class EvaluatedBefore(MediatorUnfit):
    message = _("%(mediator)s was asked for a neutral evaluation of this case and cannot mediate it.")


def _evaluators(case_id: int) -> set[int]:
    """Who evaluates a dispute does not mediate it (analogy to Invited-Mediation 16); one that lapsed binds nobody."""
    return set(db.session.scalars(select(Evaluation.evaluator_id).where(
        Evaluation.case_id == case_id, Evaluation.status != "lapsed")))


def candidates(case: Case) -> list[dict]:
    """The active mediators of the case's organisation, fittest first: right speciality, no conflict, most room left."""
    loads = loads_of(case.organisation_id)
    profiles, turns, wanted = register(case.organisation_id), draws.turns_of(case.organisation_id), languages_of(case)
    away, parties, evaluators = roster.away(profile.user_id for profile in profiles), _bodies(case), _evaluators(case.id)
    found = [_candidate(case, profile, loads.get(profile.user_id, 0), _former(profile, parties), evaluators) | {
        "absent": profile.user_id in away, "turns": turns.get(profile.user_id, 0), "on_court_list": _is_listed(case, profile),
        "language_match": wanted <= set(profile.languages)} for profile in profiles if not _is_struck_off(case, profile)]
    return sorted(found, key=lambda c: (c["conflict"], c["absent"], not c["on_court_list"], not c["language_match"],
                                        not c["speciality_match"], c["load"] / max(c["load_limit"], 1), c["id"]))


def is_fit(candidate: dict) -> bool:
    """May they be offered without anybody's judgement: no conflict, on the court's list, here, with room?"""
    return not (candidate["conflict"] or candidate["absent"]) and candidate["on_court_list"] and candidate["has_room"]


def languages_of(case: Case) -> set[str]:
    """What the parties speak where that is not Chinese."""
    return {person.language for person in case.participants if person.is_current and person.language not in ("", "zh")}


def _is_listed(case: Case, profile: MediatorProfile) -> bool:
    """Is the mediator on the list of the court that sent the case (特邀调解规定第十二条)?"""
    return case.court is None or not profile.courts or case.court.code in profile.courts


def _is_struck_off(case: Case, profile: MediatorProfile) -> bool:
    """Did the court that sent the case strike the mediator off (特邀调解规定第二十八条)?"""
    return case.court is not None and case.court.code in profile.struck_off


def register(organisation_id: int | None) -> list[MediatorProfile]:
    """The active mediators of an organisation, by id."""
    return list(db.session.scalars(
        select(MediatorProfile).join(User, User.id == MediatorProfile.user_id)
        .where(MediatorProfile.body_id == organisation_id, MediatorProfile.is_active, User.is_active,
               select(RoleGrant.id).where(
                   RoleGrant.user_id == User.id, RoleGrant.role == Role.MEDIATOR, RoleGrant.is_in_force).exists())
        .options(contains_eager(MediatorProfile.user)).order_by(MediatorProfile.user_id)
    ))


def loads_of(organisation_id: int | None) -> dict[int, int]:
    """How many cases each mediator of an organisation is working on, by user id."""
    return dict(db.session.execute(
        select(Case.mediator_id, func.count()).where(
            Case.organisation_id == organisation_id, Case.mediator_id.is_not(None), Case.concluded_at.is_(None))
        .group_by(Case.mediator_id)
    ).all())


def _candidate(case: Case, profile: MediatorProfile, load: int, conflict: str | None, evaluators: set[int]) -> dict:
    return {
        "id": profile.user_id, "name": profile.user.name, "specialities": list(profile.specialities),
        "speciality_match": bool({case.sector, case.category} & set(profile.specialities)),
        "load": load, "load_limit": profile.load_limit, "has_room": load < profile.load_limit,
        "conflict": conflict is not None or profile.user_id in evaluators, "conflict_with": conflict or "",
    }


def conflict_with(case: Case, profile: MediatorProfile) -> str | None:
    """The name of a party the mediator once worked for, or None (Online-Mediation 13; DOMAIN §5.4)."""
    return _former(profile, _bodies(case)) if profile.former_employers else None


def _bodies(case: Case) -> list[tuple[str, str]]:
    """Code and name of the bodies that are in a case."""
    return [tuple(row) for row in db.session.execute(
        select(Body.code, Body.name).join(Participant, Participant.body_id == Body.id)
        .where(Participant.case_id == case.id, Participant.is_current).order_by(Body.id))]


def _former(profile: MediatorProfile, bodies: list[tuple[str, str]]) -> str | None:
    """The first of these for which the mediator once worked."""
    return next((name for code, name in bodies if code in profile.former_employers), None)


def appoint(case: Case, user_id: int, accepted: bool = False) -> Participant:
    """Make somebody the mediator of a case. The caller holds the case's lock. Raises what is a MediatorUnfit.

    `accepted`: what stands against it was disclosed, and every party said yes (在线调解规则第十三条).
    """
    profile = check_fit(case, user_id, accepted)
    pass_on_tasks(case, None, user_id)
    case.mediator_id = user_id
    return _seat(case, profile.user)


def check_fit(case: Case, user_id: int, accepted: bool) -> MediatorProfile:
    """The profile of somebody who may mediate the case. Raises what is a MediatorUnfit."""
    profile = db.session.get(MediatorProfile, user_id)
    if profile is None or profile.body_id != case.organisation_id or profile not in register(case.organisation_id):
        raise NotAMediator()
    if _is_struck_off(case, profile):
        raise StruckOff(court=case.court.name, mediator=profile.user.name)
    if user_id in _evaluators(case.id):
        raise EvaluatedBefore(mediator=profile.user.name)
    if not accepted and (party := conflict_with(case, profile)):
        raise ConflictOfInterest(mediator=profile.user.name, party=party)
    return profile


def pass_on_tasks(case: Case, held_by: int | None, to: int | None) -> None:
    """The mediator's open tasks go with the office: to nobody when they leave, to the new one when somebody takes over."""
    for task in db.session.scalars(select(UserTask).where(
            UserTask.case_id == case.id, UserTask.status == WaitStatus.OPEN, UserTask.role == Role.MEDIATOR,
            UserTask.assignee_id == held_by)):
        task.assignee_id, task.claimed_at = to, clock.now() if to else None
        trace.write(task.instance, "task_given" if to else "task_released", "system", task.element, task.token)
        after_commit(bell.tasks_changed, task.body_id)


def release(case: Case, reason: str) -> int | None:
    """The mediator leaves the case, and what they planned is called off; returns who it was. The caller holds the lock."""
    released, name = case.mediator_id, case.mediator.name if case.mediator else ""
    for seat in db.session.scalars(select(Participant).where(
            Participant.case_id == case.id, Participant.role == "mediator", Participant.is_current)):
        seat.is_current = False
    for session in db.session.scalars(select(MediationSession).where(
            MediationSession.case_id == case.id, MediationSession.status == SessionStatus.PLANNED)):
        session.status = SessionStatus.CANCELLED
    case.mediator_id = None
    if released is not None:
        pass_on_tasks(case, released, None)
    note = Note(case_id=case.id, author=name, text=reason, audience="organisation") if reason else None
    db.session.add_all([note] if note else [])
    db.session.flush()
    trace.write(None, "mediator_released", "system", case_id=case.id, user=released, **({"noted": note.id} if note else {}))
    return released


def is_in_question(case_id: int) -> bool:
    """Is it being decided whether the mediator goes on, or who takes over? Until then mediation rests (特邀调解规定第十五条)."""
    asked = exists().where(
        UserTask.case_id == case_id, UserTask.status == WaitStatus.OPEN, UserTask.process_key.in_(CHANGING))
    done = exists().where(
        OperationCall.case_id == case_id, OperationCall.process_key.in_(CHANGING),
        OperationCall.status.in_((CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)))
    return bool(db.session.scalar(select(or_(asked, done))))


def check_not_in_question(case_id: int) -> None:
    """Raise SigningRests while it is being decided whether the mediator goes on."""
    if is_in_question(case_id):
        raise SigningRests()


def _seat(case: Case, mediator: User) -> Participant:
    """The mediator's own row among the participants; a replaced mediator's row is no longer current."""
    seats = db.session.scalars(select(Participant).where(Participant.case_id == case.id, Participant.role == "mediator"))
    for beside in db.session.scalars(select(Participant).where(
            Participant.case_id == case.id, Participant.role == "co_mediator", Participant.user_id == mediator.id)):
        beside.is_current = False  # from beside the chair into it
    chosen = None
    for seat in seats:
        seat.is_current = seat.user_id == mediator.id
        chosen = seat if seat.is_current else chosen
    if chosen is None:
        chosen = Participant(case_id=case.id, side=Side.NEUTRAL, role="mediator", kind="natural", name=mediator.name,
                             user_id=mediator.id, is_current=True)
        db.session.add(chosen)
    db.session.flush()
    return chosen
