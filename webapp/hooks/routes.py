"""POST /hooks/sms: the gateway says what became of a message, signed with the key we share (Standard Webhooks)."""

import base64

from flask import Blueprint, current_app, jsonify, request
from standardwebhooks import Webhook, WebhookVerificationError

from engine.config import Settings
from engine.errors import Forbidden, Invalid, problem
from engine.i18n import _
from engine.notices import proof

blueprint = Blueprint("hooks", __name__)


class SignatureWrong(Forbidden):
    message = _("The signature does not fit.")


class ReceiptUnreadable(Invalid):
    message = _("The receipt cannot be read.")


@blueprint.post("/sms")
def sms():
    """A receipt: {id, reference, status: delivered|failed, error}. The same receipt twice changes nothing."""
    told = _verified(current_app.extensions["sutiao"], request.get_data(), dict(request.headers))
    faults = [problem(f"/{name}", "text", _("%(field)s must be a text."), field=name)
              for name in ("reference", "status") if not isinstance(told.get(name), str)]
    if faults:
        raise ReceiptUnreadable(problems=faults)
    notice = proof.receipt(told["reference"], told["status"], str(told.get("id") or ""), str(told.get("error") or ""))
    return jsonify(status=notice.status)


def _verified(settings: Settings, body: bytes, headers: dict) -> dict:
    """The receipt, if the gateway signed it. Without a key only the demo, which listens on loopback, takes any."""
    try:
        if settings.sms_key:
            told = Webhook(base64.b64encode(settings.sms_key.encode()).decode()).verify(body, headers)
        elif settings.demo:
            told = request.get_json(silent=True)
        else:
            raise SignatureWrong()
    except (WebhookVerificationError, ValueError) as error:
        raise SignatureWrong() from error
    if not isinstance(told, dict):
        raise ReceiptUnreadable(problems=[problem("", "object", _("A JSON object is needed."))])
    return told
