"""Send an e-mail."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.operations.operation import Operation, titled


class SendMail(Operation):
    """Send an e-mail. A mail server cannot be asked what it did: when that is unknown, a person looks before it goes again."""

    name = "notices.send_mail"
    title = _("Send an e-mail")
    effect_class = "C"
    timeout_seconds = 15
    max_attempts = 1

    class Inputs(Schema):
        template = titled(fields.String, _("Text"), required=True)
        to = titled(fields.Raw, _("To whom"), required=True)

    class Outputs(Schema):
        sent = titled(fields.Integer, _("How many were sent"))
        unreached = titled(fields.List, _("Participants without a usable address"), cls_or_instance=fields.Integer())
