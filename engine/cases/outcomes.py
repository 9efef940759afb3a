"""How a case ends: close codes O01–O22 (DOMAIN §1.5), what each means, and the two moments, concluded and closed."""

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case, Closing
from engine.db import db
from engine.errors import Invalid
from engine.i18n import _

OUTCOMES = {
    "O01": (_("Full agreement"), _("Online-Med 25(1)")),
    "O02": (_("Partial agreement"), _("Online-Med 19; Civil-Med 14")),
    "O03": (_("Agreement by no-objection proposal"), _("Diversified-2016 24")),
    "O04": (_("Agreement by accepted small-claim opinion"), _("NFRA-2025-14 item 16")),
    "O05": (_("Performed on the spot"), _("CPL 101(3); Filing-2025 item 4")),
    "O06": (_("Settled by the parties themselves"), _("Online-Med 25(2); CPL 53")),
    "O07": (_("Withdrawn by the applicant"), _("Invited-Med 26(2)")),
    "O08": (_("Refused by the respondent"), _("Online-Med 15; Invited-Med 26(2)")),
    "O09": (_("Party not reachable"), _("Online-Med 15, 25(3)")),
    "O10": (_("A party is unwilling to go on"), _("Online-Med 25(4)")),
    "O11": (_("Positions too far apart"), _("Online-Med 25(5); Invited-Med 26(3)")),
    "O12": (_("Term over without agreement"), _("Online-Med 25(6)")),
    "O13": (_("A party refuses to sign"), _("Online-Med 25(7)")),
    "O14": (_("Deemed refusal after change of mediator"), _("Online-Med 14")),
    "O15": (_("Deemed refusal: designation not accepted"), _("Invited-Med 12")),
    "O16": (_("Not accepted by the organisation"), _("Online-Med 12")),
    "O17": (_("Organisation did not answer in time"), _("Online-Med 12")),
    "O18": (_("Returned by the court"), _("Online-Med 9")),
    "O19": (_("Suspected simulated mediation"), _("Invited-Med 18; Online-Med 23; CPL 115")),
    "O20": (_("Transferred, merged or batched"), ""),
    "O21": (_("Other impossibility"), _("Online-Med 25(8)")),
    "O22": (_("Not accepted: outside the organisation's scope"), ""),
}
SUCCESSFUL = {"O01", "O02", "O03", "O04", "O05"}
THE_PARTIES = "parties"  # who decided, where all of them did
REASONS = {  # where nobody wrote one: of the ends that everybody wanted; another end has the reason of who brought it about
    "O01": ("各方就全部争议达成调解协议，已签署生效。",
            "The parties settled the whole dispute; the agreement is signed and in effect."),
    "O02": ("各方就部分争议达成调解协议，已签署生效；其余争议未达成一致。",
            "The parties settled part of the dispute, signed and in effect; on the rest they did not agree."),
    "O03": ("各方事先同意适用无异议调解方案机制；方案送达后，期限内无人提出书面异议。",
            "All had agreed to the no-objection mechanism beforehand; nobody objected in writing in time."),
    "O04": ("消费者接受调解意见，机构依其事先承诺受该意见约束。",
            "The consumer accepted the opinion; the institution is bound by its promise."),
    "O05": ("各方确认已当场履行完毕。", "All confirmed that everything was performed on the spot."),
}


class OutcomeUnknown(Invalid):
    """The code is not in the list."""

    message = _("%(outcome)s is not an outcome.")


def title(outcome: str) -> str:
    """The marked name of an outcome."""
    return OUTCOMES[outcome][0] if outcome in OUTCOMES else outcome


def is_agreed(case: Case) -> bool:
    """Did the mediation end by an agreement? What is drafted from then on changes it, and no mediation term runs (CPL 206)."""
    return case.outcome in SUCCESSFUL


def article(outcome: str) -> str:
    """The rule behind an outcome."""
    return OUTCOMES[outcome][1] if outcome in OUTCOMES else ""


def reason(closing: Closing, language: str) -> str:
    """Why it ended: in the words of who wrote it; where nobody did, in the reader's."""
    ours, in_english = REASONS.get(closing.outcome, ("", ""))
    return in_english if language == "en" and closing.reason == ours else closing.reason


def conclude(case: Case, outcome: str, reason: str, by: str) -> Closing:
    """The mediation has ended: code, reason and who decided are on record. A later code (O13) replaces an earlier one."""
    if outcome not in OUTCOMES:
        raise OutcomeUnknown(outcome=outcome)
    closing = db.session.scalar(select(Closing).where(Closing.case_id == case.id))
    if closing is None:
        closing = Closing(case_id=case.id)
        db.session.add(closing)
    closing.outcome, closing.reason = outcome, reason or REASONS.get(outcome, ("",))[0]
    closing.decided_by, closing.at = by, clock.now()
    case.outcome, case.concluded_at = outcome, clock.now()
    db.session.flush()
    return closing


def hand_over(case: Case, items: list[dict]) -> None:
    """Keep the list of what went to the court with the outcome: item, form, pages (Invited-Med 26)."""
    closing = db.session.scalar(select(Closing).where(Closing.case_id == case.id))
    if closing is not None:
        closing.handed_over = items
        db.session.flush()


def close(case: Case) -> None:
    """Everything about the case is done; it is only read from now on."""
    if case.closed_at is None:
        case.closed_at, case.stage = clock.now(), "closed"
        db.session.flush()


def reopen(case: Case, stage: str) -> None:
    """A case ended by mistake is open again, at this stage; an outcome on record stays until another replaces it."""
    case.closed_at, case.archived_at, case.stage = None, None, stage
    db.session.flush()
