"""What the rule table expects of whom, read off the table and off who is related to which case; nothing that decides is asked."""

import os
import random
from collections.abc import Iterator

import pytest

from engine.access.models import User
from engine.access.permissions import ROLE_PERMISSIONS
from engine.db import db
from tests.webapp.marked import addresses
from webapp.rules import RULES, Door, Rule

ROLES = {name: name for name in (
    "clerk", "judge", "coordinator", "mediator", "designer", "approver", "admin", "regulator", "auditor")} | {
    "president": "court_president", "handler": "institution_handler",
    "colleague": "institution_handler",  # at both institutions, and handles neither case
    "leader": "institution_admin"}  # a persona → its role
RELATED = {"clerk", "coordinator", "mediator", "handler"}  # to the case that is our own; its judge was not asked yet
OF_A_CASE = {"number", "task_id", "participant_id", "agent_id", "serving_id", "address_id"}  # in an address: it is a case's
OF_A_HOUSE = {"group_id", "objection_id", "limit_id", "absence_id", "view_id", "opening_id"}
ALSO_TRIED = int(os.environ.get("SUTIAO_TEST_STRANGERS", "1"))  # of those whom a rule does not name, by lot; 10: all of them


@pytest.fixture
def staff(world, walked) -> dict[str, User]:
    """Whoever the table is tried with, by name."""
    return {name: db.session.get(User, walked["house"][name]) if name in walked["house"] else getattr(world, name)
            for name in ROLES}


def may(name: str, rule: Rule) -> bool:
    """Does the table name somebody with this role for the route?"""
    return bool(ROLE_PERMISSIONS[ROLES[name]] & rule.permissions)


def expected(name: str, rule: Rule, names: set[str], is_own: bool) -> set[int] | None:
    """404: not to be known of; 403: not theirs to do; None: the rule lets them in."""
    if names & OF_A_CASE and not (is_own and name in RELATED):
        return {404}
    if not may(name, rule):
        return {403}
    return {403, 404} if names & OF_A_HOUSE and not is_own else None


def tried(site, told: dict) -> Iterator[tuple[Rule, set[str], str, str, str]]:
    """Every method of every route at the staff's door, with each of those whom its rule lets in, and some whom it does not."""
    lot = random.Random(20241105)
    for route, method, path in addresses(site, told):
        rule = RULES[route.endpoint]
        if rule.door == Door.STAFF:
            let_in = [name for name in ROLES if may(name, rule)]
            others = [name for name in ROLES if name not in let_in]
            for name in let_in + lot.sample(others, min(ALSO_TRIED, len(others))):
                yield rule, set(route.arguments), method, path, name
