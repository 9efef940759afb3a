"""The gate before every view: no route without a rule, nobody through whom the rule does not name. Deny by default."""

import logging

from flask import g, request

from engine.access.actor import NOBODY
from engine.access.models import Participant
from engine.access.policy import permissions_of, sees
from engine.cases.models import Case
from engine.db import db
from engine.errors import Forbidden, NotFound
from engine.notices.models import ServiceAddress, Serving
from engine.workflow.models import UserTask
from webapp.identity import current_actor
from webapp.rules import RULES, Door, Rule

log = logging.getLogger(__name__)

OF_A_CASE = {"task_id": UserTask, "participant_id": Participant, "agent_id": Participant, "serving_id": Serving,
             "address_id": ServiceAddress}  # what an address may name of a case, beside its number


class RouteWithoutRule(RuntimeError):
    """Somebody added a route and did not say who may use it: nothing starts."""


def close(app) -> None:
    """Refuse to start while a route has no rule, a rule no route, or a view asks for another scope than its rule says."""
    routes = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    if bare := [f"{endpoint} ({address})" for endpoint, address in sorted(routes.items()) if endpoint not in RULES]:
        raise RouteWithoutRule(f"no rule says who may use {', '.join(bare)}: add one to webapp/rules.py")
    if lost := sorted(RULES.keys() - routes.keys()):
        raise RouteWithoutRule(f"rules of routes there are not: {', '.join(lost)}; take them out of webapp/rules.py")
    for endpoint, rule in RULES.items():
        if rule.scope != getattr(app.view_functions[endpoint], "scope", ""):
            raise RouteWithoutRule(f"{endpoint} asks for another scope than its rule in webapp/rules.py")


def refusing() -> Rule | None:
    """Before the view: the rule that keeps the asker out, if one does. Raises NotFound for a route without one."""
    if request.routing_exception is not None:
        return None
    rule = RULES.get(request.endpoint)
    if rule is None:
        raise NotFound()
    return rule if rule.door == Door.STAFF and not rule.permissions & permissions_of(current_actor()) else None


def turn_away(rule: Rule) -> None:
    """Whoever may know of what the address names hears that they may not do this to it; nobody else that it is there. Raises
    NotFound or Forbidden."""
    if not all(subject is not None and sees(current_actor(), subject) for subject in _subjects()):
        raise NotFound()
    raise Forbidden(permission=min(rule.permissions))


def _subjects():
    """The rows of a case that the address names; None: there is no such row."""
    given = request.view_args or {}
    if "number" in given:
        yield db.session.query(Case).filter(Case.number == given["number"]).one_or_none()
    for name, model in OF_A_CASE.items():
        if name in given:
            yield db.session.get(model, given[name])


def pass_out(status: int) -> None:
    """After a view at a door with a key of its own, within its transaction: it let nobody do anything without asking who it is.
    Raises NotFound."""
    rule = RULES[request.endpoint]
    is_answer = 200 <= status < 300 or status < 400 and request.method == "POST"
    if rule.door in (Door.LINK, Door.SYSTEM) and is_answer and g.get("actor", NOBODY) == NOBODY:
        log.error("%s answered without asking who it is", request.endpoint)
        raise NotFound()
