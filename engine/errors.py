"""Four kinds of errors the domain knows; every concrete error is a class named after its situation."""

import re

from engine.i18n import Sentence, _


class DomainError(Exception):
    """Something the reader can understand: a marked message with named values, and a code that is the class's name."""

    message = _("Something went wrong.")

    def __init__(self, message: str | None = None, **details):
        if message is not None:
            self.message = message
        self.details = details
        super().__init__(Sentence(self.message, details) if details else self.message)

    @property
    def code(self) -> str:
        """The class name in kebab-case: `TaskAlreadyDone` → `task-already-done`."""
        return code_of(type(self))


def code_of(kind: type[DomainError]) -> str:
    """The code of a class of errors."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


class Invalid(DomainError):
    """What was handed in cannot be accepted.

    `problems` lists every fault at once: dicts with `pointer` (JSON pointer or field name), `code`, `message` (marked) and
    `values` (for the message).
    """

    message = _("Some of what was handed in cannot be accepted.")

    def __init__(self, message: str | None = None, problems: list[dict] | None = None, **details):
        super().__init__(message, **details)
        self.problems = problems or []


class Forbidden(DomainError):
    """The caller may see the thing but not do this to it."""

    message = _("You may not do this.")


class NotFound(DomainError):
    """There is no such thing, or the caller may not know of it; the two look the same."""

    message = _("There is nothing here.")


class Conflict(DomainError):
    """It was right once, but the state has moved on."""

    message = _("Somebody else was faster.")


def problem(pointer: str, code: str, message: str, /, **values) -> dict:
    """One entry of `Invalid.problems`."""
    return {"pointer": pointer, "code": code, "message": message, "values": values}
