"""Messages as records: written before they leave, so that a link works the moment its message arrives."""

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant, PartyLink
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.i18n import _
from engine.mediation import sessions
from engine.notices import links, mail, sms, templates, words
from engine.notices.models import Notice

FIELDS = {"sms": "phone"}  # channel → where it reaches somebody; else by mail
NO_GATEWAY = _("no SMS gateway is set")
NO_ARRIVAL = _("no arrival in time")
OUTCOME_UNKNOWN = _("whether it left is not known")


class NobodyMeant(Invalid):
    """`to` names no participant of the case."""

    message = _("%(to)s is nobody in this case.")


def recipients(case: Case, to) -> list[Participant]:
    """Whom `to` means: `parties`, a side, `absent` (from the open room), an id, or a list of these. Raises NobodyMeant."""
    if isinstance(to, list | tuple):
        found = [person for one in to for person in recipients(case, one["id"] if isinstance(one, dict) else one)]
        return list(dict.fromkeys(found))
    parties = [person for person in case.participants if person.role == "party" and person.is_current]
    if to == "parties":
        return parties
    if to in ("applicant", "respondent", "third"):
        return [person for person in parties if person.side == to]
    if to == "absent":
        awaited = sessions.awaited(case.id)
        return [person for person in parties if person.id in awaited]
    found = [person for person in case.participants if str(person.id) == str(to) and person.is_current]
    if not found:
        raise NobodyMeant(to=str(to)[:40])
    return found


def prepare(case: Case, template: str, to, key: str, channel: str, with_link: bool, values: dict | None = None) -> list[int]:
    """Write the messages of a call, each with its own key and link; ids of those that have an address to go to.

    `values` stand before what the register says.
    """
    ready = []
    for person in recipients(case, to):
        name = words.template_for(template, case, person)
        if name is not None:
            notice = write(case, name, person, f"{key}-{person.id}", channel, with_link, values)
            if notice.status == "queued":
                ready.append(notice.id)
    return ready


def write(case: Case, template: str, person: Participant, key: str, channel: str, with_link: bool,
          values: dict | None = None, address: str = "") -> Notice:
    """The record of a message with its own link, written before it leaves; once for a key. One without an address has failed."""
    known = db.session.scalar(select(Notice).where(Notice.call_key == key))
    if known is not None:
        return known
    reached = None if address else _reached(person, channel)
    link = links.issue(reached or person, key) if with_link else None  # an agent comes as the agent, not as the party
    text = words.write(template, case, person, link.check_code if link else "", **(values or {}))
    notice = Notice(
        case_id=case.id, participant_id=person.id, link_id=link.id if link else None, call_key=key, channel=channel,
        template=template, address=address or address_of(person, channel), subject=text.subject, text=text.text, status="queued",
    )
    missing = _missing(notice)
    if missing:
        notice.status, notice.error = "failed", missing
    db.session.add(notice)
    db.session.flush()
    return notice


def find(key: str, person: Participant) -> Notice | None:
    """The message of a call to one person."""
    return db.session.scalar(select(Notice).where(Notice.call_key == f"{key}-{person.id}"))


def address_of(person: Participant, channel: str) -> str:
    """Their own telephone or mail address, else that of somebody who speaks for them."""
    reached = _reached(person, channel)
    return getattr(reached, FIELDS.get(channel, "email")) if reached else ""


def _reached(person: Participant, channel: str) -> Participant | None:
    agents = db.session.scalars(select(Participant).where(
        Participant.represents_id == person.id, Participant.is_current).order_by(Participant.id)).all()
    return next((one for one in (person, *agents) if getattr(one, FIELDS.get(channel, "email"))), None)


def _missing(notice: Notice) -> str:
    if not notice.address:
        return _("no telephone number") if notice.channel == "sms" else _("no mail address")
    if not (sms.is_set() if notice.channel == "sms" else mail.is_set()):
        return NO_GATEWAY if notice.channel == "sms" else _("no mail server is set")
    return ""


def envelopes(notice_ids: list[int]) -> list[dict]:
    """What leaves for each message: read anew for every attempt, never kept with the call."""
    rows = db.session.scalars(select(Notice).where(Notice.id.in_(notice_ids)).order_by(Notice.id))
    return [{"id": row.id, "key": row.call_key, "to": row.address, "subject": row.subject, "text": row.text,
             "has_link": row.link_id is not None, "sign": words.signature(db.session.get(Case, row.case_id))} for row in rows]


def spoken(envelope: dict) -> str:
    """The text with its link: the same for every attempt, because the token comes from the key."""
    return envelope["text"].replace(words.PLACEHOLDER, links.address(envelope["key"]) if envelope["has_link"] else "")


def note_results(key: str, results: dict[str, str]) -> dict:
    """Write down what the gateway said about each message of a call, by its id; a refusal starts with `!`."""
    for notice_id, told in results.items():
        note_result(db.session.get(Notice, int(notice_id)), told)
    return {"sent": sum(not told.startswith("!") for told in results.values()), "unreached": _unreached(key)}


def note_result(notice: Notice, told: str) -> None:
    """What the carrier said about one message: its id, `!` and why it was refused, or `?` when nobody knows."""
    if told.startswith("!"):
        notice.status, notice.error = "failed", told[1:][:500]
    elif told.startswith("?"):
        notice.status, notice.error = "unknown", OUTCOME_UNKNOWN
    else:
        if notice.status in ("queued", "unknown"):  # a receipt may have come first
            notice.status, notice.error = "sent", ""
        notice.provider_id, notice.sent_at = told[:100], notice.sent_at or clock.now()
    db.session.flush()


def note_doubt(key: str) -> None:
    """The messages of a call may have left or not: nobody counts them as waiting to be sent any more."""
    for notice in db.session.scalars(select(Notice).where(
            Notice.call_key.startswith(f"{key}-", autoescape=True), Notice.status == "queued")):
        notice.status, notice.error = "unknown", OUTCOME_UNKNOWN
    db.session.flush()


def _unreached(key: str) -> list[int]:
    """Participants whose message of this call had nowhere to go or was refused."""
    rows = db.session.scalars(select(Notice.participant_id).where(
        Notice.call_key.startswith(f"{key}-", autoescape=True), Notice.status == "failed").order_by(Notice.id))
    return list(rows)


def write_code(person: Participant, link: PartyLink, serial: int, language: str = "zh") -> Notice:
    """The record of a one-time code's message: the code itself is not in it."""
    case = db.session.get(Case, person.case_id)
    text = templates.write("code", {"org": words.signature(case), "code": "••••••"}, language)
    notice = Notice(case_id=case.id, participant_id=person.id, link_id=link.id, call_key=f"code-{serial}", channel="sms",
                    template="code", address=person.phone, subject=text.subject, text=text.text, status="queued")
    if not sms.is_set():
        notice.status, notice.error = "failed", NO_GATEWAY
    db.session.add(notice)
    db.session.flush()
    return notice


def send_code(key: str, phone: str, sign: str, code: str, language: str = "zh") -> None:
    """Let a one-time code leave, once its record is committed. The gateway's receipt says what became of it."""
    text = templates.write("code", {"org": sign, "code": code}, language)
    sms.send(key, phone, text.text, sign)

