"""The pages on which claims are replied to and evidence is handed in: the same for a party by link and for staff."""

from dataclasses import dataclass

from flask import request

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid, NotFound
from engine.forms import flat
from engine.inbox.asking import reply_forms, replying
from webapp import handing_in, i18n
from webapp.asking import Asking


@dataclass(frozen=True)
class Sent:
    """What came of such a form: done, or the form again with what was wrong."""

    asking: Asking | None
    status: int = 200


def reply(actor: Actor, case: Case) -> Sent:
    """Ask for, or take, replies to the claims. Raises NotFound for who has nothing to say to them."""
    people = _people(actor, case, answers=True)
    form = reply_forms.reply(case, people)
    if request.method == "GET":
        return Sent(Asking.fresh(form, {}, replying.earlier(case, people)))
    return _taken(form, lambda told: replying.reply(actor, case, told))


def evidence(actor: Actor, case: Case) -> Sent:
    """Ask for, or take, evidence and what it proves."""
    people = _people(actor, case, answers=False)
    form = reply_forms.evidence(case, people, replying.papers(actor, case, people))
    if request.method == "GET":
        return Sent(Asking.fresh(form, {}, {"claims": request.args.getlist("claim")}))
    return _taken(form, lambda told: replying.add_evidence(actor, case, told, handing_in.received()))


def _people(actor: Actor, case: Case, answers: bool) -> list:
    people = replying.speakers(actor, case, answers)
    if not people:
        raise NotFound()
    return people


def _taken(form, keep) -> Sent:
    try:
        with db.session.begin_nested():
            keep(flat.gather(form, dict(request.form.lists())))
    except Invalid as refused:
        return Sent(Asking.sent(form, {}, request.form).refused(refused), 422)
    return Sent(None)


def stance(key: str) -> str:
    """What a party says to a claim, in words."""
    zh, en = reply_forms.STANCES[key]
    return en if i18n.language() == "en" else zh
