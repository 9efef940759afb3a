"""What the papers after a default say: performance so far, enforcement, payment order, deed, and the court's own on them."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from engine import clock
from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.courts import applications, confirmation, deeds, docketed, late_interest
from engine.courts.models import CourtApplication, RulingObjection
from engine.db import db
from engine.documents import wording
from engine.documents.models import Document
from engine.documents.wording import ID_KINDS, day_in_chinese, on_day
from engine.mediation import agreement as agreements
from engine.mediation import obligations
from engine.mediation.models import Obligation
from engine.money import capitals
from engine.workflow.models import UserTask, WaitStatus

STATES = {"pending": "未履行", "claimed": "义务人称已履行，未经确认", "partly": "部分履行", "performed": "已履行",
          "defaulted": "认定未履行"}
STATES_EN = {"pending": "not performed", "claimed": "said to be performed, not confirmed", "partly": "performed in part",
             "performed": "performed", "defaulted": "found not performed"}
EVENTS_EN = {"reported": "debtor reported performance", "received": "creditor confirmed receipt",
             "not_received": "creditor said nothing came", "verified": "mediator verified performance",
             "defaulted": "mediator found a default", "deferred": "creditor granted time",
             "excess": "what was paid too much is to be returned"}
EVENTS = {"reported": "义务人报告履行", "received": "权利人确认收到", "not_received": "权利人称未收到",
          "verified": "调解员核实已履行", "defaulted": "调解员认定未履行", "deferred": "权利人同意宽限",
          "excess": "多付的部分应当退回"}
GROUNDS_EN = {
    "no_jurisdiction": "this court has no jurisdiction", "not_money": "what is asked for is neither money nor securities",
    "not_due": "the claim is not due or not of a fixed amount", "counter_duty": "the creditor owes something in return",
    "not_servable": "the order cannot be served on the debtor", "preserved": "the creditor applied for preservation before suit",
}
GROUNDS = {  # CPL 225; CPL-Interp 427
    "no_jurisdiction": "不属于本院管辖", "not_money": "请求给付的不是金钱、有价证券", "not_due": "债权尚未到期或者数额不确定",
    "counter_duty": "债权人负有对待给付义务", "not_servable": "支付令不能送达债务人", "preserved": "债权人已申请诉前保全",
}


def history(case: Case, reason: str) -> dict:
    """The obligations with what was said about each."""
    return {"agreement": _agreement(case), "rows": [_row(row) for row in obligations.of_case(case.id)]}


def _row(row: Obligation) -> dict:
    said = [f"{day_in_chinese(one.at)}{EVENTS[one.event]}" + (f"（{_in_zh(row, one.amount)}）" if one.amount is not None else "")
            + (f"至{one.on_day.isoformat()}" if one.event == "deferred" and one.on_day else "") for one in row.receipts]
    told = {"debtor": row.debtor.name, "creditor": row.creditor.name, "due": row.due_on.isoformat() if row.due_on else "",
            "duty": _in_zh(row, row.amount) if row.amount is not None else row.text, "state": STATES[row.status],
            "paid": _in_zh(row, row.paid) if row.amount is not None else "", "said": "；".join(said)} | _row_en(row)
    return {key: value for key, value in told.items() if value}


def _row_en(row: Obligation) -> dict:
    said = [f"{one.at.astimezone(clock.SHANGHAI):%-d %B %Y}: {EVENTS_EN[one.event]}" + (
        f" ({row.currency} {one.amount:,.2f})" if one.amount is not None else "") + (
        f" until {one.on_day.isoformat()}" if one.event == "deferred" and one.on_day else "") for one in row.receipts]
    sums = ({"duty_en": f"{row.currency} {row.amount:,.2f}", "paid_en": f"{row.currency} {row.paid:,.2f}"}
            if row.amount is not None else {})
    return sums | {"state_en": STATES_EN[row.status], "said_en": "; ".join(said)}


def _in_zh(row: Obligation, amount: Decimal) -> str:
    return wording.in_line(amount, row.currency)[0]


def enforcement(case: Case, reason: str) -> dict:
    """The creditor's application for enforcement (D36): basis, in force since, performed so far, what is asked."""
    task = _answered(case, "ask_enforcement", "ask_enforcement_late")
    said, data = task.answers, task.data
    return {
        **_sides(data, task), "court": _court(said.get("court"), data.get("enforcement_courts")), "basis": _basis(case, task),
        "agreement": _agreement(case), "property": said.get("property") or "", "interest": "yes" if said.get("interest") else "",
        "duties": said.get("duties") or "", **_principal(said), **_performed(case, task),
        **(_late(case, task) if said.get("interest") else {}),
    }


def _principal(said: Mapping) -> dict:
    """What is asked for, in each money it is owed in; without a sum, duties alone."""
    yuan = Decimal(str(said.get("principal") or 0))
    asked: dict[str, Decimal] = {}
    for row in said.get("foreign") or ():
        asked[row["currency"]] = asked.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
    foreign = [wording.money(amount, code) for code, amount in asked.items() if amount]
    return ({"principal": _money(yuan)} if yuan else {}) | ({"foreign": foreign} if foreign else {})


def _late(case: Case, task: UserTask) -> dict:
    """The reckoning of the interest for late performance up to the day of the application, step by step."""
    until = (task.closed_at or clock.now()).astimezone(clock.SHANGHAI).date()
    claim = late_interest.of_case(case, until, task.participant_id, task.data["debtor"])
    if claim is None:
        return {}
    rows = [{"due": row.obligation.due_on.isoformat(), "base": _sum(step.unpaid, row.obligation),
             "from": step.first.isoformat(), "to": step.until.isoformat(), "days": str(step.days),
             "sum": _sum(step.doubled, row.obligation)} for row in claim.rows for step in row.steps]
    told = {"rows": rows, "until": until.isoformat(), "in_force": claim.in_force[0].isoformat()}
    if claim.doubled:
        told["total"] = _money(claim.doubled)
    if claim.foreign:
        told["foreign"] = [f"{kind} {wording.figures(total)}" for kind, total in claim.foreign.items()]
    rate = Decimal(str(task.answers.get("ordinary_rate") or 0))
    if rate:
        told |= {"rate": f"{rate.normalize():f}"} | _ordinary(claim.agreed(rate))
    return {"late": told | ({"penalty": "yes"} if claim.has_penalty else {})}


def _ordinary(agreed: Mapping[str, Decimal]) -> dict:
    """The interest that was agreed, of yuan and of other money apart; of what bears none, nothing is said."""
    foreign = [wording.in_line(total, kind)[0] for kind, total in agreed.items() if kind != late_interest.YUAN and total]
    yuan = agreed.get(late_interest.YUAN)
    return ({"ordinary": wording.figures(yuan)} if yuan else {}) | ({"ordinary_foreign": foreign} if foreign else {})


def _sum(amount: Decimal, row: Obligation) -> str:
    return wording.figures(amount) if row.currency == late_interest.YUAN else f"{row.currency} {wording.figures(amount)}"


def _basis(case: Case, task: UserTask) -> dict:
    deed = deeds.of_case(case.id)
    application = confirmation.of_case(case.id)
    if case.confirmation == "confirmed" and application is not None:
        court = db.session.get(Body, application.court_id)
        return {"kind": "ruling", "issuer": court.name, "number": application.number, "in_force": on_day(application.decided_at)}
    if (letter := docketed.letter_in_force(case.id)) is not None:
        return {"kind": "letter", "issuer": case.court.name, "number": letter.number, "in_force": on_day(letter.in_force_at)}
    if deed is not None:
        return {"kind": "deed", "issuer": deed.notary, "number": deed.number, "in_force": deed.dated_on.isoformat(),
                "certificate": deed.certificate_number}
    order = next(iter(applications.enforceable_orders(case.id, task.participant_id, task.data["debtor"])), None)
    court = db.session.get(Body, order.court_id) if order else None
    return {"kind": "order", "issuer": court.name if court else "", "number": order.number if order else "",
            "in_force": on_day(order.decided_at if order else clock.now())}


def _performed(case: Case, task: UserTask) -> dict:
    """What this debtor has paid to this creditor, in each money."""
    paid: dict[str, Decimal] = {}
    for row in obligations.of_case(case.id):
        if row.amount is not None and (row.creditor_id, row.debtor_id) == (task.participant_id, task.data["debtor"]):
            paid[row.currency] = paid.get(row.currency, Decimal(0)) + row.paid
    said = [wording.in_line(total, kind) for kind, total in paid.items() if total]
    if not said:
        return {"performed": "被执行人至今未履行", "performed_en": "nothing has been performed so far"}
    return {"performed": f"被执行人已给付{'、'.join(zh for zh, _en in said)}",
            "performed_en": f"{' and '.join(en for _zh, en in said)} was paid"}


def payment_order(case: Case, reason: str) -> dict:
    """The creditor's application for a payment order (D35)."""
    task = _answered(case, "apply_payment_order")
    said, data = task.answers, task.data
    court = _court(said.get("court"), data.get("order_courts"))
    return {**_sides(data, task), "court": court, "claim": _money(said.get("claim")), "agreement": _agreement(case),
            "facts": said.get("facts") or ""}


def deed(case: Case, reason: str) -> dict:
    """The parties' application to a notary, with the debtor's declaration."""
    made = agreements.in_effect(case.id)
    return {"agreement": _agreement(case), "terms": [wording.term(one) for one in made.terms if one.get("amount")]}


def court_paper(case: Case, people: Mapping[str, Participant], amount, reason: str, application: CourtApplication) -> dict:
    """The court's order or ruling: who against whom, how much, why, on what."""
    told = {key: person.name for key, person in people.items()}
    confirmed = confirmation.of_case(case.id)
    told |= {"agreement": _agreement(case), "filed": on_day(application.filed_at), "judge": _judge(case), "clerk": "书记员",
             "ground": GROUNDS.get(reason, reason).rstrip("。"), "ground_en": GROUNDS_EN.get(reason, ""),
             "ruled_number": confirmed.number if confirmed else ""}
    return told | ({"claim": _money(amount)} if amount else {})


def objection_paper(case: Case, row: RulingObjection, reason: str) -> dict:
    """The court's ruling on an objection; an objector who is no party of the case is named with what proves who they are."""
    told = court_paper(case, {}, None, reason, db.session.get(CourtApplication, row.application_id)) | {"creditor": row.name}
    if row.capacity == "party":
        return told
    objector = {"kind": "person" if row.kind == "natural" else "organisation", "name": row.name, "address": row.address}
    if row.kind == "natural":
        objector |= {"id_kind": ID_KINDS.get(row.id_type, "证件"), "id_number": row.id_number}
    else:
        objector["code"] = row.id_number
    return told | {"objector": {key: value for key, value in objector.items() if value}}


def _judge(case: Case) -> str:
    query = select(UserTask.completed_by).where(UserTask.case_id == case.id, UserTask.role == "judge",
                                                UserTask.status == WaitStatus.DONE)
    return db.session.scalar(query.order_by(UserTask.closed_at.desc()).limit(1)) or "审判员"


def _agreement(case: Case) -> dict:
    made = agreements.in_effect(case.id)
    document = db.session.get(Document, made.document_id) if made and made.document_id else None
    return {"number": document.number if document else "", "date": on_day(made.effective_at) if made else ""}


def _answered(case: Case, *elements: str) -> UserTask:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(elements), UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.closed_at.desc()).limit(1))


def _sides(data: Mapping, task: UserTask) -> dict:
    creditor = db.session.get(Participant, task.participant_id)
    debtor = db.session.get(Participant, data["debtor"])
    return {"creditor": creditor.name, "debtor": debtor.name}


def _court(code: str | None, offered) -> str:
    wanted = code or next((one["id"] for one in offered or ()), "")
    return db.session.scalar(select(Body.name).where(Body.code == wanted)) or "有管辖权的人民法院"


def _money(value) -> dict:
    amount = Decimal(str(value or 0)).quantize(Decimal("0.01"))
    return {"amount": f"{amount:,.2f}", "amount_words": f"人民币{capitals.in_words(amount)}"}


MAKERS = {"performance_history": history, "enforcement_application": enforcement, "payment_order_application": payment_order,
          "deed_application": deed}
