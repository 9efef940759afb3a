"""Papers that staff make at the desk: which there are, what each asks, who may make it, and who may see it.

`order` reads, `papers.make` prints with no transaction open, `keep` puts it on the shelf, once for a form that was sent.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db
from engine.documents import desk_facts, facts
from engine.documents.models import Document
from engine.errors import Conflict, Forbidden, NotFound
from engine.forms.form import Form
from engine.i18n import _
from engine.operations import papers
from engine.operations.serving_papers import Occasion

LISTS = ("items", "answers", "claims", "papers")  # a paper whose list is empty has nothing to say
TABLE = Path(__file__).with_name("desk_papers.json")


class NotYourPaper(Forbidden):
    message = _("Only the mediator of the case makes this paper.")


class PaperHasNothingToSay(Conflict):
    message = _("This paper cannot be made yet: the case has nothing to put into it.")


@dataclass(frozen=True)
class Offer:
    """One paper: its number in the inventory, its titles, who sees it, who makes it, its form."""

    template: str
    no: str
    title: str
    title_en: str
    audience: str  # an audience, or `side`, `alone` for that of the person it is about
    by: str  # staff, mediator
    form: Form


@cache
def offers() -> dict[str, Offer]:
    """All papers, in the order of the inventory."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    return {row["template"]: Offer(
        row["template"], row["no"], row["title"], row["title_en"], row["audience"], row.get("by", "staff"),
        Form.from_row({"id": row["template"], "title": row["title"], "title_en": row["title_en"], "components": row["asks"]}),
    ) for row in rows}


def offered(actor: Actor, case: Case) -> list[Offer]:
    """What this person may make in this case."""
    require(actor, Permission.DOCUMENT_MAKE, case)
    return [one for one in offers().values() if one.by == "staff" or case.mediator_id == actor.user_id]


def data(case: Case) -> dict:
    """What the forms choose from."""
    return {"people": [{"id": one.id, "name": one.name} for one in facts.parties_of(case)]}


def order(actor: Actor, case: Case, template: str, answers: dict) -> dict:
    """Everything the paper says. Raises AnswersRefused, NotYourPaper, PaperHasNothingToSay."""
    offer = offers().get(template)
    if offer is None:
        raise NotFound()
    require(actor, Permission.DOCUMENT_MAKE, case)
    if offer not in offered(actor, case):
        raise NotYourPaper()
    told = offer.form.check(answers, data(case)) | {"registrar": actor.name}
    own = desk_facts.of(template, case, told)
    if any(own.get(name) == [] for name in LISTS) or not _has_court(template, case):
        raise PaperHasNothingToSay()
    said = facts.of(template, case, papers.number(case, template), papers.verification(), **own)
    alone = [signer["field"] for signer in said["signers"]] == ["organisation"]
    return papers.order(template, said, _audience(offer, told), {"organisation": case.organisation} if alone else {})


def _has_court(template: str, case: Case) -> bool:
    return template != "handover_list" or case.court_id is not None


def _audience(offer: Offer, told: dict) -> str:
    if offer.audience not in ("side", "alone"):
        return offer.audience
    return f"{offer.audience}:{db.session.get(Participant, int(told['person'])).side}"


def keep(case: Case, made: dict, ordered: dict, key: str) -> Document:
    """Put the paper on the case's shelf."""
    return papers.keep(made, ordered, Occasion(case.id, f"desk-{case.id}-{ordered['template']}-{key}"[:64]))
