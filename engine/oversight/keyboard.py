"""The single keys of the staff's pages: which there are, and where each person has them (WCAG 2.1.4: off, or elsewhere)."""

import unicodedata
from collections.abc import Mapping

from engine.access.models import User
from engine.errors import Invalid, problem
from engine.i18n import _

KEYS = {  # the key by itself → what it does
    "j": _("next row"), "k": _("previous row"), "o": _("open it"), "x": _("choose it; with Shift: all up to it"),
    "c": _("claim"), "e": _("complete it: to its questions"),
    "r": _("give back to the team"), "a": _("hand over to a colleague"), "l": _("lend to a colleague"),
    "i": _("say how urgent it is"), "p": _("let its clock stand still"),
    "s": _("put aside until a day"), "m": _("watch, or no longer"),
    "t": _("label it for yourself"), "n": _("write a note"), "f": _("conditions and columns"), "v": _("the kept lists"),
    "z": _("undo"), "y": _("do what was looked at"),
    "/": _("search in the list"), "[": _("previous one of the list"), "]": _("next one of the list"),
    ".": _("all that can be done here"), "u": _("back to the list"),
    "g": _("go to an area: then its letter"), "?": _("this sheet"),
    "^k": _("with Ctrl: jump to a number, a name or a page"),
}
CHORD = "^"  # pressed with Ctrl or ⌘
BROWSERS = frozenset("acflnpqrstvwxz")  # with Ctrl these are the browser's, or mean the same everywhere


def of(user: User) -> dict[str, str]:
    """Where each key is for this person; empty: switched off."""
    moved = user.keys or {}
    taken = {own for key, own in moved.items() if own != key}  # a key that came later takes nobody's own place
    return {key: moved.get(key, "" if key in taken else key) for key in KEYS}


def field(key: str) -> str:
    """What a form calls it."""
    return f"key-{list(KEYS).index(key)}"


def change(user: User, told: Mapping[str, str]) -> None:
    """Put keys elsewhere; empty switches one off, what is not told stays. Raises Invalid with every fault."""
    wanted = of(user) | {key: _read(key, told[key]) for key in KEYS if key in told}
    problems = [fault for key, own in wanted.items() if (fault := _fault(key, own, wanted))]
    if problems:
        raise Invalid(problems=problems)
    user.keys = {key: own for key, own in wanted.items() if own != key}


def _read(key: str, text: str) -> str:
    """The key as a keyboard says it, however the input method wrote it: in full width, as a capital."""
    text = unicodedata.normalize("NFKC", text).strip().lower()[:20]
    return CHORD + text.removeprefix(CHORD) if text and key.startswith(CHORD) else text


def _fault(key: str, own: str, wanted: Mapping[str, str]) -> dict | None:
    if key.startswith(CHORD):
        return _fault_with_ctrl(key, own.removeprefix(CHORD))
    if own and not (len(own) == 1 and own.isascii() and own.isprintable() and not own.isdigit()):
        return problem(field(key), "key", _("A key is one letter or sign; digits choose from lists."))
    taken = [other for other in wanted if other != key and own and wanted[other] == own]
    if taken:
        return problem(field(key), "taken", _("“%(key)s” is the key of something else already."), key=own)
    return None


def _fault_with_ctrl(key: str, letter: str) -> dict | None:
    if not letter or (len(letter) == 1 and letter.isascii() and letter.isalpha() and letter not in BROWSERS):
        return None
    return problem(field(key), "key", _("With Ctrl, choose a letter that the browser does not need itself."))
