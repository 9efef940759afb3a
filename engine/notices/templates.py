"""The words of every message we send, in both languages, and how long they are on a telephone.

`templates/messages.json` holds them. Each names who really sends it, asks for one thing, and carries one link and one check code.
Values: org, court, med, surname who · no4 the case's last four digits · d, d2, t, until, old day or time in words ·
n, min numbers · url, tel, v link, telephone, check code · fee what it costs · term which term · case the court's number ·
code the one-time code · document the kind of paper that is served.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.errors import Invalid, NotFound, problem
from engine.i18n import _

SOURCE = Path(__file__).with_name("templates") / "messages.json"
PLACE = re.compile(r"\{(\w+)\}")
LINK = re.compile(r"https?://[^\s<>\"【】]+")
PLAIN = re.compile(r"[A-Za-z0-9 \r\n@£$¥èéùìòÇØøÅåÄÖÑÜäöñüà!\"#%&'()*+,\-./:;<=>?_]*")  # what GSM 03.38 sends in seven bits
MAX_VALUE = 200


class UnknownNotice(NotFound):
    message = _("There is no notice “%(template)s”.")


class NoticeIncomplete(Invalid):
    message = _("The notice “%(template)s” cannot be written: values are missing.")


@dataclass(frozen=True)
class Text:
    """A message ready to send: its text, the subject it has as a mail, its length, and how many short messages it takes."""

    template: str
    language: str
    text: str
    subject: str

    @property
    def length(self) -> int:
        return len(self.text)

    @property
    def parts(self) -> int:
        return parts(self.text)


def names() -> list[str]:
    """The notices there are."""
    return sorted(_messages())


def values_of(template: str) -> set[str]:
    """The values a notice needs. Raises UnknownNotice."""
    return set(PLACE.findall(_message(template)["zh"]))


def write(template: str, values: dict, language: str = "zh") -> Text:
    """The message in words; values it does not need are left aside. Raises UnknownNotice, NoticeIncomplete with every fault."""
    message = _message(template)
    told = {key: str(values.get(key, "")).strip() for key in values_of(template)}
    faults = [fault for key, value in sorted(told.items()) for fault in _faults(key, value)]
    if faults:
        raise NoticeIncomplete(template=template, problems=faults)
    body = message["en" if language == "en" else "zh"]
    text = PLACE.sub(lambda place: told[place.group(1)], body)
    return Text(template, language, text, message["subject_en" if language == "en" else "subject"])


def parts(text: str) -> int:
    """How many short messages the text takes: 70 characters fit one, then 67 each (160 and 153 for plain Latin)."""
    plain = PLAIN.fullmatch(text) is not None
    length = len(text) if plain else len(text.encode("utf-16-be")) // 2
    one, each = (160, 153) if plain else (70, 67)
    return 1 if length <= one else -(-length // each)


def _faults(key: str, value: str) -> list[dict]:
    if not value:
        return [problem(key, "missing", _("%(field)s is missing."), field=key)]
    if len(value) > MAX_VALUE or not value.isprintable() or "【" in value or "】" in value:
        return [problem(key, "value", _("%(field)s is too long or contains signs that do not belong into a message."), field=key)]
    if key == "url" and not LINK.fullmatch(value):
        return [problem(key, "link", _("%(field)s must be a link."), field=key)]
    return []


def _message(template: str) -> dict:
    found = _messages().get(template)
    if found is None:
        raise UnknownNotice(template=template)
    return found


@lru_cache(maxsize=1)
def _messages() -> dict[str, dict]:
    return json.loads(SOURCE.read_text(encoding="utf-8"))
