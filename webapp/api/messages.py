"""POST /cases/{number}/messages: what a court or institution says about a case."""

from flask import g
from flask_smorest import Blueprint

from engine.cases import messages
from webapp.api import describe, incoming, presenting
from webapp.api.identity import needs
from webapp.api.schemas import PAYLOADS, MessageSchema

blueprint = Blueprint("api_messages", __name__, description="Messages about a case")
blueprint.before_request(incoming.receive)

ID = {"type": "string", "minLength": 1, "maxLength": 180, "description": "the sender's own; the same one again changes nothing"}


def _described(name: str, payload: type) -> dict:
    """One message as the catalogue shows it."""
    return {"type": "object", "description": " ".join(payload.__doc__.split()), "required": ["name", "message_id", "payload"],
            "additionalProperties": False, "properties": {"name": {"const": name}, "message_id": ID, "payload": payload}}


MESSAGE = {"oneOf": [_described(name, payload) for name, payload in PAYLOADS.items()]}


@blueprint.post("/cases/<number>/messages")
@describe.operation("Say something about a case", json=MESSAGE, answer="MessageTaken", status=201, again=200,
                    problems=(400, 401, 403, 404, 409, 413, 415, 422))
@needs("messages")
def create(number: str):
    """The court's acceptance, supplement, hearing and ruling; its words on a payment order and on enforcement; a withdrawal.

    Each says what the court's people would answer in our inbox, and only the court that was asked may say it. It is kept if the
    case does not wait for it yet. The same `message_id` again changes nothing and gets the same answer.
    """
    case = presenting.visible_case(g.actor, number)
    said = incoming.json_body(MessageSchema)
    message, is_new = messages.hear(g.actor, case, said["name"], said["payload"], said["message_id"])
    told = {"message_id": message.message_key, "name": message.name, "result": message.result,
            "received_at": presenting.when(message.received_at), "links": {"case": f"{presenting.ROOT}/cases/{case.number}"}}
    return (told, 201, {}) if is_new else (told, 200, {"Idempotent-Replayed": "true"})
