"""The agreement: terms checked, frozen, signed by everybody, sealed, in effect."""

from engine.errors import Conflict
from engine.i18n import _


class SignaturesMissing(Conflict):
    message = _("%(who)s has not signed.")


class SignaturesBroken(Conflict):
    message = _("A signature does not verify: %(why)s")
