"""What comes in becomes a case: a court's referral (regime A), a party's or institution's own application (regime C)."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from engine import clock, reading
from engine.access import handlers
from engine.access.actor import Actor
from engine.access.models import Body, Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import claimants, facts, numbering, regimes
from engine.cases.models import Case, Referral
from engine.cases.referral_rules import check
from engine.cases.regimes import Regime
from engine.courts.models import CourtProfile
from engine.db import db, savepoint
from engine.errors import Conflict, problem
from engine.i18n import _
from engine.mediation import consent
from engine.mediation.models import Consent
from engine.workflow import incidents, runtime
from engine.workflow.incidents import ProcessFailed
from engine.workflow.versions import ProcessUnknown

NOT_STARTED = "not_started"  # the kind of incident


@dataclass(frozen=True)
class Noted:
    """Somebody of the staff wrote the application down: who, and how they know that it is the applicant's."""

    by: str
    proof: dict
    is_for_a_person: bool  # who came or called; else for the writer's own institution

    @property
    def said(self) -> dict:
        """How the consents came, without what is personal."""
        return {key: self.proof[key] for key in ("channel", "source") if key in self.proof}


class ReferralAlreadyReceived(Conflict):
    """The sender's own reference is known: it became this case."""

    message = _("This referral was received before; it is case %(number)s.")


def accept(actor: Actor, referral: dict, channel: str = "api", court: Body | None = None) -> Case:
    """Take a court's referral: it becomes a case, and its process starts.

    `referral` has passed the schema. Raises Invalid with all problems (DocketingRequired, DocketedNotTaken among them) and
    ReferralAlreadyReceived.
    """
    require(actor, Permission.CASE_CREATE)
    court = court or db.session.get(Body, actor.body_id)
    _refuse_repeated(court.id, referral)
    check(referral, court)
    return _enter(referral, _regime(referral, court), channel, actor, court=court)


def apply(actor: Actor, application: dict, channel: str = "web", noted: Noted | None = None) -> Case:
    """Take an application of a party or an institution to a mediation organisation (no court): regime C."""
    require(actor, Permission.CASE_CREATE)
    from_institution = not noted.is_for_a_person if noted else actor.kind == "client" or actor.has("institution_handler")
    sender = db.session.get(Body, actor.body_id) if from_institution else None
    _refuse_repeated(sender.id if sender else None, application)
    check(application, None, sender)
    regime = regimes.choose("institution" if sender else "party", clock.today())
    return _enter(application, regime, channel, actor, sender=sender, noted=noted)


def _refuse_repeated(sender_id: int | None, referral: dict) -> None:
    known = db.session.scalar(select(Case.number).join(Referral, Referral.case_id == Case.id).where(
        Referral.sender_id == sender_id, Referral.external_ref == referral["external_ref"]))
    if known is not None:
        raise ReferralAlreadyReceived(number=known)


def _regime(referral: dict, court: Body) -> Regime:
    """A court's referral: by the day of filing, or of docketing, and the court's setting."""
    profile, docket = db.session.get(CourtProfile, court.id), referral.get("docket")
    day = reading.answered(docket["docketed_on"] if docket else referral["filed_on"])
    try:
        return regimes.choose("court", day, docket is not None, profile.regime_setting if profile else "")
    except regimes.DocketingRequired as refusal:
        raise regimes.DocketingRequired(problems=[problem("/filed_on", refusal.code, refusal.message)]) from None
    except regimes.DocketedNotTaken as refusal:
        raise regimes.DocketedNotTaken(problems=[problem("/docket", refusal.code, refusal.message)]) from None


def _enter(
    referral: dict, regime: Regime, channel: str, actor: Actor, court: Body | None = None, sender: Body | None = None,
    noted: Noted | None = None,
) -> Case:
    """Write referral, case, participants and consents, and start the process."""
    case = _case(referral, regime, court, sender)
    db.session.add(case)
    db.session.flush()
    asker = court or sender
    body = json.loads(json.dumps(referral, default=str, ensure_ascii=False))
    db.session.add(Referral(
        case_id=case.id, sender_id=asker.id if asker else None, external_ref=referral["external_ref"], channel=channel,
        body=body, body_hash=hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        recorded_by=noted.by if noted else "", proof=noted.proof if noted else None,
    ))
    _take_participants(case, referral["parties"], actor, noted)
    db.session.flush()
    db.session.refresh(case)
    case.institution_id = next((p.body_id for p in case.participants if p.body_id), None)
    handlers.begin_own(actor, case.id)
    begin(case, by=actor.name)
    return case


def begin(case: Case, by: str) -> bool:
    """Start the case's process; says whether it runs.

    A process that cannot start is our fault, and no reason to refuse what a court sent: the case stands, an incident tells,
    and once that is resolved the start is tried again.
    """
    try:
        with savepoint():
            runtime.start(regimes.get(case.regime).process, case.id, {"parties": facts.parties(case)}, by=by)
    except (ProcessFailed, ProcessUnknown) as failure:
        told = f"{failure.reason}: {failure.text}" if isinstance(failure, ProcessFailed) else str(failure)
        incidents.report(f"case {case.id}", NOT_STARTED, told, case.id, element=failure.details.get("element", ""))
        return False
    return True


def _case(referral: dict, regime: Regime, court: Body | None, sender: Body | None) -> Case:
    cause, docket = referral["cause"], referral.get("docket") or {}
    return Case(
        number=numbering.new_platform_number(),
        regime=regime.code,
        channel="court" if court else "institution" if sender else "party",
        court_number=referral.get("court_number") or "",
        court_id=court.id if court else None,
        title=referral.get("title") or _title(referral),
        stage="received",
        cause_code=cause["code"],
        cause=cause["name"],
        cause_list=cause["list"],
        category=referral.get("category") or "",
        claimant=claimants.decide(referral["parties"], referral.get("claimant") or ""),
        sector=referral["sector"],
        region=referral.get("region") or "",
        amount=Decimal(referral["amount"]),
        claims=[dict(claim, amount=_text(claim.get("amount"))) for claim in referral["claims"]],
        statement=referral.get("statement") or "",
        details=referral.get("details") or {},
        filed_on=reading.answered(referral.get("filed_on")),
        docketed_on=reading.answered(docket.get("docketed_on")),
        procedure=docket.get("procedure") or "",
        court_judge=docket.get("judge") or "",
        during_trial=bool(docket.get("during_trial")),
    )


def _text(amount) -> str | None:
    return None if amount is None else str(amount)


def _title(referral: dict) -> str:
    """“王小明诉京华银行 信用卡纠纷”: who against whom, about what."""
    sides = {side: [p["name"] for p in referral["parties"] if p["side"] == side] for side in ("applicant", "respondent")}
    names = {side: found[0] + ("等" if len(found) > 1 else "") for side, found in sides.items()}
    return f"{names['applicant']}与{names['respondent']} {referral['cause']['name']}"[:300]


def _take_participants(case: Case, parties: list[dict], actor: Actor, noted: Noted | None) -> None:
    said_by = consent.CHANNELS["user"] if noted else _said_by(case, actor)
    for position, entry in enumerate(parties):
        party = _participant(case, entry, "party", entry["side"], position)
        db.session.add(party)
        db.session.flush()
        for subject, given in (entry.get("consents") or {}).items():
            if given is not None:
                db.session.add(Consent(case_id=case.id, participant_id=party.id, subject=subject, is_given=given,
                                       channel=said_by, recorded_by=actor.name, detail=noted.said if noted else {}))
        for agent in entry.get("agents") or []:
            row = _participant(case, agent, "agent", entry["side"], position)
            row.represents_id, row.authority = party.id, agent.get("authority", "general")
            db.session.add(row)


def _said_by(case: Case, actor: Actor) -> str:
    """How the consents of an intake came: with the court's case, from an institution for itself, or from a person's own page."""
    if case.court_id:
        return "court"
    return consent.CHANNELS[actor.kind] if case.channel == "institution" else "link"


def _participant(case: Case, entry: dict, role: str, side: str, position: int) -> Participant:
    body = db.session.scalar(select(Body).where(Body.code == entry["body"])) if entry.get("body") else None
    return Participant(
        case_id=case.id, side=side, role=role, position=position, kind=entry.get("kind", "natural"), name=entry["name"],
        id_type=entry.get("id_type") or "", id_number=entry.get("id_number") or "", phone=entry.get("phone") or "",
        email=entry.get("email") or "", address=entry.get("address") or "", representative=entry.get("representative") or "",
        domicile=entry.get("domicile") or "", language=entry.get("language") or "",
        **{name: entry.get(name) or "" for name in ("ethnicity", "occupation", "representative_post")},
        body_id=body.id if body else None, needs=sorted(set(entry.get("needs") or [])),
    )
