"""Why a running term cannot be paused, extended or declared missed."""

from engine.errors import Conflict, Invalid
from engine.i18n import _


class DeadlineNotRunning(Conflict):
    message = _("The term %(term)s is not running any more.")


class DeadlineNotPaused(Conflict):
    message = _("The term %(term)s is not paused.")


class DeadlineOver(Conflict):
    message = _("The term %(term)s has already run out.")


class TermNotExtendable(Conflict):
    message = _("The law does not allow the term %(term)s to be extended.")


class ExtensionTooLong(Invalid):
    message = _("A term can be extended by 1 to %(most)s days at a time.")


class ExtensionBeyondCap(Conflict):
    message = _("This term may be extended by %(cap)s days in all, and %(used)s of them are used.")


class ExtensionNeedsConsent(Conflict):
    message = _("An extension needs the consent of every party; missing: %(who)s.")


class ExtensionNeedsApproval(Conflict):
    message = _("An extension of the term %(term)s needs an approval with the name of who gave it.")
