"""By what more of the register lists of tasks are narrowed: how a case came, its court's side of it, how it stands and ended."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.cases.outcomes import OUTCOMES
from engine.cases.regimes import PROCEDURES
from engine.inbox.lists import finding, told

CHANNELS, SECTORS = ("court", "party", "institution"), ("banking", "insurance", "traffic")
CONFIRMATIONS = ("none", "applied", "accepted", "confirmed", "not_accepted", "rejected", "withdrawn", "deemed_withdrawn",
                 "lapsed", "performed", "set_aside")
MOMENTS = {"accepted": Case.accepted_at, "concluded": Case.concluded_at}
DAYS = {"filed": Case.filed_on, "docketed": Case.docketed_on}
# each for many cases and without an index: tasks are looked at in their order
OF_MANY = {"channel", "sector", "procedure", "confirmation", "trial", "settled_from", "settled_to"}


def _chosen(column: InstrumentedAttribute, allowed: Sequence[str], _actor: Actor, text: str) -> ColumnElement[bool]:
    return column.in_(told.one_of(allowed, text))


def _begins(column: InstrumentedAttribute, _actor: Actor, text: str) -> ColumnElement[bool]:
    """A number by how it begins, with wide brackets or narrow ones."""
    return finding.begins(column, text)


def _trial(_actor: Actor, text: str) -> ColumnElement[bool]:
    return Case.during_trial.is_(told.one_of(("yes", "no"), text)[0] == "yes")


def _ends(name: str, column: InstrumentedAttribute) -> dict[str, Callable]:
    """From a day on, and until the end of another."""
    if column in DAYS.values():
        return {f"{name}_from": lambda _actor, text: column >= told.date_of(text),
                f"{name}_to": lambda _actor, text: column <= told.date_of(text)}
    return {f"{name}_from": lambda _actor, text: column >= told.day(text),
            f"{name}_to": lambda _actor, text: column < told.day(text, timedelta(days=1))}


CONDITIONS: dict[str, Callable[[Actor, str], ColumnElement[bool]]] = {
    "channel": partial(_chosen, Case.channel, CHANNELS),
    "sector": partial(_chosen, Case.sector, SECTORS),
    "procedure": partial(_chosen, Case.procedure, PROCEDURES),
    "outcome": partial(_chosen, Case.outcome, list(OUTCOMES)),
    "confirmation": partial(_chosen, Case.confirmation, CONFIRMATIONS),
    "trial": _trial,
    "judge": lambda _actor, text: Case.court_judge == text,
    "court_number": partial(_begins, Case.court_number),
    "organisation_number": partial(_begins, Case.organisation_number),
    "settled_from": lambda _actor, text: Case.settled_amount >= told.amount(text),
    "settled_to": lambda _actor, text: Case.settled_amount <= told.amount(text),
}
for _name, _column in (MOMENTS | DAYS).items():
    CONDITIONS |= _ends(_name, _column)
