"""Send a short message."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.operations.operation import Operation, titled


class SendNotice(Operation):
    """Send a short message to parties, each with their own link, check code and record of delivery.

    `to` is `parties`, `applicant`, `respondent`, a participant's id, or a list of them. Who has no telephone is reached by mail.
    """

    name = "notices.send"
    title = _("Send a short message")
    effect_class = "A"
    timeout_seconds = 15

    class Inputs(Schema):
        template = titled(fields.String, _("Text"), required=True)
        to = titled(fields.Raw, _("To whom"), required=True)
        link = titled(fields.Boolean, _("With a link to the case"), load_default=True)

    class Outputs(Schema):
        sent = titled(fields.Integer, _("How many were sent"))
        unreached = titled(fields.List, _("Participants without a usable address"), cls_or_instance=fields.Integer())
