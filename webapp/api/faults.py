"""What can be wrong with a value: a code for machines, a marked message with values for people."""

from typing import NamedTuple

from marshmallow import ValidationError

from engine.i18n import _

FAULTS = {
    "required": _("This is missing."),
    "null": _("This may not be null."),
    "unknown": _("There is no such field."),
    "type": _("This has the wrong type: %(wanted)s is expected."),
    "blank": _("This is blank."),
    "too_long": _("This is too long: at most %(limit)s characters."),
    "too_many": _("These are too many: at most %(limit)s."),
    "too_few": _("These are too few: at least %(limit)s."),
    "control": _("This holds control characters."),
    "bidi": _("This holds signs that turn the direction of writing around."),
    "unreadable": _("This holds signs that cannot be shown."),
    "choice": _("This is not one of: %(choices)s."),
    "format": _("This is not written as expected: %(wanted)s."),
    "range": _("This must lie between %(low)s and %(high)s."),
    "no_such_day": _("There is no such day."),
}


class Fault(NamedTuple):
    """One thing wrong with one value."""

    code: str
    message: str
    values: dict


def fault(code: str, **values) -> ValidationError:
    """The error to raise for a fault of the table above."""
    return ValidationError([Fault(code, FAULTS[code], values)])


def stated(code: str, message: str, field_name: str = "_schema", **values) -> ValidationError:
    """The error to raise for a fault that only one schema knows."""
    return ValidationError([Fault(code, message, values)], field_name)
