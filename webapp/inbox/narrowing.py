"""What lists are narrowed by and show, for the page: choices, offers, chips, and the answers of intake in words."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Row, Select, select, union_all

from engine import statements
from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.access.policy import also_reads
from engine.cases import causes, claimants, listed, outcomes, regimes, regions
from engine.cases.listed import Field
from engine.cases.masking import mask_name
from engine.cases.models import Case
from engine.db import db
from engine.forms import fields
from engine.inbox.lists import case_fields, conditions, marks
from engine.inbox.lists.asked import Asked
from webapp import i18n
from webapp.i18n import gettext as _
from webapp.inbox import words
from webapp.presenting import CONFIRMATIONS, PROCEDURES, STAGES

MOST_OFFERED = 200


def choices(team: Sequence[Row]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen for each condition that has choices."""
    return {
        "stage": [(key, i18n.say(title)) for key, title in STAGES.items()],
        "regime": [(code, regimes.get(code).say("title").in_language(i18n.language())) for code in regimes.every()],
        "category": [(key, getattr(each, _language())) for key, each in causes.categories().items()],
        "claimant": [(key, getattr(each, _language())) for key, each in claimants.every().items()],
        "sector": list(words.sectors().items()), "channel": list(words.channels().items()),
        "procedure": [(key, i18n.say(title)) for key, title in PROCEDURES.items()],
        "trial": [("yes", _("Yes")), ("no", _("No"))],
        "confirmation": [(key, i18n.say(CONFIRMATIONS[key])) for key in case_fields.CONFIRMATIONS],
        "outcome": [(code, i18n.say(outcomes.title(code))) for code in outcomes.OUTCOMES],
        "due": list(words.dues().items()),
        "priority": list(words.priorities().items()),
        "assignee": [("me", _("me")), ("nobody", _("nobody")), *((str(user.id), user.name) for user in team)],
    }


def offers(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """What may be written for each condition that takes a name or a code, with what it means, while one can look through it."""
    offered = {
        "cause": [(name, "") for name in _causes()],
        "region": [(names[_language()], code) for code, names in regions.provinces().items()],
        "mediator": [("nobody", _("nobody"))], "label": [(word, "") for word in marks.own_labels(actor)],
    }
    found = defaultdict(list)
    for kind, name in statements.ask(_BODIES):
        found[kind].append(name)
    return offered | {str(kind): [(name, "") for name in sorted(found[kind])] if len(found[kind]) <= MOST_OFFERED else []
                      for kind in KINDS}


def _some(kind: BodyKind) -> Select:
    """The names of bodies of one kind: one more than is offered says that there are too many."""
    some = select(Body.kind, Body.name).where(Body.is_active, Body.kind == kind).limit(MOST_OFFERED + 1).subquery()
    return select(some)


KINDS = (BodyKind.COURT, BodyKind.ORGANISATION, BodyKind.INSTITUTION)
_BODIES = union_all(*map(_some, KINDS))


@cache
def _causes() -> list[str]:
    return sorted({each.zh for edition in causes.IN_FORCE_FROM for each in causes.every(edition)})


def _language() -> str:
    return "en" if i18n.language().startswith("en") else "zh"


def chips(wanted: Asked, team: Sequence[Row], address) -> list[dict]:
    """The conditions in force, in words, each with the address without it."""
    if not wanted.conditions:
        return []
    offered, labels = choices(team), words.conditions()
    return [{"name": name, "label": labels.get(name) or answer_label(name), "text": _said(name, text, offered),
             "without": address(wanted, without=(name,))} for name, text in wanted.conditions.items()]


def _said(name: str, text: str, offered: dict) -> str:
    if field := conditions.field_of(name):
        return in_words(field, text)
    names = dict(offered.get(name, ()))
    if name == "assignee" and text not in names:
        return _("somebody else")
    if name == "mediator":
        names = {"nobody": _("nobody"), "me": _("me")}
    if name == "region":
        names = {text: regions.name(text, i18n.language())}
    return names.get(text) or _(", ").join(names.get(each, each) for each in text.split(","))


def answer_label(name: str) -> str:
    """What a condition on an answer of intake is called."""
    title = conditions.field_of(name).title(i18n.language())
    if name.endswith(conditions.FROM):
        return _("%(what)s from", what=title)
    return _("%(what)s to", what=title) if name.endswith(conditions.TO) else title


def in_words(field: Field, value) -> str:
    """An answer as a list shows it; somebody's name only by its beginning."""
    if field.component.type == "checkbox":
        value = value if isinstance(value, bool) else {"true": True, "false": False}.get(value, value)
    if field.component.type == "checklist" and isinstance(value, str):
        value = [value]
    try:
        shown = fields.show(field.component, value, {}, i18n.language())
    except (ValueError, TypeError, ArithmeticError):  # a court's system may have written something else
        shown = str(value)
    return mask_name(shown) if field.is_person else shown


def fields_offered(told: dict, picked: str, is_open: bool) -> dict:
    """The questions of intake by which the list can be narrowed: all by their titles, and those that are, or are to be."""
    language = i18n.language()
    every = {key: field.title(language) for key, field in listed.fields().items()}
    chosen = {field.key for name in told if (field := conditions.field_of(name))} | ({picked} & every.keys())
    return {"titles": every, "chosen": [field for key, field in listed.fields().items() if key in chosen], "values": _values,
            "columns": {conditions.ANSWER + key for key in every}, "more": is_open}


def _values(field: Field) -> list[tuple[str, str]]:
    return [(str(each.value), each.in_language(i18n.language())) for each in field.component.values]


def category(slug: str) -> str:
    """What a consumer would call the matter; a kind nobody knows stays as it is."""
    known = causes.categories().get(slug)
    return getattr(known, _language()) if known else slug


def region(code: str) -> str:
    """A region's code with its province."""
    return regions.name(code, i18n.language())


def answers(actor: Actor, wanted: Asked, cases: dict[int, Case]) -> dict[int, dict[str, str]]:
    """What the columns of intake show, by case and column; nothing of a case whose details are not the reader's to read."""
    shown = {name: field for name in wanted.columns if (field := conditions.field_of(name))}
    if not shown or not cases:
        return {}
    read = db.session.scalars(select(Case.id).where(Case.id.in_(cases), also_reads(actor, listed.ASKED_FOR, Case.id)))
    return {key: {name: in_words(field, cases[key].details.get(field.key)) for name, field in shown.items()} for key in read}
