"""The morning's mails about terms near their end: each leaves once, with no transaction open meanwhile."""

from engine.db import transaction
from engine.notices import mail
from engine.oversight import term_mails, unsent_mails

BATCH = 50


def send() -> int:
    """Send the mails of today that have not left; how many did."""
    with transaction(door="calendar"):
        unsent_mails.find_left_behind()
        found = term_mails.waiting(BATCH)
    return sum(_one(user_id) for user_id in found)


def _one(user_id: int) -> bool:
    with transaction(door="calendar"):
        envelope = term_mails.begin(user_id)
    if envelope is None:
        return False
    status, why = _leave(envelope)
    with transaction(door="calendar"):
        unsent_mails.note(envelope["id"], status, why)
    return status == "sent"


def _leave(envelope: dict) -> tuple[str, str]:
    try:
        mail.send(f"term-mail-{envelope['id']}", envelope["to"], envelope["subject"], envelope["text"])
    except mail.MailRefused as refusal:
        return "refused", str(refusal)
    except mail.MailAway as away:
        return "away", str(away)
    except mail.MailUnknown as doubt:
        return "unknown", str(doubt)
    return "sent", ""
