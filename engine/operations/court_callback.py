"""What the operations that talk to a court's system share."""

from marshmallow import Schema, fields

from engine import config
from engine.courts import client, messages
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, TryAgain, titled

MINUTE, HOUR = 60, 3600
PAUSES = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 3 * HOUR, 5 * HOUR, 4 * HOUR, 6 * HOUR, 4 * HOUR)  # ten attempts over a day


class CourtCallback(Operation):
    """One signed message to a court's system: in order per court and case, ten attempts over a day, the call's key as its id."""

    effect_class = "A"
    timeout_seconds = 12
    max_attempts = 10
    in_order = True
    errors = {"court_refused": _("The court's system refused the message")}

    class Outputs(Schema):
        receipt = titled(fields.String, _("Receipt"))

    def addressed(self, court_id: int | None, message: dict) -> dict:
        """The message with the court it goes to; a court without a system of its own is told nothing (its staff work here)."""
        profile = messages.profile_of(court_id)
        if profile is None or not profile.callback_url:
            return {"court_id": None}
        return {"court_id": court_id, "body": messages.as_text(message)}

    def read_anew(self, call):
        profile = messages.profile_of(call.snapshot.get("court_id"))
        return {"url": profile.callback_url, "secret": profile.callback_secret} if profile else {}

    def run(self, inputs, call):
        if call.snapshot.get("court_id") is None:
            return {"receipt": ""}
        url, secret = call.private.get("url"), call.private.get("secret")
        if not url:
            raise Rejected("court_refused", "the court's system has no address any more")
        try:
            receipt = client.send(url, secret, call.key, call.snapshot["body"], config.current().callback_networks)
        except client.CourtAway as away:
            raise TryAgain(str(away), away.seconds if away.seconds is not None else pause_after(call.attempt)) from away
        except client.CourtRefused as refusal:
            raise Rejected("court_refused", str(refusal)) from refusal
        return {"receipt": receipt}


def pause_after(attempt: int) -> float:
    """How long to wait after this many attempts."""
    return PAUSES[min(attempt, len(PAUSES)) - 1]
