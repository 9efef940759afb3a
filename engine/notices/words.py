"""Which message a process means for whom, and what it says: the values a text asks for, from the register."""

from datetime import date, datetime, timedelta

from engine import clock
from engine.access.models import Participant
from engine.cases import regimes
from engine.cases.masking import COMPOUND_SURNAMES
from engine.cases.models import Case
from engine.courts import confirmation
from engine.deadlines import clocks, due_at
from engine.documents import facts_by_template, shelf
from engine.mediation import agreement, consent, obligations, sessions
from engine.mediation.models import MediationSession
from engine.notices import templates
from engine.tracks import proposals

PLACEHOLDER = "https://link.invalid"  # where the link goes; it is put in only when the message leaves
COURTS_LINE = "12368"
SESSIONS = {"separate": "session_separately", "on_site": "session_on_site", "telephone": "session_by_phone"}
TOMORROW = {"separate": "session_separately", "on_site": "session_tomorrow_on_site", "telephone": "session_tomorrow_by_phone"}
# their term begins when they are sent
FROM_NOW = ("sign", "sign_reminder", "facts_record", "fast_opinion", "letter_possible", "letter_to_sign_for",
            "mediator_disclosed", "closing_intended", "appraisal_asked", "third_party_invited", "mediator_choice",
            "organisation_choice", "short_notice", "spot_performed", "performed_to_confirm", "application_received")
EXTENDING = ("extension", "term_extended", "term_unchanged")
PROPOSED = ("no_objection_proposal", "proposal_reminder")
TERMS = {"confirmation_term": "T14", "sign": "TSIGN", "sign_reminder": "TSIGN", "facts_record": "TFACTS",
         "fast_opinion": "TSMALL", "letter_possible": "TASKLETTER", "letter_to_sign_for": "TLETTER",
         "mediator_disclosed": "TDISC", "closing_intended": "TOBJ", "appraisal_asked": "TAPP",
         "third_party_invited": "TJOIN", "mediator_choice": "T03",
         "organisation_choice": "T03", "short_notice": "TSHORT", "spot_performed": "TSPOT",
         "performed_to_confirm": "TSPOT", "application_received": "T04"}
# messages of special tracks: their terms begin when they are sent, too
TRACKS = {"advance_offer": "TADV", "advance_paid": "TADVR", "group_wait": "TWAIT", "group_offer": "TCASE"}
NOT_ACCEPTED = ("O16", "O22")
RULINGS = {"confirmed": "ruling_valid", "rejected": "ruling_rejected", "not_accepted": "ruling_not_accepted",
           "withdrawn": "confirmation_withdrawn", "deemed_withdrawn": "confirmation_deemed_withdrawn"}
ENDED_FOR_OTHERS = {"O08": "other_side_declined", "O09": "other_side_unreachable", "O10": "other_side_declined",
                    "O13": "signing_refused"}


def template_for(name: str, dispute: Case, person: Participant) -> str | None:
    """The text behind a name used in diagrams; None when this person is told nothing."""
    match name:
        case "invitation":
            return _invitation(dispute, person)
        case "session":
            return "session_moved" if _moved_from(dispute) else SESSIONS.get(_mode(dispute), "session")
        case "session_tomorrow":
            return TOMORROW.get(_mode(dispute), name)
        case "accepted":
            return "case_accepted"
        case "agreement_effective" if dispute.regime == "B":  # the court ends a docketed case, and confirms nothing
            return "agreement_effective_docketed"
        case "ruling":
            return RULINGS.get(dispute.confirmation)
        case "closed":
            return _closing(dispute, person)
    return name


def _invitation(case: Case, person: Participant) -> str | None:
    """Who has agreed already is told that the case is taken on, not asked again; an institution with a desk answers there."""
    agreed = consent.latest(case.id, "mediation").get(person.id)
    if agreed is not None and agreed.is_given:
        return "case_accepted" if case.regime == "A" and person.side == "applicant" else None
    if person.body_id:
        return "institution_new_case"
    return "invitation_filed_case" if case.regime == "B" else "invitation"


def _closing(case: Case, person: Participant) -> str | None:
    """How the end is told: what a side did itself is not told to it as the other's doing."""
    if case.outcome in NOT_ACCEPTED:
        return "case_not_accepted" if person.side == "applicant" else None
    if case.outcome in ("O01", "O02", "O03", "O04"):
        noted = facts_by_template.answers(case.id, "note_performance").get("performed") == "fully"
        performed = noted or obligations.are_performed(case.id)
        return "performed" if performed else "closed_in_force"
    if case.outcome == "O05":
        return "performed"
    if case.outcome == "O18" and not case.accepted_at:
        return "taken_back_by_court" if person.side == "applicant" else None
    if case.outcome == "O17":
        return "sent_back_to_court" if person.side == "applicant" else None
    if case.outcome == "O07":
        return "ended_by_withdrawal" if case.accepted_at or person.side == "applicant" else None
    if person.side == "applicant" and case.outcome in ENDED_FOR_OTHERS:
        return ENDED_FOR_OTHERS[case.outcome]
    return "ended_without_agreement" if case.accepted_at or person.side == "applicant" else None


def write(template: str, case: Case, person: Participant, check_code: str, /, language: str = "zh", **more) -> templates.Text:
    """The message in words, with a placeholder for the link. Raises UnknownNotice, NoticeIncomplete."""
    needed = templates.values_of(template)
    told = {key: _VALUES[key](case, person, template) for key in needed & _VALUES.keys()}
    return templates.write(template, told | {"url": PLACEHOLDER, "v": check_code or "0000"} | more, language)


def signature(case: Case) -> str:
    """Who sends it, as the telephone shows it in front."""
    return case.organisation.name if case.organisation and (case.accepted_at or case.regime == "C") else "诉调对接平台"


def _day(moment: datetime) -> str:
    at = (moment - timedelta(microseconds=1)).astimezone(clock.SHANGHAI)
    return f"{at.month}月{at.day}日"


def _answer_by(case: Case, person: Participant, template: str) -> str:
    """The day this message asks something by."""
    if template == "court_asks":
        return _on(_court_notice(case, "supplement").get("until"))
    if template == "application_incomplete":
        return _on(_told(case, "supplement_notice").get("until"))
    if template in PROPOSED:
        return _day(proposals.objection_until(case.id, person.id))
    term = _mediation_term(case) if template in EXTENDING else (TERMS | TRACKS).get(template, "T05")
    running = clocks.running(case.id, term)
    return _day(running.due_at if running else due_at(term if template in FROM_NOW or template in TRACKS else "T05", clock.now()))


def _mediation_term(case: Case) -> str:
    return regimes.get(case.regime).term(case.procedure)


def _on(asked: str | None) -> str:
    """The day that a paper sets for a supplement."""
    day = date.fromisoformat(asked) if asked else clock.today()
    return f"{day.month}月{day.day}日"


def _inquiry_time(case: Case) -> datetime | None:
    """When the court hears both, as the judge planned it."""
    planned = _court_notice(case, "inquiry").get("held_at")
    return datetime.fromisoformat(planned) if planned else None


def _court_notice(case: Case, kind: str) -> dict:
    """What the court's latest notice of this kind says: its own paper, or what its system said."""
    told = _told(case, "court_notice")
    return told if told.get("kind") == kind else {}


def _told(case: Case, kind: str) -> dict:
    """What the newest paper of a kind says."""
    found = shelf.find(case.id, kind)
    return (found.told if found is not None else None) or {}


def _apply_by(case: Case, person: Participant, template: str) -> str:
    made = agreement.in_effect(case.id)
    return _day(due_at("T14", made.effective_at if made else clock.now()))


def _session(case: Case) -> MediationSession | None:
    held = [one for one in sessions.of_case(case.id) if one.status != "cancelled"]
    return held[-1] if held else None


def _mode(case: Case) -> str:
    held = _session(case)
    return held.mode if held else ""


def _moved_from(case: Case) -> MediationSession | None:
    """The session in whose place the latest one came: planned, announced and not held."""
    *_earlier, before, last = [None, None, *sessions.of_case(case.id)]
    return before if before and before.status == "cancelled" and last.status != "cancelled" else None


def _old_time(case: Case, person: Participant, template: str) -> str:
    return _minute(_moved_from(case).planned_at)


def _minute(moment: datetime) -> str:
    at = moment.astimezone(clock.SHANGHAI)
    return f"{at.month}月{at.day}日{at:%H:%M}"


def _session_time(case: Case, person: Participant, template: str) -> str:
    planned = _session(case)
    moment = _inquiry_time(case) if template == "court_inquiry" else planned.planned_at if planned else None
    return _minute(moment or clock.now())


def _session_until(case: Case, person: Participant, template: str) -> str:
    return _minute(_session(case).open_until)


def _session_place(case: Case, person: Participant, template: str) -> str:
    planned = _session(case)
    return (planned.place if planned else "")[:60] or "调解组织住所地"


def _surname(case: Case, person: Participant, template: str) -> str:
    name = person.name.strip()
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def _court(case: Case, person: Participant, template: str) -> str:
    return facts_by_template.court_asked(case).name


def _court_case(case: Case, person: Participant, template: str) -> str:
    application = confirmation.of_case(case.id)
    return application.number if application and application.number else case.court_number


_VALUES = {
    "org": lambda case, person, template: signature(case),
    "court": _court,
    "med": lambda case, person, template: f"{case.mediator.name}调解员" if case.mediator else "我们安排的调解员",
    "surname": _surname,
    "no4": lambda case, person, template: case.number[-4:],
    "d": _answer_by,
    "d2": _apply_by,
    "t": _session_time,
    "until": _session_until,
    "old": _old_time,
    "place": _session_place,
    "min": lambda case, person, template: "30",
    "n": lambda case, person, template: "1",
    "tel": lambda case, person, template: (case.organisation.phone if case.organisation else "") or COURTS_LINE,
    "fee": lambda case, person, template: "不收费",
    "case": _court_case,
}
