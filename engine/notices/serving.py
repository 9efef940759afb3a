"""Serve a document: rung by rung of the ladder, until it has arrived or a person must find another way.

A message that leaves is a `Notice`; what counts as arrival depends on the consent and the confirmed address. Everything about one
document and one person is one `Serving` with its attempts, which the record of service prints.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from engine import clock, statements
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db
from engine.documents.models import Document
from engine.i18n import _
from engine.notices import addresses, ladder, mail, send, sms
from engine.notices.models import Notice, ServiceAddress, Serving, ServingAttempt
from engine.workflow import trace

MESSAGE = "document_served"
MUST_BE_SIGNED_FOR = ("mediation_letter",)  # no arrival serves it, only who takes it (CPL-Interp 133)
NOT_POSTED = _("read on the page of the case before it was posted")
_STANDING = select(Serving.id, Serving.document_id, Serving.participant_id, Serving.served_at, Serving.status).where(
    Serving.case_id == bindparam("case"))
LEASE = timedelta(minutes=2)  # after it, an attempt nobody settled is looked at again


def begin(case: Case, person: Participant, document: Document, notice: Notice | None = None) -> Serving:
    """Begin to serve a document on a party; again changes nothing. `notice` is the short message that already tells of it."""
    known = db.session.scalar(select(Serving).where(
        Serving.document_id == document.id, Serving.participant_id == person.id))
    if known is not None:
        return known
    address = addresses.of(person.id)
    row = Serving(case_id=case.id, participant_id=person.id, document_id=document.id, address_id=address.id if address else None,
                  agrees=addresses.agrees_to(address, document.kind))
    db.session.add(row)
    db.session.flush()
    climb(row, notice)
    return row


def climb(row: Serving, notice: Notice | None = None) -> ServingAttempt:
    """Take the next rung that this person can be reached by; paper is always left."""
    person, address = db.session.get(Participant, row.participant_id), _confirmed(row)
    rung = next(one for one in ladder.after(row.rung if row.rung != "paper" else "email") if _is_open(one, row, person, address))
    attempt = ServingAttempt(rung=rung.id, address=_where(rung.id, person, address))
    row.rung, row.next_at = rung.id, None if rung.id == "paper" else clock.now()
    row.attempts.append(attempt)
    db.session.flush()
    if rung.id == "platform":
        settle(row, attempt, "arrived", clock.now())
    elif rung.id == "sms" and notice is not None:  # it leaves with the operation that wrote it
        attempt.notice_id, row.next_at = notice.id, clock.now() + rung.waits
        follow(notice)
    return attempt


def _is_open(rung: ladder.Rung, row: Serving, person: Participant, address: ServiceAddress | None) -> bool:
    """Can this rung be taken? Who said no to electronic service is served on paper."""
    if rung.id == "paper":
        return True
    if address is not None and not row.agrees:
        return False
    wanted = address is None or rung.id in address.channels
    match rung.needs:
        case "consent":
            return row.agrees and wanted and not _must_be_signed_for(row)
        case "phone":
            return wanted and bool(_where("sms", person, address))
        case "email":
            return wanted and bool(_where("email", person, address)) and mail.is_set()
    return False


def _where(rung: str, person: Participant, address: ServiceAddress | None) -> str:
    match rung:
        case "sms":
            return address.phone if address else send.address_of(person, "sms")
        case "email":
            return address.email if address else send.address_of(person, "email")
        case "paper":
            return f"{address.postcode} {address.address}" if address else person.address
    return ""


def follow(notice: Notice) -> None:
    """What became of a message is what became of the attempt that it was."""
    attempt = db.session.scalar(select(ServingAttempt).where(ServingAttempt.notice_id == notice.id).limit(1))
    if attempt is None or attempt.status in ("arrived", "returned"):
        return
    row = db.session.get(Serving, attempt.serving_id)
    arrival_serves = not _must_be_signed_for(row)
    if notice.read_at is not None and arrival_serves:
        settle(row, attempt, "read", notice.read_at)
    elif notice.delivered_at is not None and row.agrees and arrival_serves:
        settle(row, attempt, "receipt", notice.delivered_at)
    elif notice.status in ("failed", "unknown"):
        attempt.status, attempt.remark = "failed", notice.error
        if row.status == "open" and row.rung == attempt.rung:
            climb(row)
    elif notice.status in ("sent", "delivered"):
        attempt.status, attempt.sent_at = "sent", attempt.sent_at or notice.sent_at or clock.now()
        if row.status == "open" and row.rung == attempt.rung:
            row.next_at = attempt.sent_at + ladder.rungs()[attempt.rung].waits
    db.session.flush()


def settle(row: Serving, attempt: ServingAttempt, basis: str, at: datetime) -> None:
    """Served: the first arrival counts (在线诉讼规则 31: several channels, the first effective one)."""
    attempt.status, attempt.arrived_at, attempt.sent_at = "arrived", at, attempt.sent_at or at
    if basis == "read":
        row.read_at = row.read_at or at
    if row.served_at is None or at < row.served_at:
        row.served_at, row.basis = at, basis
    row.status, row.next_at = "served", None
    trace.write(None, "document_served", "system", case_id=row.case_id, participant=row.participant_id, document=row.document_id,
                rung=attempt.rung)
    db.session.flush()


def read(row: Serving, by: str) -> Serving:
    """The person confirms that they have the document: read, by whatever way it came."""
    row.read_at = row.read_at or clock.now()
    trace.write(None, "document_received", by, case_id=row.case_id, participant=row.participant_id, document=row.document_id)
    if row.status != "served":
        settle(row, _what_brought_it(row), "read", row.read_at)
    db.session.flush()
    return row


def _what_brought_it(row: Serving) -> ServingAttempt:
    """The attempt that reached somebody who answers on the page: not paper that was never posted, nor a public notice."""
    last = row.attempts[-1]
    if last.rung != "public_notice" and (last.rung != "paper" or last.sent_at is not None):
        return last
    if last.rung == "paper":
        last.status, last.remark = "failed", NOT_POSTED
    row.rung = "platform"
    found = ServingAttempt(rung="platform", address="")
    row.attempts.append(found)
    return found


def signed_for(document_id: int, participant_id: int, by: str) -> None:
    """Who signs a document electronically, or signs for it, has it: it arrived and was read (在线诉讼规则 31(2))."""
    _had(document_id, participant_id, by, ("open", "failed"))


def opened(document_id: int, participant_id: int, by: str) -> None:
    """Who opens a document on their page has read it; what must be signed for is not served by that (CPL-Interp 133)."""
    if db.session.get(Document, document_id).kind not in MUST_BE_SIGNED_FOR:
        _had(document_id, participant_id, by, ("open", "failed", "served"))


def is_news(document_id: int, participant_id: int) -> bool:
    """Is this document being served on somebody who has not read it yet?"""
    return db.session.scalar(_unread(document_id, participant_id)) is not None


def _had(document_id: int, participant_id: int, by: str, states: tuple[str, ...]) -> None:
    row = db.session.scalar(_unread(document_id, participant_id).with_for_update().execution_options(populate_existing=True))
    if row is not None and row.status in states:
        read(row, by)


def _unread(document_id: int, participant_id: int):
    return select(Serving).where(
        Serving.document_id == document_id, Serving.participant_id == participant_id, Serving.read_at.is_(None))


def close_letter(case_id: int, signed_for: datetime | None) -> None:
    """The letter of a case is in force, signed for by all at the latest then; or it was not, and nobody serves it any longer."""
    letters = select(Document.id).where(Document.case_id == case_id, Document.kind.in_(MUST_BE_SIGNED_FOR))
    not_there = Serving.status.in_(("open", "failed"))
    for row in db.session.scalars(select(Serving).where(Serving.document_id.in_(letters), not_there).with_for_update()):
        if signed_for is not None:
            row.read_at = row.read_at or signed_for
            settle(row, row.attempts[-1], "read", signed_for)
        else:
            row.status, row.next_at = "ended", None
    db.session.flush()


def _must_be_signed_for(row: Serving) -> bool:
    return db.session.get(Document, row.document_id).kind in MUST_BE_SIGNED_FOR


def due(limit: int = 20) -> list[int]:
    """Services whose next step is due."""
    return list(db.session.scalars(select(Serving.id).where(
        Serving.status == "open", Serving.next_at <= clock.now()).order_by(Serving.next_at).limit(limit)))


def step(row: Serving) -> Mapping | None:
    """Take the next step of a locked service: the envelope of a message that is to leave now, or None."""
    if row.status != "open" or row.next_at is None or row.next_at > clock.now():
        return None
    attempt = row.attempts[-1]
    if attempt.status == "sent" or attempt.notice_id is not None:
        return _nothing_came(row, attempt)
    if attempt.rung not in ("sms", "email"):
        row.next_at = None
        return None
    notice = _written(row, attempt)
    if notice.status != "queued":
        follow(notice)
        return None
    attempt.sent_at, row.next_at = clock.now(), clock.now() + LEASE
    db.session.flush()
    return {**send.envelopes([notice.id])[0], "channel": notice.channel}


def _nothing_came(row: Serving, attempt: ServingAttempt) -> None:
    """The time of a rung is over without an arrival."""
    attempt.status = "failed"
    attempt.remark = attempt.remark or send.NO_ARRIVAL
    climb(row)


def _written(row: Serving, attempt: ServingAttempt) -> Notice:
    """The message of an attempt, written before it leaves."""
    case, person = db.session.get(Case, row.case_id), db.session.get(Participant, row.participant_id)
    document = db.session.get(Document, row.document_id)
    notice = send.write(case, MESSAGE, person, f"service-{attempt.id}", attempt.rung, True, {"document": document.title[:60]},
                        attempt.address)
    attempt.notice_id = notice.id
    db.session.flush()
    return notice


def leave(envelope: Mapping) -> str:
    """Let a message leave, with no transaction open: the carrier's id, `!` and why it was refused, or `?` for not known."""
    try:
        if envelope["channel"] == "sms":
            return sms.send(envelope["key"], envelope["to"], send.spoken(envelope), envelope["sign"])
        mail.send(envelope["key"], envelope["to"], envelope["subject"], send.spoken(envelope))
        return envelope["key"]
    except (sms.GatewayRefused, sms.GatewayAway, mail.MailRefused, mail.MailAway) as refusal:
        return f"!{refusal}"
    except mail.MailUnknown as doubt:
        return f"?{doubt}"


def note(envelope: Mapping, told: str) -> None:
    """Write down what became of a message that was let go; a failure takes the next rung at once."""
    notice = db.session.get(Notice, envelope["id"])
    send.note_result(notice, told)
    follow(notice)


def of_case(case_id: int) -> list[Serving]:
    """Every service of a case, oldest first."""
    return list(db.session.scalars(select(Serving).where(Serving.case_id == case_id).order_by(Serving.id)))


def newest(participant_id: int, kind: str) -> Serving | None:
    """How the newest document of a kind is being served to somebody."""
    query = select(Serving).join(Document, Document.id == Serving.document_id).where(
        Serving.participant_id == participant_id, Document.kind == kind)
    return db.session.scalar(query.order_by(Serving.id.desc()).limit(1))


def standing(case_id: int) -> dict:
    """How service stands in a case, for diagrams: `receipts` and `unserved`.

    Document's id as text → participant's id as text → when they received it, and under `all` the last of them, once everybody
    on whom it is served has it; and the services that failed.
    """
    found: dict[str, dict[str, datetime | None]] = {}
    unserved = []
    for key, document, person, at, status in statements.ask(_STANDING, case=case_id):
        found.setdefault(str(document), {})[str(person)] = at
        unserved += [key] if status == "failed" else []
    receipts = {document: {who: at.isoformat() for who, at in told.items() if at}
                | ({"all": max(told.values()).isoformat()} if all(told.values()) else {}) for document, told in found.items()}
    return {"receipts": receipts, "unserved": unserved}


def of_person(participant_id: int) -> list[Serving]:
    """What was served on somebody."""
    return list(db.session.scalars(select(Serving).where(Serving.participant_id == participant_id).order_by(Serving.id)))


def _confirmed(row: Serving) -> ServiceAddress | None:
    return db.session.get(ServiceAddress, row.address_id) if row.address_id else None
