"""One reply to the claims of several cases of an institution: chosen, looked at, said in each for itself.

Only words about the claims. Whether to take part, to accept, to sign stays with each case and its own tasks: what is not asked
here is not presumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import savepoint
from engine.errors import DomainError, Invalid
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox.asking import reply_forms, replying
from engine.inbox.workspace import portfolio
from engine.mediation.models import ClaimReply

MOST = 100
FORM = Form.from_row({"id": "batch_reply", "title": "批量答复", "title_en": "Reply to several cases", "components": [
    {"key": "stance", "type": "radio", "label": "对每项请求的答复", "label_en": "To every claim", "required": True,
     "description": "部分承认要写明金额，请在各案中单独答复。",
     "description_en": "Admitting in part takes a sum: reply in the case itself.",
     "values": [each for each in reply_forms.stances() if each["value"] != "partly"]},
    {"key": "text", "type": "textarea", "label": "理由", "label_en": "Reasons", "required": True, "max_length": 3000},
    reply_forms.FOR_WHOM]})


@dataclass(frozen=True)
class Planned:
    """One chosen case before anything is said in it. `why_not`: what keeps it out."""

    entry: portfolio.Entry
    said: list[ClaimReply]  # what the institution says there now; it stays on record
    why_not: str = ""


@dataclass(frozen=True)
class Done:
    """What came of one case."""

    number: str
    title: str
    rows: int = 0
    refused: DomainError | None = None


def plan(actor: Actor, numbers: Sequence[str]) -> list[Planned]:
    """The chosen cases of the portfolio, each with what stands in its way. Raises Invalid for none or too many."""
    entries = chosen(actor, numbers)
    speaking = {entry.case.id: replying.speakers(actor, entry.case, answers=True) for entry in entries}
    said = replying.said_last(actor, [person.id for people in speaking.values() for person in people])
    return [Planned(entry, said.get(entry.case.id, []),
                    _why_not(entry.case, speaking[entry.case.id])) for entry in entries]


def chosen(actor: Actor, numbers: Sequence[str]) -> list[portfolio.Entry]:
    """These cases of the portfolio, by id. Raises Invalid for none or too many."""
    require(actor, Permission.CLAIM_REPLY)
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST:
        raise Invalid(_("Choose between 1 and %(most)s cases."), most=MOST)
    return portfolio.of_numbers(actor, wanted)


def _why_not(case: Case, people: list[Participant]) -> str:
    if case.concluded_at is not None:
        return _("The mediation has ended; nothing more can be said to the claims.")
    if not people:
        return _("You are not the one to whom these claims go.")
    return _("Several parties of your institution: reply in the case itself.") if len(people) > 1 else ""


def reply(actor: Actor, numbers: Sequence[str], answers: Mapping, own_words: Mapping[str, str] | None = None) -> list[Done]:
    """Say it in each case for itself, in its own words where there are some; one that refuses holds up no other.

    Raises Invalid when the reply itself is none.
    """
    told = FORM.check(answers)
    return [_said(actor, entry.case, told, (own_words or {}).get(entry.case.number, ""))
            for entry in chosen(actor, numbers)]  # by id: the order in which cases are locked


def _said(actor: Actor, case: Case, told: Mapping, own_words: str) -> Done:
    answers: dict = {"for_whom": told["for_whom"]}
    for number in range(1, len(case.claims) + 1):
        answers |= {f"stance_{number}": told["stance"], f"text_{number}": own_words.strip() or told["text"]}
    number, title = case.number, case.title
    try:
        with savepoint():
            rows = replying.reply(actor, case, answers)
    except DomainError as refused:
        return Done(number, title, refused=refused)
    return Done(number, title, rows=len(rows))
