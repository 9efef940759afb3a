"""Hand the joint application for confirmation to the court."""

from engine.i18n import _
from engine.operations.court_callback import CourtCallback


class RequestConfirmation(CourtCallback):
    """Hand the joint application, the agreement and the organisation's proof to the competent court."""

    name = "courts.request_confirmation"
    title = _("Request judicial confirmation")
    errors = {
        **CourtCallback.errors,
        "too_late": _("More than 30 days have passed since the agreement took effect"),
        "not_effective": _("The agreement is not in effect"),
        "no_competent_court": _("No court on the platform is competent"),
    }
