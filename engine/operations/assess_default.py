"""See what a default means: who is owed what, by which document it can be enforced, where and until when."""

from datetime import UTC, datetime, time

from marshmallow import fields

from engine import clock
from engine.access.models import Participant, Side
from engine.cases.models import Case
from engine.courts import applications, competence, confirmation, deeds, docketed, late_interest
from engine.db import db
from engine.deadlines import due_at, reckoning
from engine.documents import wording
from engine.i18n import _
from engine.mediation import obligations
from engine.mediation.models import Obligation
from engine.money import court_fee, enforcement_fee
from engine.operations.operation import Operation, titled


class AssessDefault(Operation):
    """See what a default means: creditor, debtor, sum due and unpaid; the document it can be enforced by, the courts that may be
    asked, the last day for it (two years from the last day of the performance period, CPL 250), and what it costs.
    """

    name = "performance.assess_default"
    title = _("See what a default means")

    class Outputs(Operation.Outputs):
        creditor = titled(fields.Integer, _("Creditor"))
        debtor = titled(fields.Integer, _("Debtor"))
        owed = titled(fields.String, _("Due and unpaid"))
        enforceable_by = titled(fields.String, _("By which document: ruling, letter, deed, or empty"))
        enforce_since = titled(fields.String, _("From when the two years for enforcement count"))
        enforce_until = titled(fields.String, _("Last day to apply for enforcement"))
        enforcement_courts = titled(fields.List, _("Courts that may enforce"), cls_or_instance=fields.Dict())
        order_courts = titled(fields.List, _("Courts that may issue a payment order"), cls_or_instance=fields.Dict())
        enforcement_fee = titled(fields.String, _("Enforcement fee"))
        order_fee = titled(fields.String, _("Fee of a payment order"))
        foreign_owed = titled(fields.List, _("Due and unpaid in other money"), cls_or_instance=fields.Dict())
        doubled_interest = titled(fields.String, _("Doubled interest for late performance up to today"))

    def record(self, result, call):
        case = db.session.get(Case, call.case_id)
        creditor, debtor = _sides(case)
        owed = obligations.owed(case.id, creditor.id)
        region = competence.domicile(debtor) or case.region
        late = late_interest.of_case(case, creditor_id=creditor.id, debtor_id=debtor.id)
        return {
            "creditor": creditor.id, "debtor": debtor.id, "owed": str(owed), "enforceable_by": _enforceable_by(case),
            "enforce_since": _since(case).isoformat(), "enforce_until": _until(case),
            "enforcement_courts": [one.as_option() for one in applications.courts_for(case, "enforcement", region)],
            "order_courts": [one.as_option() for one in applications.courts_for(case, "payment_order", region)],
            "enforcement_fee": str(enforcement_fee.fee(owed)), "order_fee": str(court_fee.payment_order(owed)),
            "foreign_owed": _foreign(case, creditor, debtor), "doubled_interest": _sums(late) if late else "0.00",
        }


def _foreign(case: Case, creditor: Participant, debtor: Participant) -> list[dict]:
    """What is owed in other money, as a form offers it."""
    owed = obligations.owed_in(case.id, creditor.id, debtor.id)
    return [{"id": kind, "name": f"{wording.CURRENCIES.get(kind, kind)}（尚未清偿{wording.figures(total)}）",
             "name_en": f"{kind} ({wording.figures(total)} unpaid)", "amount": str(total)}
            for kind, total in owed.items() if kind != late_interest.YUAN]


def _sums(late: late_interest.Claim) -> str:
    """Each sum with its currency; those that come to nothing are left out."""
    said = [f"¥{total}" if kind == late_interest.YUAN else f"{kind} {total}" for kind, total in late.totals.items() if total]
    return "，".join(said) or "0.00"


def _sides(case: Case) -> tuple[Participant, Participant]:
    """Who is owed and who owes: by the obligation found in default, else by the first that is open, else the two sides."""
    rows = obligations.of_case(case.id)
    ranked = sorted(rows, key=lambda row: ("defaulted", "partly", "claimed", "pending", "performed").index(row.status))
    if ranked:
        found: Obligation = ranked[0]
        return found.creditor, found.debtor
    people = [person for person in case.participants if person.role == "party" and person.is_current]
    by_side = {person.side: person for person in reversed(people)}
    return by_side[Side.APPLICANT], by_side[Side.RESPONDENT]


def _enforceable_by(case: Case) -> str:
    if case.confirmation == "confirmed":
        return "ruling"
    if docketed.letter_in_force(case.id):
        return "letter"
    return "deed" if deeds.in_force(case.id) else ""


def _since(case: Case) -> datetime:
    """The last day for performance, of the last instalment; where none is fixed, when the document took effect (CPL 250)."""
    last = obligations.last_day(case.id)
    if last is not None:
        return datetime.combine(last, time(12), clock.SHANGHAI).astimezone(UTC)
    letter, deed, ruled = docketed.letter_in_force(case.id), deeds.of_case(case.id), confirmation.of_case(case.id)
    if case.confirmation == "confirmed" and ruled is not None and ruled.decided_at:
        return ruled.decided_at
    if letter is not None:
        return letter.in_force_at
    return datetime.combine(deed.dated_on, time(12), clock.SHANGHAI).astimezone(UTC) if deed is not None else clock.now()


def _until(case: Case) -> str:
    return reckoning.last_day(due_at("T19", _since(case))).isoformat()
